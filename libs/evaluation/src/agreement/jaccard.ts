/** Share of what is in either set that is in both; 1 for two empty sets. */
export function jaccard<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number {
  let shared = 0;
  for (const item of a) if (b.has(item)) shared++;
  const union = a.size + b.size - shared;
  return union === 0 ? 1 : shared / union;
}

/** The same of two edge sets as masks. */
export function jaccardOfMasks(a: Uint8Array, b: Uint8Array): number {
  let shared = 0;
  let union = 0;
  a.forEach((one, edge) => {
    const other = b[edge] ?? 0;
    shared += one & other;
    union += one | other;
  });
  return union === 0 ? 1 : shared / union;
}

/** What two sets that were drawn at random share, each with a share k of all: k / (2 − k). */
export const chanceJaccard = (share: number): number => share / (2 - share);
