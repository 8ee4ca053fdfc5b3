/** splitmix32: one seed becomes four well-mixed words of state; distinct seeds give distinct states. */
function* splitmix32(seed: number): Generator<number, never> {
  let state = seed >>> 0;
  for (;;) {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    yield (mixed ^ (mixed >>> 15)) >>> 0;
  }
}

const rotateLeft = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

/**
 * xoshiro128** (Blackman and Vigna 2018): the same numbers for the same seed on every machine and in every version,
 * since a task is remembered by its seed.
 */
export class Random {
  readonly #state: Uint32Array;

  /** @param seed 32 bits are used */
  constructor(seed: number) {
    const words = splitmix32(seed);
    this.#state = Uint32Array.from({ length: 4 }, () => words.next().value);
  }

  /** uniform over the integers 0 … 2³² − 1 */
  next(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#state;
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    this.#state.set([a ^ d ^ b, b ^ c ^ a, c ^ a ^ (b << 9), rotateLeft(d ^ b, 11)]);
    return result;
  }

  /** uniform over 0 … limit − 1, with no bias towards small numbers */
  below(limit: number): number {
    const fair = 2 ** 32 - (2 ** 32 % limit);
    for (;;) {
      const number = this.next();
      if (number < fair) return number % limit;
    }
  }

  /** uniform over low … high, both included */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  /** `count` different places of the list, in random order */
  sample<T>(list: readonly T[], count: number): T[] {
    const rest = [...list];
    return Array.from({ length: count }, () => rest.splice(this.below(rest.length), 1)[0] as T);
  }
}
