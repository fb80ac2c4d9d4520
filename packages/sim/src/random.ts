/** The same numbers in each run with the same seed: mulberry32, uniform in [0, 1). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` different items, in random order. */
export function someOf<Item>(items: readonly Item[], count: number, random: () => number): readonly Item[] {
  const left = [...items];
  const chosen: Item[] = [];
  while (chosen.length < count && left.length > 0) chosen.push(...left.splice(Math.floor(random() * left.length), 1));
  return chosen;
}

/** `count` octets by chance. */
export function someOctets(count: number, random: () => number): Uint8Array {
  return Uint8Array.from({ length: count }, () => Math.floor(random() * 256));
}
