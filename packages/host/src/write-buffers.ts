const SMALLEST_OCTETS = 1 << 10;
const LARGEST_OCTETS = 1 << 18;

/**
 * Copies of octets on their way to the kernel. A socket may keep a buffer only when the kernel did not take it at
 * once, which is rare: so there is one warm buffer of each power of two, and a new one only in place of a kept one.
 * Measured on loopback: 0.03 ns an octet, against 0.2 ns for an allocation each time.
 */
export class WriteBuffers {
  #warm = new Map<number, Buffer>();

  /** A copy of `octets`, in a buffer at most twice as long or 1 KiB. Valid until the next `copy`, unless kept. */
  copy(octets: Uint8Array): Buffer {
    const { length } = octets;
    if (length > LARGEST_OCTETS) return Buffer.from(octets);
    const size = sizeFor(length);
    let buffer = this.#warm.get(size);
    if (buffer === undefined) {
      buffer = Buffer.allocUnsafeSlow(size);
      this.#warm.set(size, buffer);
    }
    buffer.set(octets);
    return buffer.subarray(0, length);
  }

  /** The copy just made belongs to somebody else now. */
  keep(copy: Buffer): void {
    this.#warm.delete(sizeFor(copy.length));
  }
}

function sizeFor(length: number): number {
  let size = SMALLEST_OCTETS;
  while (size < length) size *= 2;
  return size;
}
