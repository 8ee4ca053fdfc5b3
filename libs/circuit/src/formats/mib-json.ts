import { invalidInput } from '@patchbay/contracts';
import { type Circuit, keptNodes } from '../circuit.js';
import type { EdgeGraphShape } from '../edge-graph.js';
import { EdgeReader } from './edge-reader.js';
import { graphOf } from './limits.js';
import { isCount, isObject, type JsonObject } from './parse-json.js';

/**
 * The circuit JSON of the MIB benchmark, as the EAP-IG package writes it: `cfg`, `nodes` {name: {in_graph}} and `edges`
 * {name: {score, in_graph}}, all of them, in order. `mlps` and `position_source` are ours, where they are not the usual.
 */
export function writeMib({ graph, scores, kept }: Circuit, { dModel }: { dModel?: number } = {}): string {
  const { layers, heads, mlps, parallel, positionSource } = graph.shape;
  const cfg = {
    ...{ n_layers: layers, n_heads: heads, parallel_attn_mlp: Boolean(parallel) },
    ...(dModel !== undefined && { d_model: dModel }),
    ...(!mlps && { mlps }),
    ...(positionSource && { position_source: positionSource }),
  };
  const inside = new Set([...keptNodes(graph, kept), 'input', ...(positionSource ? ['pos'] : []), 'logits']);
  const names = [...graph.sources.keys()].map((source) => graph.sourceName(source));
  const nodes = Object.fromEntries([...names, 'logits'].map((node) => [node, { in_graph: inside.has(node) }]));
  const edges = Object.fromEntries(
    Array.from(scores, (score, edge) => {
      const entry = { ...(!Number.isNaN(score) && { score }), in_graph: kept[edge] === 1 };
      return [graph.edgeName(edge), entry];
    }),
  );
  return JSON.stringify({ cfg, nodes, edges });
}

export const isMib = (file: JsonObject): boolean => isObject(file['cfg']) && 'edges' in file;

/** @throws PatchbayError `invalid-input` naming nodes and edges that its own `cfg` does not have */
export function readMib(file: JsonObject): Circuit & { dModel?: number } {
  const cfg = isObject(file['cfg']) ? file['cfg'] : {};
  const reader = new EdgeReader(graphOf(shapeOf(cfg)));
  if (!isObject(file['edges'])) throw unlike('has no `edges`');
  // Node entries say nothing that the edges do not; they are read for names that do not belong.
  for (const node of Object.keys(isObject(file['nodes']) ? file['nodes'] : {})) reader.node(node);
  for (const [name, edge] of Object.entries(file['edges'])) {
    if (!isObject(edge)) throw unlike('has an edge that is no {score, in_graph}');
    const inside = edge['in_graph'];
    if (typeof inside !== 'boolean') throw unlike('has an edge whose `in_graph` is neither true nor false');
    reader.edge(name, edge['score'], inside);
  }
  const dModel = cfg['d_model'];
  return { ...reader.finish(), ...(isCount(dModel) && { dModel }) };
}

function shapeOf(cfg: JsonObject): EdgeGraphShape {
  const { n_layers: layers, n_heads: heads } = cfg;
  if (!isCount(layers) || !isCount(heads)) throw unlike('names no `n_layers` and `n_heads`');
  return {
    layers,
    heads,
    mlps: cfg['mlps'] !== false,
    parallel: cfg['parallel_attn_mlp'] === true,
    positionSource: cfg['position_source'] === true,
  };
}

const unlike = (what: string) =>
  invalidInput(
    `The file is like a circuit of the MIB benchmark but ${what}.`,
    'Give a file as the EAP-IG package or `patchbay export --format mib` writes it.',
  );
