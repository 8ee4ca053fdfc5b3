/** Hands back what was put in, the first by `isBefore` first; each call costs the logarithm of what is in it. */
export class Heap<T> {
  readonly #items: T[] = [];

  constructor(readonly isBefore: (a: T, b: T) => boolean) {}

  push(item: T): void {
    const items = this.#items;
    let at = items.length;
    for (let parent = (at - 1) >> 1; at > 0; parent = (at - 1) >> 1) {
      const above = items[parent] as T;
      if (!this.isBefore(item, above)) break;
      items[at] = above;
      at = parent;
    }
    items[at] = item;
  }

  pop(): T | undefined {
    const [first] = this.#items;
    const last = this.#items.pop();
    if (last !== undefined && this.#items.length > 0) this.#sink(last);
    return first;
  }

  /** Puts an item where the first was. */
  #sink(item: T): void {
    const items = this.#items;
    let at = 0;
    for (let child = 1; child < items.length; child = 2 * at + 1) {
      const right = child + 1;
      const best = right < items.length && this.isBefore(items[right] as T, items[child] as T) ? right : child;
      if (!this.isBefore(items[best] as T, item)) break;
      items[at] = items[best] as T;
      at = best;
    }
    items[at] = item;
  }
}
