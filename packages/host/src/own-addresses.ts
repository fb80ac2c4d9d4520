import { parseIpAddress } from "@flor/wire";
import { interfaceAddresses } from "./interface-addresses.ts";

/** Addresses of this machine, 4 or 16 octets each, or the code of the error that keeps them from being known. */
export type OwnAddressList = readonly Uint8Array[] | { readonly code: string };

/** Interfaces come and go without notice: the list is read again when it is older than this. */
const FRESH_MS = 1000;
/** While it cannot be read, what was read before holds for this long: descriptors are short for moments. */
const STALE_MAX_MS = 10_000;

/** The addresses of this machine's interfaces; the list is read when somebody asks, once a second at most. */
export class OwnAddresses {
  readonly #read: () => OwnAddressList;
  #list: OwnAddressList = { code: "not read" };
  #readAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;

  /** @param read never throws. @default what the system says */
  constructor(read: () => OwnAddressList = addressesOfInterfaces) {
    this.#read = read;
  }

  /** The list at `now`, in milliseconds of a monotonic clock. Never throws. */
  at(now: number): OwnAddressList {
    if (now - this.#askedAt >= FRESH_MS) {
      this.#askedAt = now;
      this.#refresh(now);
    }
    return this.#list;
  }

  #refresh(now: number): void {
    const read = this.#read();
    if ("code" in read && now - this.#readAt < STALE_MAX_MS) return;
    this.#list = read;
    if (!("code" in read)) this.#readAt = now;
  }
}

function addressesOfInterfaces(): OwnAddressList {
  const found = interfaceAddresses();
  if ("code" in found) return found;
  return found.flatMap(({ address }) => parseIpAddress(address.split("%", 1)[0] ?? "") ?? []);
}
