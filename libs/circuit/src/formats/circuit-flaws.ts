import { invalidInput, type PatchbayError } from '@patchbay/contracts';
import type { EdgeGraph, EdgeGraphShape } from '../edge-graph.js';

/** A graph in words: `3 layers of 4 heads, with MLPs`. */
export function describeShape({ layers, heads, mlps, parallel, positionSource }: EdgeGraphShape): string {
  const words = [`${layers} layers of ${heads} heads`, mlps ? 'with MLPs' : 'without MLPs'];
  if (parallel) words.push('attention and MLP in parallel');
  if (positionSource) words.push('positions as a source');
  return words.join(', ');
}

/** Why a name is no edge of the graph. */
export function flawOfEdge(graph: EdgeGraph, name: string): string {
  const [from = '', to = '', ...rest] = name.split('->');
  if (to === '' || rest.length > 0) return `${quote(name)} is no edge: write source->destination`;
  if (graph.source(from) === undefined) return `${quote(name)} leaves ${quote(from)}, which writes nothing here`;
  if (graph.destination(to) === undefined) return `${quote(name)} enters ${quote(to)}, which reads nothing here`;
  return `${quote(name)} points backwards: ${to} reads before ${from} is written`;
}

/** Names in a file may be long or hold anything. */
export const quote = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}…` : text);

const SHOWN = 3;

/** One error for all that is wrong with a file, the first few named. */
export function circuitFlaws(flaws: readonly string[], count: number, graph: EdgeGraph): PatchbayError {
  const more = count > SHOWN ? `; and ${count - SHOWN} more` : '';
  return invalidInput(
    `The circuit does not fit a model of ${describeShape(graph.shape)}: ${flaws.slice(0, SHOWN).join('; ')}${more}.`,
    'Use a circuit of the same model, with edges named as a3.h5->a7.h2<q>, each with a finite score.',
  );
}

/** Whether two graphs have the same nodes and edges. */
export const sameShape = (a: EdgeGraphShape, b: EdgeGraphShape): boolean =>
  a.layers === b.layers &&
  a.heads === b.heads &&
  a.mlps === b.mlps &&
  Boolean(a.parallel) === Boolean(b.parallel) &&
  Boolean(a.positionSource) === Boolean(b.positionSource);

/** @throws PatchbayError `invalid-input` where a file names another graph than the one that is asked for */
export function assertShape(found: EdgeGraphShape, wanted: EdgeGraphShape): void {
  if (sameShape(found, wanted)) return;
  throw invalidInput(
    `The circuit is of another model: ${describeShape(found)}; this one has ${describeShape(wanted)}.`,
    'Use a circuit that was found in this model, or name the model it was found in.',
  );
}
