import { invalidInput } from '@patchbay/contracts';
import { type Circuit, keptEdges, keptNodes } from '../circuit.js';
import { EdgeReader } from './edge-reader.js';
import { graphOf } from './limits.js';
import { isObject, type JsonObject, shapeIn } from './parse-json.js';

/** What the graph's page shows around it. */
export interface NeuronpediaPage {
  /** names the graph in its address */
  slug: string;
  /** the model, by Neuronpedia's id where it has one */
  scan: string;
  /** one prompt of the task, as tokens */
  promptTokens: readonly string[];
}

interface Link {
  source: string;
  target: string;
  weight: number;
  /** score of each input of a head that the source writes to; null where there is none */
  inputs?: Record<string, number | null>;
}

/**
 * Neuronpedia's attribution-graph JSON (its graph-schema.json, version 1.0.0): a circuit's nodes stand at the last
 * token, where the answer is read, since its edges act at all positions. A link's weight is the sum over the q, k and v
 * edges between two nodes; `inputs` keeps them apart. Settings that the schema leaves open hold the model's shape.
 */
export function writeNeuronpedia(circuit: Circuit, { slug, scan, promptTokens }: NeuronpediaPage): string {
  const { graph, kept } = circuit;
  const links = linksOf(circuit);
  const inputs = graph.shape.positionSource ? ['input', 'pos'] : ['input'];
  const nodes = [...inputs, ...keptNodes(graph, kept), 'logits'].map((node) => ({
    ...{ node_id: node, feature: null, layer: layerOf(node, graph.shape.layers) },
    ...{
      ctx_idx: Math.max(0, promptTokens.length - 1),
      feature_type: kindOf(node),
      jsNodeId: `${node}-0`,
      clerp: node,
    },
  }));
  return JSON.stringify({
    metadata: {
      ...{ slug, scan, prompt_tokens: promptTokens, prompt: promptTokens.join('') },
      info: { generator: { name: 'Patchbay' } },
      generation_settings: { graph: graph.shape },
    },
    qParams: { pinnedIds: [], supernodes: [], linkType: 'both', clickedId: '', sg_pos: '' },
    nodes,
    links,
  });
}

function linksOf({ graph, scores, kept }: Circuit): Link[] {
  const links = new Map<string, Link>();
  for (const edge of keptEdges(kept)) {
    const { source, destination } = graph.ends(edge);
    const [from, to] = [graph.sourceName(source), graph.nodeOfDestination(destination)];
    const letter = /<(\w)>$/.exec(graph.destinationName(destination))?.[1];
    const link = links.get(`${from} ${to}`) ?? { source: from, target: to, weight: 0 };
    const score = scores[edge] ?? NaN;
    link.weight += Number.isNaN(score) ? 0 : score;
    const own = Number.isNaN(score) ? null : score;
    link.inputs = { ...link.inputs, [letter ?? 'residual']: own };
    links.set(`${from} ${to}`, link);
  }
  return [...links.values()];
}

/** `E` for embeddings, then by layer; the logits come after the last. */
function layerOf(node: string, layers: number): string {
  if (node === 'logits') return String(layers);
  return /^[am](\d+)/.exec(node)?.[1] ?? 'E';
}

function kindOf(node: string): string {
  if (node === 'logits') return 'logit';
  if (node.startsWith('a')) return 'attention head';
  return node.startsWith('m') ? 'mlp' : 'embedding';
}

export const isNeuronpedia = (file: JsonObject): boolean => isObject(file['metadata']) && Array.isArray(file['links']);

/** Reads what `writeNeuronpedia` writes; graphs of features have nodes of another kind. */
export function readNeuronpedia(file: JsonObject): Circuit {
  const metadata = isObject(file['metadata']) ? file['metadata'] : {};
  const settings = metadata['generation_settings'];
  const shape = isObject(settings) ? shapeIn(settings['graph']) : undefined;
  if (!shape) throw foreign('does not state a model’s layers, heads and mlps in its generation_settings');
  const reader = new EdgeReader(graphOf(shape));
  for (const link of file['links'] as unknown[]) {
    if (!isObject(link) || typeof link['source'] !== 'string' || typeof link['target'] !== 'string') {
      throw foreign('has a link without source and target');
    }
    const { source, target, inputs } = link;
    if (!isObject(inputs)) throw foreign(`has a link that does not say which inputs of ${target} it is`);
    for (const [letter, score] of Object.entries(inputs)) {
      const name = `${source}->${target}${letter === 'residual' ? '' : `<${letter}>`}`;
      reader.edge(name, score === null ? undefined : score, true);
    }
  }
  return reader.finish();
}

const foreign = (what: string) =>
  invalidInput(
    `The attribution graph ${what}.`,
    'Give one that `patchbay export --format neuronpedia` wrote: graphs of features cannot be read as circuits.',
  );
