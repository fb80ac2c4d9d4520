/** A service that sends octets at a steady pace, as a call or a video does, for longer than any test. */
import { type Namespace, type NamespaceServer, seededHash, startServer } from "@flor/testkit";

const SEED = 7;
const CHUNK_OCTETS = 8192;
const INTERVAL_MS = 10;
/** Half an hour and more. */
const OCTETS = 2_000_000_000;
/** What comes in a second, about. */
export const SECOND_OCTETS: number = (1000 / INTERVAL_MS) * CHUNK_OCTETS;

/** A running source. Dispose it (`await using`) to end it. */
export class SteadySource implements AsyncDisposable {
  readonly address: string;
  readonly port: number;
  readonly #server: NamespaceServer;

  private constructor(address: string, server: NamespaceServer) {
    this.address = address;
    this.port = server.port;
    this.#server = server;
  }

  /** Serves on `address`, an address of `namespace`. @param port default: a free one */
  static async open(namespace: Namespace, address: string, port: number = 0): Promise<SteadySource> {
    const pace = { chunkOctets: CHUNK_OCTETS, intervalMs: INTERVAL_MS };
    const server = await startServer(namespace, {
      kind: "slow",
      host: address,
      port,
      seed: SEED,
      octets: OCTETS,
      ...pace,
    });
    return new SteadySource(address, server);
  }

  /** SHA-256 of the first octets that a client gets, hexadecimal. */
  hashOf(octets: number): string {
    return seededHash(SEED, octets);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }
}
