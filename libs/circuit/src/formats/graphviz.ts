import { invalidInput } from '@patchbay/contracts';
import { type Circuit, keptEdges, keptNodes } from '../circuit.js';
import type { EdgeGraphShape } from '../edge-graph.js';
import { EdgeReader } from './edge-reader.js';
import { graphOf } from './limits.js';
import { shapeIn } from './parse-json.js';

/**
 * The edges that a circuit keeps, for Graphviz: inputs below, logits above, an edge as thick as its share of the
 * greatest score, red where it hurts. The graph's own attributes carry the shape of the model.
 */
export function writeGraphviz(circuit: Circuit): string {
  const { graph, scores, kept } = circuit;
  const edges = keptEdges(kept);
  const greatest = edges.reduce((most, edge) => Math.max(most, Math.abs(scores[edge] ?? 0) || 0), 0);
  const lines = edges.map((edge) => {
    const { source, destination } = graph.ends(edge);
    const score = scores[edge] ?? NaN;
    const [, letter] = /<(\w)>$/.exec(graph.destinationName(destination)) ?? [];
    const width = 0.5 + (greatest > 0 && !Number.isNaN(score) ? (3.5 * Math.abs(score)) / greatest : 0);
    const attributes = [
      ...(letter === undefined ? [] : [`label=${letter}`]),
      ...(Number.isNaN(score) ? [] : [`score="${score}"`]),
      `penwidth=${width.toFixed(2)}`,
      ...(score < 0 ? ['color=red'] : []),
    ];
    return `  "${graph.sourceName(source)}" -> "${graph.nodeOfDestination(destination)}" [${attributes.join(' ')}];`;
  });
  const shape = Object.entries(graph.shape).map(([name, value]) => `${name}=${String(value)}`);
  const nodes = keptNodes(graph, kept).map(
    (node) => `  "${node}" [shape=${node.startsWith('m') ? 'box' : 'ellipse'}];`,
  );
  return ['digraph circuit {', `  graph [rankdir=BT ${shape.join(' ')}];`, ...nodes, ...lines, '}', ''].join('\n');
}

const EDGE = /^\s*"([^"]*)" -> "([^"]*)" \[([^\]]*)\];\s*$/;

export const isGraphviz = (text: string): boolean => text.startsWith('digraph ');

/** Reads what `writeGraphviz` writes; other Graphviz files do not say what is needed. */
export function readGraphviz(text: string): Circuit {
  const reader = new EdgeReader(graphOf(shapeOf(text)));
  for (const line of text.split(/\r?\n/)) {
    const [, source = '', node = '', attributes = ''] = EDGE.exec(line) ?? [];
    if (source === '') {
      if (line.includes('->')) {
        throw unlike(`has an edge that is not as they are written here: ${line.trim().slice(0, 60)}`);
      }
      continue;
    }
    const letter = /\blabel=(\w)/.exec(attributes)?.[1];
    const score = /\bscore="([^"]*)"/.exec(attributes)?.[1];
    const name = `${source}->${node}${letter === undefined ? '' : `<${letter}>`}`;
    reader.edge(name, score === undefined ? undefined : Number(score), true);
  }
  return reader.finish();
}

function shapeOf(text: string): EdgeGraphShape {
  const attributes = /^\s*graph \[([^\]]*)\];/m.exec(text)?.[1] ?? '';
  const entries = [...attributes.matchAll(/(\w+)=(\w+)/g)].map(([, name = '', value = '']) => [name, plain(value)]);
  const shape = shapeIn(Object.fromEntries(entries));
  if (!shape) throw unlike('does not state the model’s layers, heads and mlps');
  return shape;
}

const plain = (value: string): unknown =>
  value === 'true' || value === 'false' ? value === 'true' : /^\d+$/.test(value) ? Number(value) : value;

const unlike = (what: string) =>
  invalidInput(`The Graphviz file ${what}.`, 'Give a file as `patchbay export --format graphviz` writes it.');
