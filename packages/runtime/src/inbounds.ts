import type { Socks5InboundConfig } from "@flor/config";
import { listenTcp, type TcpListener } from "@flor/host";
import type { FlorNode, InboundStatus } from "@flor/node";
import { createSocks5Inbound } from "@flor/inbounds";

/** An inbound of a running node. */
export interface RunningInbound {
  readonly listener: TcpListener;
  status(): InboundStatus;
}

/** Clients of one inbound at most. */
const INBOUND_CLIENTS_MAX = 16_384;

/**
 * Listens for clients and hands them to the node: step 1 of the corridor.
 *
 * @param connectionsMax clients at most; those beyond are counted
 */
export async function openInbound(
  node: FlorNode,
  config: Socks5InboundConfig,
  connectionsMax: number,
): Promise<RunningInbound> {
  const inbound = createSocks5Inbound(config.users);
  let accepted = 0;
  const refused: Record<string, number> = {};
  const count = (reason: string): void => {
    refused[reason] = (refused[reason] ?? 0) + 1;
  };
  const listener = await listenTcp({
    address: config.address,
    port: config.port,
    connectionsMax: Math.min(INBOUND_CLIENTS_MAX, connectionsMax),
    handleConnection(stream) {
      accepted += 1;
      node.accept(stream, inbound, performance.now());
    },
    handleRefused: () => count("too-many-clients"),
    handleError: (code) => count(code.toLowerCase()),
  });
  return {
    listener,
    status: () => ({
      kind: "socks5",
      address: config.address,
      port: listener.port,
      clients: listener.connections,
      accepted,
      refused,
    }),
  };
}
