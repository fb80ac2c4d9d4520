import { describe, expect, it } from "vitest";
import { AllowedPeers } from "./allowed-peers.ts";
import { engineMaker } from "./create-engines.ts";
import { createEnd, EndpointPair, type PathFaults } from "./endpoint-pair.testing.ts";
import { createIdentity } from "./identity.ts";
import { createPlainProvider } from "./plain/plain-provider.ts";
import { PIN_MISMATCH } from "./quic-connection.ts";
import { RETRY_THRESHOLD, STRAYS_PER_SECOND } from "./quic-endpoint.ts";
import { QUIC_LIMITS } from "./quic-limits.ts";

/** The first datagram of a fresh connection from the end that `octet` makes. */
function firstFlight(octet: number, to: Uint8Array): Uint8Array {
  const end = createEnd(octet);
  end.peers.add(to);
  const octets = new Uint8Array(1400);
  return octets.subarray(0, end.endpoint.connect(to, "", 0).transmit(octets, 0, 1400, 0));
}

describe("handshake", () => {
  it("establishes both ends and names each to the other", () => {
    const pair = new EndpointPair();
    const { client, server } = pair.establish();
    expect(client.pollEvent()).toEqual({ type: "established" });
    expect(server.pollEvent()).toEqual({ type: "established" });
    expect(server.peer).toEqual(pair.client.identity.publicKey);
    expect(client.peer).toEqual(pair.server.identity.publicKey);
    expect([client.role, server.role, server.path]).toEqual(["client", "server", "back"]);
    expect(pair.server.endpoint.halfOpen).toBe(0);
  });

  const faults: PathFaults[] = [
    { maxOctets: 1200 },
    { maxOctets: 16_384 },
    { loss: 0.2, seed: 3 },
    { reordering: 0.5, duplication: 0.3, seed: 4 },
  ];
  it.each(faults)("survives %o", (fault) => {
    const pair = new EndpointPair(fault);
    const { client } = pair.establish();
    expect(client.state).toBe("established");
  });

  it.each(faults)("over %o counts nothing as malformed", (fault) => {
    const pair = new EndpointPair({ delayMs: 40, ...fault });
    pair.establish();
    for (const { endpoint } of [pair.client, pair.server]) expect(endpoint.drops.counts.malformed).toBe(0);
  });

  it("counts the first flight that comes again after the handshake as untimely", () => {
    const pair = new EndpointPair();
    const flights: Uint8Array[] = [];
    pair.tap = (octets, from) => void (from === "client" && flights.push(octets.slice()));
    pair.establish();
    const { endpoint } = pair.server;
    for (const octets of flights.slice(0, 2)) endpoint.handleReceive(octets.slice(), 0, octets.length, "", pair.now);
    expect(endpoint.drops.counts).toMatchObject({ malformed: 0, untimely: 2 });
  });

  it("fills each datagram of an Initial to 1200 octets, envelope included", () => {
    const server = createEnd(2);
    expect(firstFlight(1, server.identity.publicKey)).toHaveLength(1200);
  });

  it("refuses to dial a peer that is not listed", () => {
    const end = createEnd(1);
    expect(() => end.endpoint.connect(new Uint8Array(32), "", 0)).toThrow("is not listed");
  });

  it("gives up after ten seconds without an answer", () => {
    const end = createEnd(1);
    end.peers.add(createIdentity(new Uint8Array(32).fill(2)).publicKey);
    const connection = end.endpoint.connect(createIdentity(new Uint8Array(32).fill(2)).publicKey, "", 0);
    connection.transmit(new Uint8Array(1400), 0, 1400, 0);
    connection.handleTimeout(9_999);
    expect(connection.state).toBe("handshaking");
    connection.handleTimeout(10_000);
    expect(connection.closeReason).toMatchObject({ by: "timeout", text: "handshake timed out" });
    expect([...end.endpoint.connections]).toHaveLength(0);
  });
});

describe("pin", () => {
  const impostor = engineMaker({ crypto: createPlainProvider(createIdentity(new Uint8Array(32).fill(9))) });

  it("closes on a server whose certificate is another key's, before it is established", () => {
    const pair = new EndpointPair({}, createEnd(1), createEnd(2, { engines: impostor }));
    const client = pair.connect();
    pair.runUntil(() => client.state === "closed");
    expect(client.pollEvent()).toEqual({ type: "closed", reason: client.closeReason });
    expect(client.closeReason).toMatchObject({ by: "local", code: PIN_MISMATCH, text: "pin-mismatch" });
  });

  it("closes on a client whose certificate is not the envelope's sender's", () => {
    const pair = new EndpointPair({}, createEnd(1, { engines: impostor }), createEnd(2));
    const client = pair.connect();
    pair.runUntil(() => client.state === "closed");
    expect(client.closeReason).toMatchObject({ by: "peer", application: true, code: PIN_MISMATCH });
    expect([...pair.server.endpoint.connections]).toHaveLength(0);
    expect(pair.server.endpoint.halfOpen).toBe(0);
  });
});

describe("admission", () => {
  it("is silent to a node that is not listed", () => {
    const server = createEnd(2);
    const initial = firstFlight(1, server.identity.publicKey);
    expect(server.endpoint.handleReceive(initial, 0, initial.length, "", 0)).toBeUndefined();
    expect(server.endpoint.takeReply()).toBeUndefined();
    expect([...server.endpoint.connections]).toHaveLength(0);
    expect(server.endpoint.drops.counts["unknown-sender"]).toBe(1);
  });

  it("is silent to a listed node whose clock is wrong, and says so to the operator", () => {
    const server = createEnd(2, { unixSeconds: () => 1_800_001_000 });
    server.peers.add(createIdentity(new Uint8Array(32).fill(1)).publicKey);
    const initial = firstFlight(1, server.identity.publicKey);
    expect(server.endpoint.handleReceive(initial, 0, initial.length, "", 0)).toBeUndefined();
    expect(server.endpoint.drops.counts["clock-skew"]).toBe(1);
  });

  it("makes one connection of an Initial, however often it comes", () => {
    const pair = new EndpointPair();
    let initial: Uint8Array | undefined;
    pair.tap = (octets) => (initial ??= octets.slice());
    const { client, server } = pair.establish();
    const replay = (): void => {
      const copy = initial?.slice() ?? new Uint8Array();
      pair.server.endpoint.handleReceive(copy, 0, copy.length, "elsewhere", pair.now);
    };
    replay();
    expect([...pair.server.endpoint.connections]).toEqual([server]);
    client.close(0, "");
    pair.runUntil(() => server.state === "closed");
    replay();
    expect([...pair.server.endpoint.connections]).toHaveLength(0);
    expect(pair.server.endpoint.drops.counts["replayed-initial"]).toBe(1);
  });

  it("does not answer an Initial that was recorded before it started", () => {
    let initial: Uint8Array | undefined;
    const former = new EndpointPair();
    former.tap = (octets) => (initial ??= octets.slice());
    former.establish();
    let seconds = 1_800_000_001;
    const restarted = createEnd(2, { unixSeconds: () => seconds });
    restarted.peers.add(former.client.identity.publicKey);
    const replay = (): void => {
      const copy = initial!.slice();
      restarted.endpoint.handleReceive(copy, 0, copy.length, "elsewhere", 0);
    };
    replay();
    expect(restarted.endpoint.halfOpen).toBe(0);
    expect(restarted.endpoint.takeReply()).toBeUndefined();
    expect(restarted.endpoint.drops.counts["before-start"]).toBe(1);
    // A clock that was set back would lock everybody out.
    seconds = 1_799_999_999;
    replay();
    expect(restarted.endpoint.halfOpen).toBe(1);
  });

  it("serves a peer eight connections and drops the next", () => {
    const server = createEnd(2);
    const client = createEnd(1);
    client.peers.add(server.identity.publicKey);
    server.peers.add(client.identity.publicKey);
    const octets = new Uint8Array(1400);
    for (let count = 0; count < 10; count += 1) {
      const length = client.endpoint.connect(server.identity.publicKey, "", 0).transmit(octets, 0, 1400, 0);
      server.endpoint.handleReceive(octets, 0, length, "", 0);
    }
    expect(server.endpoint.halfOpen).toBe(QUIC_LIMITS.connectionsOfPeer);
    expect(server.endpoint.drops.counts.connections).toBe(2);
  });

  it("serves none once it refuses, and keeps those there are", () => {
    const pair = new EndpointPair();
    const { client, server } = pair.establish();
    pair.server.endpoint.refuse();
    pair.connect();
    pair.runUntil(() => pair.server.endpoint.drops.counts.stopping > 0);
    const stream = client.openStream() ?? -1;
    client.send(stream, Uint8Array.of(42), false);
    const into = new Uint8Array(8);
    pair.runUntil(() => server.receive(stream, into) === 1);
    expect([...pair.server.endpoint.connections]).toEqual([server]);
  });
});

describe("retry", () => {
  it("asks from the sixty-fifth handshake under way on", () => {
    const server = createEnd(2);
    const first = new Uint8Array(1400);
    let retries = 0;
    let client = createEnd(3);
    for (let count = 0; count <= RETRY_THRESHOLD; count += 1) {
      if (count % QUIC_LIMITS.connectionsOfPeer === 0) client = createEnd(10 + count);
      client.peers.add(server.identity.publicKey);
      server.peers.add(client.identity.publicKey);
      const length = client.endpoint.connect(server.identity.publicKey, "", 0).transmit(first, 0, 1400, 0);
      server.endpoint.handleReceive(first, 0, length, "", 0);
      while (server.endpoint.takeReply() !== undefined) retries += 1;
      expect(retries).toBe(count < RETRY_THRESHOLD ? 0 : 1);
    }
    expect(server.endpoint.halfOpen).toBe(RETRY_THRESHOLD);
  });

  it("asks above the threshold, and establishes with the token", () => {
    const pair = new EndpointPair({}, createEnd(1), createEnd(2, { retryThreshold: 0 }));
    const seen: number[] = [];
    pair.tap = (octets, from) => from === "server" && seen.push(octets[32] ?? 0);
    const { client } = pair.establish();
    expect((seen[0] ?? 0) & 0xf0).toBe(0xf0);
    expect(client.state).toBe("established");
    expect(pair.server.endpoint.drops.total).toBe(0);
  });

  it("that comes again is untimely, not malformed", () => {
    const pair = new EndpointPair({ duplication: 1 }, createEnd(1), createEnd(2, { retryThreshold: 0 }));
    const retries: Uint8Array[] = [];
    pair.tap = (octets, from) => {
      if (from === "server" && ((octets[32] ?? 0) & 0xf0) === 0xf0) retries.push(octets.slice());
    };
    pair.establish();
    const { endpoint } = pair.client;
    const before = endpoint.drops.counts.untimely;
    const [retry] = retries;
    endpoint.handleReceive(retry!, 0, retry!.length, "", pair.now);
    expect([endpoint.drops.counts.malformed, endpoint.drops.counts.untimely]).toEqual([0, before + 1]);
  });

  it("keeps nothing while it waits, and bounds what it has to say", () => {
    const server = createEnd(2, { retryThreshold: 0 });
    const client = createEnd(1);
    client.peers.add(server.identity.publicKey);
    server.peers.add(client.identity.publicKey);
    const octets = new Uint8Array(1400);
    for (let count = 0; count < 100; count += 1) {
      const length = client.endpoint.connect(server.identity.publicKey, "", 0).transmit(octets, 0, 1400, 0);
      server.endpoint.handleReceive(octets, 0, length, "", 0);
    }
    expect(server.endpoint.halfOpen).toBe(0);
    expect(server.endpoint.drops.counts.replies).toBe(100 - QUIC_LIMITS.replies);
  });

  it("drops a token that is too old", () => {
    let clock = 1_800_000_000;
    const server = createEnd(2, { retryThreshold: 0, unixSeconds: () => clock });
    const pair = new EndpointPair({}, createEnd(1), server);
    pair.tap = (_, from) => from === "server" && (clock += 11);
    pair.connect();
    pair.runUntil(() => server.endpoint.drops.counts["retry-token"] > 0);
    expect(server.endpoint.halfOpen).toBe(0);
  });
});

describe("payloads", () => {
  it("of no connection are compared with reset tokens a thousand times a second, and no more", () => {
    const { client, pair } = new EndpointPair().establishedAndForgotten();
    const { endpoint } = pair.client;
    let reset = new Uint8Array(0);
    pair.tap = (octets, from) => void (from === "server" && (reset = octets.slice()));
    pair.faults = { delayMs: 0 };
    client.send(client.openStream() ?? -1, Uint8Array.of(1), false);
    pair.turn();
    // What the server says is not carried, but replayed below.
    pair.faults = { loss: 1 };
    pair.turn();
    expect(reset.length).toBeGreaterThan(0);
    const stray = new Uint8Array(100).fill(0x41);
    const receive = (octets: Uint8Array): void =>
      void endpoint.handleReceive(octets.slice(), 0, octets.length, "", pair.now);
    for (let sent = 0; sent < STRAYS_PER_SECOND; sent += 1) receive(stray);
    receive(reset);
    expect(client.state).toBe("established");
    pair.now += 1000;
    for (let sent = 1; sent < STRAYS_PER_SECOND; sent += 1) receive(stray);
    receive(reset);
    expect(client.state).toBe("closed");
  });

  it("drops what is empty, short, unknown or of no kind, by reason", () => {
    const { endpoint } = createEnd(2);
    const give = (octets: Uint8Array): void => void endpoint.handleReceive(octets, 0, octets.length, "", 0);
    give(new Uint8Array(0));
    give(new Uint8Array(1200));
    give(new Uint8Array(20).fill(0x41));
    give(new Uint8Array(1200).fill(0x41));
    give(new Uint8Array(1200).fill(0xc0));
    give(new Uint8Array(1200).fill(0x01));
    expect(endpoint.drops.counts).toMatchObject({ payload: 4, "unknown-connection": 1, envelope: 1 });
  });

  it("shares its list of peers with another endpoint", () => {
    const identity = createIdentity(new Uint8Array(32).fill(2));
    const peers = new AllowedPeers(identity);
    createEnd(2, { identity, peers, purpose: "control" });
    createEnd(2, { identity, peers });
    peers.add(createIdentity(new Uint8Array(32).fill(1)).publicKey);
    expect(peers.size).toBe(1);
  });
});
