import { parseIpAddress } from "@flor/wire";
import { networkInterfaces } from "node:os";
import { errorCode } from "./error-code.ts";

/** Addresses of this machine, 4 or 16 octets each, or the code of the error that keeps them from being known. */
export type OwnAddressList = readonly Uint8Array[] | { readonly code: string };

/** Interfaces come and go without notice: the list is read again when it is older than this. */
const FRESH_MS = 1000;
/** While it cannot be read, what was read before holds for this long: descriptors are short for moments. */
const STALE_MAX_MS = 10_000;

/** The addresses of this machine's interfaces; the list is read when somebody asks, once a second at most. */
export class OwnAddresses {
  readonly #read: () => readonly Uint8Array[];
  #list: OwnAddressList = { code: "not read" };
  #readAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;

  /** @param read throws when the system does not tell. @default what the system says */
  constructor(read: () => readonly Uint8Array[] = addressesOfInterfaces) {
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
    try {
      this.#list = this.#read();
      this.#readAt = now;
    } catch (error) {
      if (now - this.#readAt >= STALE_MAX_MS) this.#list = { code: errorCode(error) };
    }
  }
}

function addressesOfInterfaces(): readonly Uint8Array[] {
  return Object.values(networkInterfaces()).flatMap((entries) =>
    (entries ?? []).flatMap(({ address }) => parseIpAddress(address.split("%", 1)[0] ?? "") ?? []),
  );
}
