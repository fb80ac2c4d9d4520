/** Octets that a seed repeats: both ends of a test know them without sending them twice. */
import { createHash } from "node:crypto";
import { SeededRandom } from "@flor/impairment";

const CHUNK_OCTETS = 65_536;

/** Yields `octets` octets in chunks of 64 KiB, the last one shorter. Each chunk is the caller's. */
export function* seededChunks(seed: number, octets: number): Generator<Uint8Array> {
  const random = new SeededRandom(seed);
  for (let left = octets; left > 0; left -= CHUNK_OCTETS) {
    const words = new Uint32Array(CHUNK_OCTETS / 4);
    for (let index = 0; index < words.length; index += 1) words[index] = random.nextWord();
    yield new Uint8Array(words.buffer, 0, Math.min(left, CHUNK_OCTETS));
  }
}

/** All of it at once; for what fits in memory. */
export function seededOctets(seed: number, octets: number): Uint8Array {
  const all = new Uint8Array(octets);
  let offset = 0;
  for (const chunk of seededChunks(seed, octets)) {
    all.set(chunk, offset);
    offset += chunk.length;
  }
  return all;
}

/** SHA-256 of the same octets, in hexadecimal. */
export function seededHash(seed: number, octets: number): string {
  const hash = createHash("sha256");
  for (const chunk of seededChunks(seed, octets)) hash.update(chunk);
  return hash.digest("hex");
}
