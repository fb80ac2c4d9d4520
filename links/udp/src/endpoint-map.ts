import type { DatagramSource, IpEndpoint } from "@flor/host/datagram";
import type { UdpPort } from "./udp-port.ts";

/** Ports by the address their datagrams come from. Finding one makes neither strings nor objects. */
export class EndpointMap {
  readonly #buckets = new Map<number, UdpPort[]>();
  #last: UdpPort | undefined;

  /** The port whose endpoint is `source`, or `undefined` for a stranger. */
  find(source: DatagramSource): UdpPort | undefined {
    const last = this.#last;
    if (last?.endpoint !== undefined && source.is(last.endpoint)) return last;
    const bucket = this.#buckets.get(hash(source.word0, source.word1, source.word2, source.word3, source.port));
    if (bucket === undefined) return undefined;
    for (const port of bucket) {
      if (port.endpoint !== undefined && source.is(port.endpoint)) {
        this.#last = port;
        return port;
      }
    }
    return undefined;
  }

  /** Gives `port` a new endpoint, or none. A port that had it before loses it. */
  move(port: UdpPort, endpoint: IpEndpoint | undefined): void {
    if (port.endpoint !== undefined) this.#remove(port, port.endpoint);
    port.endpoint = endpoint;
    if (endpoint === undefined) return;
    const key = hashOf(endpoint);
    const bucket = this.#buckets.get(key) ?? [];
    // The newest claim is found first: two neighbours with one address are told apart by their tokens.
    bucket.unshift(port);
    this.#buckets.set(key, bucket);
    this.#last = undefined;
  }

  #remove(port: UdpPort, endpoint: IpEndpoint): void {
    const key = hashOf(endpoint);
    const rest = (this.#buckets.get(key) ?? []).filter((other) => other !== port);
    if (rest.length === 0) this.#buckets.delete(key);
    else this.#buckets.set(key, rest);
    if (this.#last === port) this.#last = undefined;
  }
}

function hashOf({ words, port }: IpEndpoint): number {
  return hash(words[0], words[1], words[2], words[3], port);
}

function hash(a: number, b: number, c: number, d: number, port: number): number {
  return (d ^ Math.imul(c ^ b, 0x9e37) ^ Math.imul(a ^ port, 0x85eb)) >>> 0;
}
