import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { explainListening } from "@flor/link-kit";
import type { CarriedStream } from "@flor/stream-carrier";
import type { Endpoint } from "./tcp-config.ts";
import { carriedSocket, formatAddress } from "./tcp-socket.ts";

/** A listening socket. */
export interface TcpListener {
  /** Where it listens. */
  readonly address: string;
  close(): void;
}

/** Listens; rejects with an Error that says what to do. */
export async function listenTcp(
  { host, port }: Endpoint,
  accept: (stream: CarriedStream) => void,
  handleError: (code: string) => void,
): Promise<TcpListener> {
  const server = createServer((socket: Socket) => {
    // Reset before it was accepted: nobody is there.
    if (socket.remoteAddress === undefined) socket.destroy();
    else accept(carriedSocket(socket));
  });
  server.listen({ host, port });
  await once(server, "listening").catch((error: NodeJS.ErrnoException) => {
    throw new Error(`cannot listen on ${formatAddress(host, port)}: ${explainListening(error)}`, { cause: error });
  });
  // Too many open files, say: the next connection may fare better.
  server.on("error", (error: NodeJS.ErrnoException) => handleError(error.code ?? error.message));
  return { address: addressOf(server), close: () => void server.close() };
}

function addressOf(server: Server): string {
  const address = server.address();
  return address === null || typeof address === "string" ? "" : formatAddress(address.address, address.port);
}
