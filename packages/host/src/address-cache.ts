import { LARGE_COUNT } from "@flor/machine";
import { addressOf } from "./libc.ts";

/** Remembers where arrays lie in memory, because asking costs more than the rest of a send's preparation. */
export class AddressCache {
  readonly #addresses = new WeakMap<Uint8Array, number>();
  #last: Uint8Array | undefined;
  #lastAddress: number = LARGE_COUNT;

  /** The address of `octets[0]`; valid as long as the caller holds `octets`. */
  of(octets: Uint8Array): number {
    if (octets === this.#last) return this.#lastAddress;
    let address = this.#addresses.get(octets);
    if (address === undefined) {
      address = addressOf(octets);
      this.#addresses.set(octets, address);
    }
    this.#last = octets;
    this.#lastAddress = address;
    return address;
  }
}
