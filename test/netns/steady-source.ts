/** A service that sends octets at a steady pace, as a call or a video does. */
import { type Namespace, type NamespaceServer, seededHash, startServer } from "@flor/testkit";

const SEED = 7;
const CHUNK_OCTETS = 32_768;
const INTERVAL_MS = 10;

/** How many octets come in this time, about. */
export function octetsIn(seconds: number): number {
  return Math.round((seconds * 1000) / INTERVAL_MS) * CHUNK_OCTETS;
}

/** A running source. Dispose it (`await using`) to end it. */
export class SteadySource implements AsyncDisposable {
  readonly address: string;
  readonly port: number;
  /** Octets that a client gets. */
  readonly octets: number;
  /** Their SHA-256, hexadecimal. */
  readonly hash: string;
  readonly #server: NamespaceServer;

  private constructor(address: string, octets: number, server: NamespaceServer) {
    this.address = address;
    this.port = server.port;
    this.octets = octets;
    this.hash = seededHash(SEED, octets);
    this.#server = server;
  }

  /** Serves on `address`, an address of `namespace`; each client gets octets for this long. */
  static async open(namespace: Namespace, address: string, seconds: number): Promise<SteadySource> {
    const octets = octetsIn(seconds);
    const pace = { chunkOctets: CHUNK_OCTETS, intervalMs: INTERVAL_MS };
    const server = await startServer(namespace, { kind: "slow", host: address, seed: SEED, octets, ...pace });
    return new SteadySource(address, octets, server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }
}
