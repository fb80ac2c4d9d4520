import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

const LOOPBACK = "127.0.0.1";
/** Ports tried after the wanted one. */
const TRIES_MAX = 100;

/**
 * The first TCP port from `wanted` on that is free on 127.0.0.1. Another program may take it before it is used.
 *
 * @throws Error when a hundred in a row are taken
 */
export async function freeTcpPort(wanted: number): Promise<number> {
  const last = Math.min(wanted + TRIES_MAX, 0xffff);
  for (let port = wanted; port <= last; port += 1) {
    if (await isTcpPortFree(port)) return port;
  }
  throw new Error(`no free port from ${wanted} to ${last} on ${LOOPBACK}: name another with --port`);
}

/** A UDP port that is free on 127.0.0.1. */
export async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0, LOOPBACK);
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  return port;
}

/** Whether nobody listens on a TCP port of 127.0.0.1. */
export async function isTcpPortFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, LOOPBACK);
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  const bound = (server.address() as AddressInfo).port === port;
  server.close();
  await once(server, "close");
  return bound;
}
