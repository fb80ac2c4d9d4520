import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

const LOOPBACK = "127.0.0.1";
/** Ports tried after the wanted one. */
const TRIES_MAX = 100;
const UDP_LOWEST = 23_000;
const UDP_HIGHEST = 31_000;

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

/**
 * A UDP port that is free on 127.0.0.1, below those that systems give to sockets that name none: the nodes that start
 * meanwhile open many.
 *
 * @throws Error when a hundred tries found none
 */
export async function freeUdpPort(): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const port = randomInt(UDP_LOWEST, UDP_HIGHEST);
    if (await isUdpPortFree(port)) return port;
  }
  throw new Error(`no free UDP port between ${UDP_LOWEST} and ${UDP_HIGHEST} on ${LOOPBACK}: end what holds them`);
}

async function isUdpPortFree(port: number): Promise<boolean> {
  const socket = createSocket("udp4");
  try {
    socket.bind({ port, address: LOOPBACK, exclusive: true });
    await once(socket, "listening");
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
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
