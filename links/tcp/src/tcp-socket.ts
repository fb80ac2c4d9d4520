import type { Socket } from "node:net";
import { endpointOf } from "@flor/host/datagram";
import { type CarriedStream, carriedStreamOf } from "@flor/stream-carrier";

/** After this long without traffic TCP asks whether the other end is there. */
const KEEP_ALIVE_AFTER_MS = 15_000;

/** A connected socket, ready to carry frames: small ones at once, dead ones noticed. */
export function carriedSocket(socket: Socket): CarriedStream {
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_AFTER_MS);
  const { remoteAddress = "", remotePort = 0 } = socket;
  return carriedStreamOf(socket, formatAddress(remoteAddress, remotePort), endpointOf(remoteAddress, remotePort));
}

/** `ADDRESS:PORT`, an IPv6 address in brackets. */
export function formatAddress(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
