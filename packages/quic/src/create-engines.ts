import { Bbr } from "./congestion/bbr/bbr.ts";
import type { CongestionController, CongestionOptions } from "./congestion/congestion-controller.ts";
import { Connection } from "./connection/connection.ts";
import type { EngineShared } from "./connection/engine-options.ts";
import { writeRetry } from "./packet/retry-packet.ts";
import type { AcceptOptions, QuicEngineFactory, QuicEngineParts, RetryPacket } from "./quic-engine.ts";
import { BlockPool } from "./stream/block-pool.ts";
import type { CryptoProvider } from "./tls/packet-protection.ts";

/** What engines are made with beside an endpoint's parts. */
export interface EngineMakerOptions {
  readonly crypto: CryptoProvider;
  /** @default BBR */
  readonly congestion?: (options: CongestionOptions) => CongestionController;
  /** For SNI. @default none */
  readonly serverName?: string;
}

/** Makes the engines of an endpoint. */
export type EngineMaker = (parts: QuicEngineParts) => QuicEngineFactory;

/** Engines of QUIC version 1 whose cryptography is given. */
export function engineMaker(options: EngineMakerOptions): EngineMaker {
  const { crypto, serverName, congestion = (made) => new Bbr(made) } = options;
  return ({ limits, protocols, random }) => {
    const shared: EngineShared = {
      crypto,
      limits,
      protocols,
      serverName,
      pool: new BlockPool(),
      createController: (datagramOctets) => congestion({ datagramOctets, random }),
    };
    return {
      connect: (sourceId, initialDestination, now) =>
        new Connection(
          shared,
          {
            role: "client",
            sourceId,
            initialDestination,
            original: undefined,
            windowOctets: limits.maxConnectionWindowOctets,
            resetToken: undefined,
          },
          now,
        ),
      accept: (accepted: AcceptOptions, now) => new Connection(shared, { role: "server", ...accepted }, now),
      retry: (packet: RetryPacket, into) => writeRetry(crypto, packet, into),
    };
  };
}
