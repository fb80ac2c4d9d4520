/** Reading and writing octets in order, big-endian. What is malformed reads as `undefined`, and never throws. */

/** Writes fields one after another. */
export class OctetWriter {
  readonly #octets: number[] = [];

  u8(value: number): this {
    this.#octets.push(value & 0xff);
    return this;
  }

  u16(value: number): this {
    return this.u8(value >>> 8).u8(value);
  }

  /** A whole number below 2^53. */
  u64(value: number): this {
    for (let shift = 56; shift >= 0; shift -= 8) this.u8(Math.floor(value / 2 ** shift) % 256);
    return this;
  }

  octets(octets: Uint8Array): this {
    for (const octet of octets) this.#octets.push(octet);
    return this;
  }

  /** ASCII behind its length in one octet. */
  text(text: string): this {
    this.u8(text.length);
    for (let at = 0; at < text.length; at += 1) this.u8(text.charCodeAt(at));
    return this;
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#octets);
  }
}

/** Reads fields one after another; after the first that is not there, {@link isWhole} is false for good. */
export class OctetReader {
  isWhole = true;
  readonly #octets: Uint8Array;
  #at = 0;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  /** Everything was read, and nothing was missing. */
  get isDone(): boolean {
    return this.isWhole && this.#at === this.#octets.length;
  }

  u8(): number {
    return this.octets(1)[0] ?? 0;
  }

  u16(): number {
    return this.u8() * 256 + this.u8();
  }

  /** Numbers from 2^53 on are malformed. */
  u64(): number {
    let value = 0;
    for (let i = 0; i < 8; i += 1) value = value * 256 + this.u8();
    if (!Number.isSafeInteger(value)) this.isWhole = false;
    return this.isWhole ? value : 0;
  }

  /** A copy. */
  octets(length: number): Uint8Array {
    if (!this.isWhole || this.#at + length > this.#octets.length) {
      this.isWhole = false;
      return new Uint8Array(length);
    }
    this.#at += length;
    return this.#octets.slice(this.#at - length, this.#at);
  }

  /** Printable ASCII behind its length; other octets are malformed. */
  text(): string {
    let text = "";
    for (const octet of this.octets(this.u8())) {
      if (octet < 0x20 || octet > 0x7e) this.isWhole = false;
      text += String.fromCharCode(octet);
    }
    return this.isWhole ? text : "";
  }
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, "0"));

/** Octets as hexadecimal digits: the key of a node or network in maps. */
export function hexOf(octets: Uint8Array): string {
  let hex = "";
  for (const octet of octets) hex += HEX[octet] ?? "";
  return hex;
}

/** The octets of hexadecimal digits. */
export function octetsOfHex(hex: string): Uint8Array {
  const octets = new Uint8Array(hex.length / 2);
  for (let i = 0; i < octets.length; i += 1) octets[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return octets;
}
