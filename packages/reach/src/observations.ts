/** Under which addresses neighbours see this node, over one link, and what that tells of the NAT in between. */
import { addressOf, hostAddressOf } from "./udp-address.ts";

/** Neighbours whose word is kept; of more the oldest is forgotten. */
export const OBSERVERS_MAX = 64;

/**
 * `unknown`: nobody told, or one neighbour alone. `none`: seen under an address of this machine. `independent`: all
 * neighbours see the same address and port (RFC 4787 section 4.1, endpoint-independent mapping). `dependent`: each sees
 * another one, as behind a NAT that is called symmetric.
 */
export type Mapping = "unknown" | "none" | "independent" | "dependent";

/** See the head of this file. */
export class Observations {
  readonly #byObserver = new Map<string, string>();
  /** What neighbours told that are silent now. */
  readonly #bySilent = new Map<string, string>();

  /** A neighbour tells; whether that is news. What is no address changes nothing. */
  set(observer: string, text: string): boolean {
    const address = addressOf(text)?.text;
    if (address === undefined || this.#byObserver.get(observer) === address) return false;
    this.#bySilent.delete(observer);
    keep(this.#byObserver, observer, address);
    return true;
  }

  /**
   * A neighbour is heard, or not any more: what it told counts while it is. It tells only what is new to it, so its word
   * is kept for its return. Returns whether that changed something.
   */
  setHeard(observer: string, isHeard: boolean): boolean {
    const [from, to] = isHeard ? [this.#bySilent, this.#byObserver] : [this.#byObserver, this.#bySilent];
    const address = from.get(observer);
    if (address === undefined) return false;
    from.delete(observer);
    keep(to, observer, address);
    return true;
  }

  /** The addresses told, the newest first. */
  get addresses(): readonly string[] {
    return [...new Set([...this.#byObserver.values()].toReversed())];
  }

  /** What each neighbour told. */
  get entries(): readonly (readonly [observer: string, address: string])[] {
    return [...this.#byObserver];
  }

  /** @param hosts addresses of this machine, as its link tells them */
  mapping(hosts: readonly string[]): Mapping {
    const own = new Set(hosts.map((host) => hostAddressOf(host)?.text));
    const seen = this.addresses;
    if (seen.length === 0) return "unknown";
    if (seen.every((address) => own.has(address))) return "none";
    const mapped = this.#byFamily(own);
    if (mapped.some((addresses) => new Set(addresses).size > 1)) return "dependent";
    return mapped.some((addresses) => addresses.length > 1) ? "independent" : "unknown";
  }

  /** The mapped addresses that were told, for each family. */
  #byFamily(own: ReadonlySet<string | undefined>): string[][] {
    const mapped = [...this.#byObserver.values()].filter((address) => !own.has(address));
    const isIpv6 = (address: string): boolean => address.startsWith("[");
    return [mapped.filter((one) => !isIpv6(one)), mapped.filter(isIpv6)];
  }
}

function keep(addresses: Map<string, string>, observer: string, address: string): void {
  addresses.delete(observer);
  addresses.set(observer, address);
  for (const oldest of addresses.keys()) {
    if (addresses.size <= OBSERVERS_MAX) break;
    addresses.delete(oldest);
  }
}
