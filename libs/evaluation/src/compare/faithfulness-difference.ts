import { bootstrap, type BootstrapOptions, meanAt } from '../curves/bootstrap.js';

/** By set of edges, metric(circuit) − metric(model) for each pair, as a faithfulness run reports it; `none` is all ablated. */
export type EffectsBySet = Readonly<Record<string, readonly (number | null)[]>>;

export interface FaithfulnessDifference {
  set: string;
  a: number;
  b: number;
  /** f_B − f_A, with its paired interval over the pairs */
  difference: number;
  low: number;
  high: number;
}

/**
 * f_B − f_A of every set of edges that both runs measured on the same pairs, with intervals from the same draws of pairs
 * for all (METHODS: night-to-night comparison, step 4). Runs whose pairs differ cannot be compared pair by pair: none.
 */
export function compareFaithfulness(
  a: EffectsBySet,
  b: EffectsBySet,
  options: BootstrapOptions,
): FaithfulnessDifference[] {
  const pairs = a['none']?.length ?? 0;
  if (pairs === 0 || b['none']?.length !== pairs) return [];
  const sets = Object.keys(a).filter((set) => set in b && set !== 'none' && !set.startsWith('random.'));
  const [first, second] = [a, b].map(numbers);
  const f = (effects: Map<string, Float64Array> | undefined, set: string, drawn: Uint32Array): number =>
    1 - meanAt(effects?.get(set) ?? [], drawn) / meanAt(effects?.get('none') ?? [], drawn);
  const both = (drawn: Uint32Array): number[] => sets.map((set) => f(second, set, drawn) - f(first, set, drawn));
  const intervals = bootstrap(pairs, both, options);
  const all = Uint32Array.from({ length: pairs }, (_, i) => i);
  return sets.map((set, i) => {
    const [before, after] = [f(first, set, all), f(second, set, all)];
    const { low, high } = intervals[i] ?? { low: NaN, high: NaN };
    return { set, a: before, b: after, difference: after - before, low, high };
  });
}

const numbers = (effects: EffectsBySet): Map<string, Float64Array> =>
  new Map(Object.entries(effects).map(([set, values]) => [set, Float64Array.from(values, (v) => v ?? NaN)]));
