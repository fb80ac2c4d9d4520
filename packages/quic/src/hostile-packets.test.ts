import { describe, expect, it } from "vitest";
import { ADMISSION_OCTETS } from "./admission-format.ts";
import { Admission } from "./admission.ts";
import { createEnd, EndpointPair, seededRandom } from "./endpoint-pair.testing.ts";
import { STREAM_GONE } from "./quic-engine.ts";
import { QUIC_LIMITS } from "./quic-limits.ts";

const PACKETS = 10_000;

/** A copy of `octets` cut, lengthened or with octets changed, as `random` will have it. */
function mutate(octets: Uint8Array, random: () => number): Uint8Array {
  const length = random() < 0.2 ? Math.floor(random() * 1500) : octets.length;
  const mutated = new Uint8Array(length);
  mutated.set(octets.subarray(0, length));
  for (let changes = Math.ceil(random() * 8); changes > 0; changes -= 1) {
    // Beyond the end of an empty packet this writes nothing.
    mutated[Math.floor(random() * Math.min(length, 80))] = random() * 256;
  }
  return mutated;
}

/** Every datagram of a connection that carries some octets each way. */
function record(pair: EndpointPair): Uint8Array[] {
  const recorded: Uint8Array[] = [];
  pair.tap = (octets) => recorded.push(octets.slice());
  const { client, server } = pair.establish();
  const stream = client.openStream() ?? -1;
  client.send(stream, new Uint8Array(5000), true);
  pair.runUntil(() => server.receive(stream, new Uint8Array(10_000)) === 0 || server.lastFin);
  pair.tap = undefined;
  return recorded;
}

/** Whether a stream still crosses the pair's connection. */
function echoes(pair: EndpointPair): boolean {
  const [client] = pair.client.endpoint.connections;
  const server = pair.served;
  const stream = client?.openStream();
  if (stream === undefined || server === undefined) return false;
  client?.send(stream, Uint8Array.of(42), true);
  const into = new Uint8Array(8);
  pair.runUntil(() => server.receive(stream, into) === 1);
  return into[0] === 42;
}

describe("hostile packets", () => {
  it("neither throw nor disturb an established connection when changed on the way", () => {
    const pair = new EndpointPair();
    const recorded = record(pair);
    const random = seededRandom(5);
    for (let count = 0; count < PACKETS; count += 1) {
      const packet = mutate(recorded[Math.floor(random() * recorded.length)] ?? new Uint8Array(), random);
      pair.server.endpoint.handleReceive(packet, 0, packet.length, "", pair.now);
      pair.client.endpoint.handleReceive(packet.slice(), 0, packet.length, "", pair.now);
    }
    expect([...pair.server.endpoint.connections]).toHaveLength(1);
    expect(echoes(pair)).toBe(true);
  });

  it("of a listed peer fill its own share and no more, and the next peer is served", () => {
    const pair = new EndpointPair();
    const recorded = record(pair);
    const hostile = createEnd(3);
    const server = pair.server;
    hostile.peers.add(server.identity.publicKey);
    server.peers.add(hostile.identity.publicKey);
    const admission = new Admission(hostile.identity, hostile.peers, "session");
    const peer = hostile.peers.get(server.identity.publicKey);
    const random = seededRandom(6);
    for (let count = 0; count < PACKETS; count += 1) {
      const recording = recorded[Math.floor(random() * recorded.length)] ?? new Uint8Array();
      const start = recording[0] === 1 ? ADMISSION_OCTETS : 0;
      const content = random() < 0.1 ? recording.subarray(start) : mutate(recording.subarray(start), random);
      const packet = new Uint8Array(ADMISSION_OCTETS + content.length);
      packet.set(content, ADMISSION_OCTETS);
      expect(peer && admission.seal(peer, packet, 0, packet.length, 1_800_000_000)).toBe(true);
      server.endpoint.handleReceive(packet, 0, packet.length, "", pair.now);
    }
    expect(server.endpoint.halfOpen).toBeLessThanOrEqual(QUIC_LIMITS.connectionsOfPeer);
    expect(echoes(pair)).toBe(true);
  });

  it("of random octets are dropped and counted, one by one", () => {
    const { endpoint } = createEnd(2);
    const random = seededRandom(7);
    for (let count = 0; count < PACKETS; count += 1) {
      const packet = Uint8Array.from({ length: Math.floor(random() * 200) }, () => random() * 256);
      expect(endpoint.handleReceive(packet, 0, packet.length, "", 0)).toBeUndefined();
    }
    expect(endpoint.drops.total).toBe(PACKETS);
  });
});

describe("stream ids beyond all bounds", () => {
  it.each([1, 2, 3, 40_000, 2 ** 31, 2 ** 32, 2 ** 52, 2 ** 53 - 1])("are gone or blocked: %i", (stream) => {
    const { client } = new EndpointPair().establish();
    const into = new Uint8Array(10);
    expect(client.receive(stream, into)).toBe(STREAM_GONE);
    expect(client.send(stream, into, false)).toBeLessThanOrEqual(0);
    client.resetStream(stream, 1);
    client.stopSending(stream, 1);
    expect(client.state).toBe("established");
  });
});
