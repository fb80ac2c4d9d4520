import type { NetConnectOpts } from "node:net";
import { formatIpAddress } from "@flor/wire";

import { createDialledSocket, type TcpStream } from "./tcp-stream.ts";

/** A connection that stands, and the local address it has. */
export interface TcpConnection {
  readonly stream: TcpStream;
  /** Text of the local address and its port, for the reply to the client. */
  readonly localAddress: string;
  readonly localPort: number;
}

/** A connection, or why there is none. */
export type ConnectOutcome = TcpConnection | { readonly code: string };

/**
 * Connects to an address, never to a name. Never rejects: a failure is its error code, such as `ECONNREFUSED`, or
 * `ECANCELED` when given up.
 *
 * @param address 4 or 16 octets
 * @param signal gives the attempt up
 */
export function connectTcp(address: Uint8Array, port: number, signal: AbortSignal): Promise<ConnectOutcome> {
  return connect({ host: formatIpAddress(address), port }, signal);
}

/** Connects to a Unix socket, as {@link connectTcp} does. It has no address: the local one is empty. */
export function connectUnix(path: string, signal: AbortSignal): Promise<ConnectOutcome> {
  return connect({ path }, signal);
}

function connect(place: NetConnectOpts, signal: AbortSignal): Promise<ConnectOutcome> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve({ code: "ECANCELED" });
    const { socket, stream } = createDialledSocket();
    const settle = (outcome: ConnectOutcome): void => {
      signal.removeEventListener("abort", giveUp);
      socket.off("connect", connected).off("error", failed);
      if ("code" in outcome) socket.destroy();
      resolve(outcome);
    };
    const giveUp = (): void => settle({ code: "ECANCELED" });
    const failed = (error: NodeJS.ErrnoException): void => settle({ code: error.code ?? error.message });
    const connected = (): void => {
      settle({ stream, localAddress: socket.localAddress ?? "", localPort: socket.localPort ?? 0 });
    };
    signal.addEventListener("abort", giveUp, { once: true });
    socket.once("connect", connected).once("error", failed);
    return void socket.connect(place);
  });
}
