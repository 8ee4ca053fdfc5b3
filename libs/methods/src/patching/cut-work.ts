/** Arithmetic of one unit: some seconds on two cores, so that a kill loses little and the stores see little. */
const UNIT_FLOPS = 2e12;

/** Cuts a list of things to compute, by the arithmetic of each, into ranges first … end − 1 of one unit each. */
export function cutWork(flops: readonly number[]): { first: number; end: number }[] {
  const ranges: { first: number; end: number }[] = [];
  let spent = Infinity;
  for (const [i, cost] of flops.entries()) {
    if (spent >= UNIT_FLOPS) {
      ranges.push({ first: i, end: i });
      spent = 0;
    }
    const range = ranges.at(-1);
    if (range) range.end = i + 1;
    spent += cost;
  }
  return ranges;
}
