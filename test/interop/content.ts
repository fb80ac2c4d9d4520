/** The octets that servers answer with, as `peers/README.md` defines them. */
import { createHash } from "node:crypto";

const PERIOD = 65_521;
const CHUNK_MAX_OCTETS = 65_536;

const block = new Uint8Array(PERIOD + CHUNK_MAX_OCTETS);
for (let at = 0; at < block.length; at += 1) {
  const index = at % PERIOD;
  block[at] = index * 167 + (index >> 8) * 13;
}

/** A view of the content at `offset`, `length` octets at most. */
export function contentAt(offset: number, length: number): Uint8Array {
  const start = offset % PERIOD;
  return block.subarray(start, start + Math.min(length, CHUNK_MAX_OCTETS));
}

/** SHA-256 of the first octets, hexadecimal. */
export function contentHash(octets: number): string {
  const hash = createHash("sha256");
  for (let at = 0; at < octets;) {
    const chunk = contentAt(at, octets - at);
    hash.update(chunk);
    at += chunk.length;
  }
  return hash.digest("hex");
}
