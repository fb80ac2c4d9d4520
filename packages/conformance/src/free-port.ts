import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { createServer } from "node:net";

/** Below what systems give out by themselves, so that nothing takes the port between our look and its use. */
const LOWEST = 15_000;
const HIGHEST = 31_000;
const TRIES = 50;

const taken = new Set<number>();

/**
 * A port on 127.0.0.1 that is free for UDP and TCP, and is not given out twice: neither by this process nor, on Linux,
 * by another kit that runs beside it.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (taken.has(port)) continue;
    taken.add(port);
    if (!(await isClaimed(port))) continue;
    if ((await isFreeForUdp(port)) && (await isFreeForTcp(port))) return port;
  }
  throw new Error(`no free port among ${TRIES} between ${LOWEST} and ${HIGHEST}: end what holds them`);
}

function isFreeForUdp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.once("error", () => resolve(false));
    socket.bind({ port, address: "127.0.0.1", exclusive: true }, () => socket.close(() => resolve(true)));
  });
}

function isFreeForTcp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A name that one process alone can have (unix(7), abstract): the link takes its time to bind the port itself. */
function isClaimed(port: number): Promise<boolean> {
  if (process.platform !== "linux") return Promise.resolve(true);
  return new Promise((resolve) => {
    const claim = createServer().unref();
    claim.once("error", () => resolve(false));
    claim.listen(`\0flor-link-test-${port}`, () => resolve(true));
  });
}
