import { Random } from '@patchbay/tasks';

export interface Interval {
  low: number;
  high: number;
}

export interface BootstrapOptions {
  /** draws with replacement; 1 000 where absent */
  draws?: number;
  seed: number;
  /** 0.95 where absent */
  level?: number;
}

/**
 * Percentile intervals of several figures of the same examples, all from the same draws, so that their differences are
 * paired (Efron 1979).
 *
 * @param examples how many there are
 * @param figures of the examples at some places, each place as often as it was drawn
 */
export function bootstrap(
  examples: number,
  figures: (drawn: Uint32Array) => readonly number[],
  { draws = 1000, seed, level = 0.95 }: BootstrapOptions,
): Interval[] {
  const random = new Random(seed);
  const drawn = new Uint32Array(examples);
  const values: number[][] = [];
  for (let draw = 0; draw < draws; draw++) {
    for (let i = 0; i < examples; i++) drawn[i] = random.below(examples);
    figures(drawn).forEach((value, figure) => (values[figure] ??= []).push(value));
  }
  const tail = (1 - level) / 2;
  return values.map((of) => {
    const sorted = Float64Array.from(of).sort();
    return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
  });
}

/** Quantile of sorted values, between neighbours by their distance (type 7, as NumPy's and R's default). */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below] ?? NaN;
  // An infinity beside itself stays one: no difference is taken where none is needed.
  return at === below ? low : low + (at - below) * ((sorted[below + 1] ?? NaN) - low);
}

/** Mean of the values at some places. */
export function meanAt(values: ArrayLike<number>, places: Uint32Array): number {
  let sum = 0;
  for (const place of places) sum += values[place] ?? NaN;
  return sum / places.length;
}
