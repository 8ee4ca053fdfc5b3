/** Codes of some prompts at every head, and which class each prompt is of. */
export interface Codes {
  heads: number;
  /** [prompts, heads] */
  codes: ArrayLike<number>;
  /** by prompt: 1 for a positive one */
  positive: Uint8Array;
}

/** The codes of one head, prompt by prompt, renumbered 0, 1, … in the order in which they first occur. */
export function groupsOf({ heads, codes, positive }: Codes, head: number): { groups: Int32Array; count: number } {
  const numbers = new Map<number, number>();
  const groups = Int32Array.from(positive, (_, prompt) => {
    const code = codes[prompt * heads + head] ?? NaN;
    const known = numbers.get(code) ?? numbers.size;
    numbers.set(code, known);
    return known;
  });
  return { groups, count: numbers.size };
}
