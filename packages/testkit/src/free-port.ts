/** Ports for the servers and links of a test, chosen before anybody listens there. */
import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

/** Below what systems give to sockets that name no port: nobody gets it by chance between the look and its use. */
const LOWEST = 23_000;
const HIGHEST = 31_000;
const TRIES_MAX = 50;

const given = new Set<number>();

/** A port on 127.0.0.1 that is free for UDP and for TCP; no other call in this process gets it. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (given.has(port) || !(await isFreeForUdp(port)) || !(await isFreeForTcp(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error(`no free port among ${TRIES_MAX} between ${LOWEST} and ${HIGHEST}: end what holds them`);
}

async function isFreeForUdp(port: number): Promise<boolean> {
  const socket = createSocket("udp4");
  socket.bind({ port, address: "127.0.0.1", exclusive: true });
  const isFree = await isListening(socket);
  socket.close();
  return isFree;
}

async function isFreeForTcp(port: number): Promise<boolean> {
  const server = createServer().listen({ port, host: "127.0.0.1", exclusive: true });
  const isFree = await isListening(server);
  if (isFree) await new Promise((resolve) => server.close(resolve));
  return isFree;
}

function isListening(listener: NodeJS.EventEmitter): Promise<boolean> {
  return once(listener, "listening").then(
    () => true,
    () => false,
  );
}
