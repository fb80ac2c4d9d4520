import type { CongestionController } from "../congestion/congestion-controller.ts";
import type { QuicEngineLimits } from "../quic-engine.ts";
import type { BlockPool } from "../stream/block-pool.ts";
import type { CryptoProvider } from "../tls/packet-protection.ts";

/** What all connections of one factory share. */
export interface EngineShared {
  readonly crypto: CryptoProvider;
  readonly limits: QuicEngineLimits;
  /** ALPN, in order of preference. */
  readonly protocols: readonly string[];
  /** For SNI, of clients. */
  readonly serverName: string | undefined;
  readonly pool: BlockPool;
  createController(datagramOctets: number): CongestionController;
}

/** What tells one connection from another. */
export interface EngineOptions {
  readonly role: "client" | "server";
  /** The id that the peer's packets carry. */
  readonly sourceId: Uint8Array;
  /** The destination of the client's first Initial: of a server, as it came; of a client, as it chose. */
  readonly initialDestination: Uint8Array;
  /** Of a server: the destination of the Initial that a Retry answered. */
  readonly original: Uint8Array | undefined;
  /** Octets that may wait for their readers. */
  readonly windowOctets: number;
  /** Of a server: its token for the peer to know a stateless reset by, RFC 9000 section 10.3. */
  readonly resetToken: Uint8Array | undefined;
}
