/**
 * Names that only the C library can look up, by its own means. It runs on threads that Node shares with files, of which
 * names get half at most; so only a few are looked up at once, and a caller that waits too long fails by its own time limit.
 */
import { lookup } from "node:dns/promises";
import { canonicalIpAddress, Cause, parseIpAddress } from "@flor/wire";
import type { DialFailure } from "./cause-of-error.ts";
import { errorCode } from "./error-code.ts";
import { Places } from "./places.ts";

export const LOOKUPS_AT_ONCE = 2;
export const LOOKUPS_WAITING_MAX = 256;

/** The addresses of a name, or why there are none. */
type SystemAddresses = { readonly addresses: readonly Uint8Array[] } | DialFailure;

/** Asks the C library, as `getaddrinfo` would be. */
export class SystemLookup {
  readonly #places = new Places(LOOKUPS_AT_ONCE, LOOKUPS_WAITING_MAX);
  readonly #ask: (name: string) => Promise<SystemAddresses>;

  /** @param ask never rejects. @default the C library */
  constructor(ask: (name: string) => Promise<SystemAddresses> = askLibrary) {
    this.#ask = ask;
  }

  /** The addresses of a name, in the order of the library. Never rejects. */
  async addressesOf(name: string): Promise<SystemAddresses> {
    const result = Promise.withResolvers<SystemAddresses>();
    const isTaken = this.#places.run(async () => result.resolve(await this.#ask(name)));
    if (!isTaken) result.resolve({ cause: Cause.OVERLOADED, text: "too many names wait for the system's resolver" });
    return result.promise;
  }
}

async function askLibrary(name: string): Promise<SystemAddresses> {
  try {
    const found = await lookup(name, { all: true, verbatim: true });
    return { addresses: found.flatMap(({ address }) => octetsOf(address)) };
  } catch (error) {
    const code = errorCode(error);
    const cause = code === "ENOTFOUND" ? Cause.NAME_NOT_FOUND : Cause.HOST_UNREACHABLE;
    return { cause, text: `name query: ${code}` };
  }
}

function octetsOf(text: string): Uint8Array[] {
  const address = parseIpAddress(text);
  return address === undefined ? [] : [canonicalIpAddress(address)];
}
