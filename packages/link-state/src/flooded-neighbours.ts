/** In a dense graph fresh advertisements go to this many neighbours at once; the others hear their names and ask. */
export const FLOODED_NEIGHBOURS_MAX = 32;

/** Those of `neighbours` that `own` floods: all of a few, of many the ones with the highest rendezvous hash. */
export function floodedAmong(own: string, neighbours: readonly string[]): ReadonlySet<string> {
  if (neighbours.length <= FLOODED_NEIGHBOURS_MAX) return new Set(neighbours);
  const ranked = neighbours
    .map((key) => ({ key, rank: rendezvous(own, key) }))
    .toSorted((a, b) => b.rank - a.rank || (a.key < b.key ? -1 : 1));
  return new Set(ranked.slice(0, FLOODED_NEIGHBOURS_MAX).map(({ key }) => key));
}

/** A 32-bit hash of two texts (FNV-1a with a final mix): the same choice each time, and even over many. */
export function rendezvous(a: string, b: string): number {
  let hash = 0x811c9dc5;
  const text = `${a}/${b}`;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
