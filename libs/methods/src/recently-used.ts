/** Keeps the last few things that were asked for; one that failed to be made is forgotten. */
export class RecentlyUsed<T extends Promise<unknown>> {
  readonly #entries = new Map<string, T>();

  constructor(readonly limit: number) {}

  get(key: string, make: () => T): T {
    const entry = this.#entries.get(key) ?? make();
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.catch(() => this.#entries.delete(key));
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.limit) break;
      this.#entries.delete(oldest);
    }
    return entry;
  }

  clear(): void {
    this.#entries.clear();
  }
}
