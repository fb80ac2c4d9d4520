/** A set of things for each key; a key without any is not there. Keys are in the order in which they came. */
export class KeyedSets<Key, Item> {
  readonly #byKey = new Map<Key, Set<Item>>();
  readonly #none: ReadonlySet<Item> = new Set();

  /** What is there of a key. */
  of(key: Key): ReadonlySet<Item> {
    return this.#byKey.get(key) ?? this.#none;
  }

  keys(): IterableIterator<Key> {
    return this.#byKey.keys();
  }

  has(key: Key): boolean {
    return this.#byKey.has(key);
  }

  /** Harmless when it is there already. */
  add(key: Key, item: Item): void {
    const items = this.#byKey.get(key) ?? new Set<Item>();
    this.#byKey.set(key, items.add(item));
  }

  /** Harmless when it is not there. */
  delete(key: Key, item: Item): void {
    const items = this.#byKey.get(key);
    items?.delete(item);
    if (items?.size === 0) this.#byKey.delete(key);
  }

  /** Takes a key away with all that is there of it, and returns that. */
  take(key: Key): ReadonlySet<Item> {
    const items = this.of(key);
    this.#byKey.delete(key);
    return items;
  }

  /** Puts a key behind all others. */
  moveLast(key: Key): void {
    const items = this.#byKey.get(key);
    if (items === undefined) return;
    this.#byKey.delete(key);
    this.#byKey.set(key, items);
  }

  clear(): void {
    this.#byKey.clear();
  }
}
