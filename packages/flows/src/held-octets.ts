/**
 * Copies of octets that a stream did not take yet. Large ones come from a few buffers that are used again: at full
 * speed there is one a turn, and each fresh buffer would bring V8's next full collection nearer.
 */

const LARGE_OCTETS = 32_768;
const BUFFER_OCTETS = 262_144;
/** Free buffers kept: 4 MiB. */
const FREE_MAX = 16;

const free: ArrayBufferLike[] = [];

/** A copy of `octets`; give it back with {@link release} when it is used up. */
export function hold(octets: Uint8Array): Uint8Array {
  if (octets.length < LARGE_OCTETS || octets.length > BUFFER_OCTETS) return octets.slice();
  const copy = new Uint8Array(free.pop() ?? new ArrayBuffer(BUFFER_OCTETS), 0, octets.length);
  copy.set(octets);
  return copy;
}

/** The octets of {@link hold}, or a part of them, are not needed any more. */
export function release(held: Uint8Array): void {
  if (held.buffer.byteLength === BUFFER_OCTETS && free.length < FREE_MAX) free.push(held.buffer);
}
