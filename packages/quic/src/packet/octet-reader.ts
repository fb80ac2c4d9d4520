const NO_OCTETS = new Uint8Array(0);
const TWO_32 = 0x1_0000_0000;

/**
 * Reads octets from front to back. One reader is used again for every packet. What reaches beyond the end reads as 0 and
 * sets `isBroken`, which the caller looks at once per frame.
 */
export class OctetReader {
  octets: Uint8Array = NO_OCTETS;
  at = 0;
  end = 0;
  isBroken = false;

  /** Begins with octets[at, end). */
  begin(octets: Uint8Array, at: number, end: number): void {
    this.octets = octets;
    this.at = at;
    this.end = end;
    this.isBroken = false;
  }

  get left(): number {
    return this.end - this.at;
  }

  octet(): number {
    if (this.at >= this.end) return this.#fail();
    const value = this.octets[this.at] ?? 0;
    this.at += 1;
    return value;
  }

  /** A big-endian number of 32 bits. */
  u32(): number {
    if (this.at + 4 > this.end) return this.#fail();
    const value = u32At(this.octets, this.at);
    this.at += 4;
    return value;
  }

  /** A variable-length integer, RFC 9000 section 16. */
  varint(): number {
    const { octets, at } = this;
    if (at >= this.end) return this.#fail();
    const first = octets[at] ?? 0;
    if (first < 0x40) {
      this.at = at + 1;
      return first;
    }
    const length = 1 << (first >> 6);
    if (at + length > this.end) return this.#fail();
    this.at = at + length;
    if (length === 2) return ((first & 0x3f) << 8) | (octets[at + 1] ?? 0);
    const high = u32At(octets, at) & 0x3fff_ffff;
    return length === 4 ? high : high * TWO_32 + u32At(octets, at + 4);
  }

  /** Passes over `count` octets. */
  skip(count: number): void {
    if (count > this.end - this.at) this.#fail();
    else this.at += count;
  }

  /** The next `count` octets, a view; empty when there are fewer. */
  view(count: number): Uint8Array {
    const { at } = this;
    this.skip(count);
    return this.isBroken ? NO_OCTETS : this.octets.subarray(at, at + count);
  }

  #fail(): 0 {
    this.isBroken = true;
    this.at = this.end;
    return 0;
  }
}

function u32At(octets: Uint8Array, at: number): number {
  const high = ((octets[at] ?? 0) << 24) | ((octets[at + 1] ?? 0) << 16);
  return (high | ((octets[at + 2] ?? 0) << 8) | (octets[at + 3] ?? 0)) >>> 0;
}
