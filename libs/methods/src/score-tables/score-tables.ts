import { invalidInput, type Result } from '@patchbay/contracts';

/** Numbers of a result with the names of their rows. */
export interface ScoreTable {
  id: 'nodes' | 'edges' | 'per_example';
  /** of each row */
  names: readonly string[];
  /** [names], or [names, pairs] */
  shape: readonly number[];
  data: Float64Array;
}

/**
 * A result as arrays: `nodes` and `edges` [names], the mean effects, and `per_example` [names, pairs], the effect of each
 * pair, NaN where a pair lacks the site. All in the result's own order and sign; its manifest says how effects turn into
 * importance. Arrays without rows are left out.
 *
 * @throws PatchbayError `invalid-input` where it holds no numbers at all
 */
export function scoreTables({ nodes, edges, perExample }: Result): ScoreTable[] {
  const pairs = Math.max(0, ...Object.values(perExample).map((values) => values.length));
  const tables = [means('nodes', nodes), means('edges', edges), byPair(perExample, pairs)];
  const filled = tables.filter(({ names }) => names.length > 0);
  if (filled.length > 0) return filled;
  throw invalidInput('The result scores no nodes and no edges.', 'Its tables stand in the result itself, as JSON.');
}

const means = (id: 'nodes' | 'edges', effects: Readonly<Record<string, number>>): ScoreTable => {
  const names = Object.keys(effects);
  return { id, names, shape: [names.length], data: Float64Array.from(Object.values(effects)) };
};

function byPair(perExample: Result['perExample'], pairs: number): ScoreTable {
  const names = Object.keys(perExample);
  const data = new Float64Array(names.length * pairs).fill(NaN);
  Object.values(perExample).forEach((values, row) => {
    values.forEach((value, pair) => (data[row * pairs + pair] = value ?? NaN));
  });
  return { id: 'per_example', names, shape: [names.length, pairs], data };
}
