import { randomInt } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

const LOOPBACK = "127.0.0.1";
/** Ports tried after the wanted one. */
const TRIES_MAX = 100;
const UDP_LOWEST = 23_000;
const UDP_HIGHEST = 31_000;

/** A port that nobody else of this machine who asks likewise is given, until it is released or this process ends. */
export interface ClaimedPort {
  readonly port: number;
  release(): void;
}

/**
 * The first TCP port from `wanted` on that is free on 127.0.0.1, claimed: two demos that start at once get one each. The
 * claim is the UDP port of that number.
 *
 * @throws Error when a hundred in a row are taken
 */
export async function claimTcpPort(wanted: number): Promise<ClaimedPort> {
  return firstPort(wanted, async (port) => {
    const claim = createSocket("udp4").unref();
    const release = (): void => void claim.close();
    if (!(await isBound(claim, port))) return undefined;
    if (await isTcpPortFree(port)) return { port, release };
    release();
    return undefined;
  });
}

/**
 * The first TCP port from `wanted` on that is free on 127.0.0.1. Another program may take it before it is used.
 *
 * @throws Error when a hundred in a row are taken
 */
export async function freeTcpPort(wanted: number): Promise<number> {
  return firstPort(wanted, async (port) => ((await isTcpPortFree(port)) ? port : undefined));
}

async function firstPort<Found>(wanted: number, look: (port: number) => Promise<Found | undefined>): Promise<Found> {
  const last = Math.min(wanted + TRIES_MAX, 0xffff);
  for (let port = wanted; port <= last; port += 1) {
    const found = await look(port);
    if (found !== undefined) return found;
  }
  throw new Error(`no free port from ${wanted} to ${last} on ${LOOPBACK}: name another with --port`);
}

async function isBound(socket: Socket, port: number): Promise<boolean> {
  try {
    await once(socket.bind({ port, address: LOOPBACK, exclusive: true }), "listening");
    return true;
  } catch {
    socket.close();
    return false;
  }
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
  const isFree = await isBound(socket, port);
  if (isFree) socket.close();
  return isFree;
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
