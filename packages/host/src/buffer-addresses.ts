import { LARGE_COUNT } from "@flor/machine";
import koffi from "koffi";

/** Remembers where ArrayBuffers lie, because asking costs as much as a call into OpenSSL. */
const addresses = new WeakMap<ArrayBufferLike, number>();

/**
 * The addresses of the arrays that one caller works on, one after the other. Callers check its bounds
 * against the array first: a transferred or shrunk buffer has fewer octets, never another address with as many.
 */
export class BufferAddresses {
  #last: Uint8Array | undefined;
  #lastAddress: number = LARGE_COUNT;

  /** The address of `octets[0]`; valid as long as the caller holds `octets`. */
  of(octets: Uint8Array): number {
    if (octets === this.#last) return this.#lastAddress;
    // An array that V8 keeps on its own heap moves out of it with the first look at its buffer.
    const { buffer } = octets;
    let address = addresses.get(buffer);
    if (address === undefined) {
      address = Number(koffi.address(new Uint8Array(buffer)));
      addresses.set(buffer, address);
    }
    this.#last = octets;
    this.#lastAddress = address + octets.byteOffset;
    return this.#lastAddress;
  }
}
