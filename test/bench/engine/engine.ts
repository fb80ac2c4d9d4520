/**
 * What the QUIC engine costs: two ends in this process, OpenSSL's cryptography, datagrams handed over by a copy.
 *
 *   node test/bench/engine/engine.ts [octets of a datagram] [megabytes]
 */
import { randomBytes } from "node:crypto";
import { createOpensslProvider } from "@flor/host/openssl";
import { createCredentials, createIdentity } from "@flor/quic";
import { engineMaker, newReno, type QuicEngine, type QuicEngineFactory } from "@flor/quic/engine";

const [datagramOctets = 1400, megabytes = 200] = process.argv.slice(2).map(Number);
const TOTAL = megabytes * 1e6;
const LIMITS = {
  maxDatagramOctets: 16_384,
  initialStreamWindowOctets: 16_777_216,
  maxStreamWindowOctets: 16_777_216,
  maxConnectionWindowOctets: 134_217_728,
  maxPeerStreams: 100,
  idleTimeoutMs: 30_000,
  stalledCode: 4,
};
/** Datagrams that are handed over together, as by a turn of a node. */
const BATCH = 32;

function factory(seed: number): QuicEngineFactory {
  const credentials = createCredentials(createIdentity(new Uint8Array(32).fill(seed)));
  const crypto = createOpensslProvider({ credentials });
  return engineMaker({ crypto, congestion: newReno })({ limits: LIMITS, protocols: ["flor"], random: Math.random });
}

class Carriage {
  now = 0;
  packets = 0;
  readonly #octets = new Uint8Array(BATCH * 16_384);

  /** Moves what `from` has to say to `to`; returns how many datagrams. */
  carry(from: QuicEngine, to: QuicEngine): number {
    const ends: number[] = [];
    let at = 0;
    while (ends.length < BATCH) {
      const filled = from.fill(this.#octets, at, Math.min(16_384, this.#octets.length - at), this.now);
      if (filled === 0) break;
      at += filled;
      ends.push(at);
    }
    let start = 0;
    for (const end of ends) {
      to.take(this.#octets, start, end, this.now);
      start = end;
    }
    this.packets += ends.length;
    return ends.length;
  }
}

const destination = randomBytes(8);
const client = factory(1).connect(randomBytes(8), destination, 0);
const server = factory(2).accept(
  {
    sourceId: randomBytes(8),
    initialDestination: destination,
    original: undefined,
    windowOctets: LIMITS.maxConnectionWindowOctets,
    resetToken: randomBytes(16),
  },
  0,
);
const carriage = new Carriage();

function turn(): void {
  const moved = carriage.carry(client, server) + carriage.carry(server, client);
  carriage.now += moved === 0 ? 1 : 0.1;
  for (const end of [client, server])
    if ((end.nextTimeout() ?? Infinity) <= carriage.now) end.handleTimeout(carriage.now);
}

while (!client.isEstablished() || !server.isEstablished()) turn();
for (let count = 0; count < 50; count += 1) turn();
for (const end of [client, server]) end.setDatagramBounds(datagramOctets, datagramOctets);
const stream = client.openStream() ?? 0;
const chunk = randomBytes(262_144);
const into = new Uint8Array(262_144);

/** Carries so many octets; CPU seconds. */
function transfer(total: number): number {
  const before = process.cpuUsage();
  let [sent, received] = [0, 0];
  while (received < total) {
    if (sent < total) sent += Math.max(0, client.send(stream, chunk.subarray(0, total - sent), false));
    turn();
    for (let octets = 1; octets > 0; received += Math.max(0, octets))
      octets = server.receive(stream, into, carriage.now);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

transfer(TOTAL / 4);
carriage.packets = 0;
const seconds = transfer(TOTAL);
const figures = {
  rttMs: 0,
  congestionWindowOctets: 0,
  pace: 0,
  sentPackets: 0,
  receivedPackets: 0,
  lostPackets: 0,
  spuriousLosses: 0,
  sentOctets: 0,
  receivedOctets: 0,
  refusedStreams: 0,
};
client.readFigures(figures);
process.stdout.write(
  `${JSON.stringify({ datagramOctets, secondsPerGigabyte: (seconds / TOTAL) * 1e9, microsecondsPerPacket: (seconds / carriage.packets) * 1e6, lost: figures.lostPackets, window: figures.congestionWindowOctets })}\n`,
);
