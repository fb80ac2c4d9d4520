import { describe, expect, it } from "vitest";
import { ADMISSION_OCTETS } from "./admission-format.ts";
import { EndpointPair } from "./endpoint-pair.testing.ts";
import { MAX_ACK_DELAY_MS } from "./connection/ack-policy.ts";
import { KEEP_ALIVE_MS } from "./keep-alive.ts";
import { QUIC_LIMITS } from "./quic-limits.ts";
import { CLOSE_TIMEOUT_MS, type QuicConnection } from "./quic-connection.ts";
import { STREAM_BLOCKED, STREAM_ENDED_BY_PEER, STREAM_GONE } from "./quic-engine.ts";

const scratch = new Uint8Array(262_144);

/** Opens a stream, failing when there is none. */
function open(connection: QuicConnection<string>): number {
  const stream = connection.openStream();
  if (stream === undefined) throw new Error("no stream");
  return stream;
}

/** Octets that tell their place, so that a lost or doubled piece shows. */
function pattern(length: number, salt = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at * 7 + (at >> 8) * 13 + salt) & 0xff);
}

/** One stream's octets on their way out, a piece a call. */
class Upload {
  #sent = 0;
  readonly #connection: QuicConnection<string>;
  readonly #stream: number;
  readonly #octets: Uint8Array;

  constructor(connection: QuicConnection<string>, stream: number, octets: Uint8Array) {
    this.#connection = connection;
    this.#stream = stream;
    this.#octets = octets;
  }

  work(): void {
    if (this.#sent === this.#octets.length) return;
    this.#sent += Math.max(this.#connection.send(this.#stream, this.#octets.subarray(this.#sent), true), 0);
  }
}

/** What arrives on the streams of a connection. */
class Arrivals {
  readonly streams = new Map<number, { octets: number[]; fin: boolean }>();
  readonly isNew: number[] = [];
  /** Streams left unread. */
  readonly stalled = new Set<number>();
  readonly #connection: QuicConnection<string>;

  constructor(connection: QuicConnection<string>) {
    this.#connection = connection;
  }

  work(): void {
    this.#connection.forEachReadable((stream, isNew) => {
      if (isNew) this.isNew.push(stream);
      if (!this.stalled.has(stream)) this.#read(stream);
      return true;
    });
  }

  finished(): number {
    return [...this.streams.values()].filter(({ fin }) => fin).length;
  }

  #read(stream: number): void {
    const arrived = this.streams.get(stream) ?? { octets: [], fin: false };
    this.streams.set(stream, arrived);
    for (;;) {
      const octets = this.#connection.receive(stream, scratch);
      if (octets < 0) return;
      for (const octet of scratch.subarray(0, octets)) arrived.octets.push(octet);
      arrived.fin = this.#connection.lastFin;
      if (arrived.fin) return;
    }
  }
}

describe("streams", () => {
  it.each([
    { maxOctets: 1200 },
    { maxOctets: 1400 },
    { maxOctets: 16_384 },
    { loss: 0.05, reordering: 0.1, duplication: 0.1, seed: 7 },
    { loss: 0.2, seed: 8 },
  ])("carries 500,000 octets whole and in order through %o", (faults) => {
    const pair = new EndpointPair(faults);
    const { client, server } = pair.establish();
    const sizes: number[] = [];
    pair.tap = (octets) => sizes.push(octets.length);
    const octets = pattern(500_000);
    client.setDatagramBounds(faults.maxOctets ?? 1400, faults.maxOctets ?? 1400);
    const upload = new Upload(client, open(client), octets);
    const arrivals = new Arrivals(server);
    const work = (): void => {
      upload.work();
      arrivals.work();
    };
    pair.runUntil(() => arrivals.finished() === 1, work);
    expect(Buffer.compare(Buffer.from(arrivals.streams.get(0)?.octets ?? []), octets)).toBe(0);
    const max = faults.maxOctets ?? 1400;
    // The first packets leave room for an envelope.
    expect(Math.max(...sizes)).toBeGreaterThanOrEqual(max - ADMISSION_OCTETS);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(max);
  });

  it("answers after the other side has ended its direction", () => {
    const pair = new EndpointPair();
    const { client, server } = pair.establish();
    const stream = open(client);
    expect(client.send(stream, pattern(10), true)).toBe(10);
    const request = new Arrivals(server);
    pair.runUntil(
      () => request.finished() === 1,
      () => request.work(),
    );
    expect(request.isNew).toEqual([stream]);
    expect(server.send(stream, pattern(20), true)).toBe(20);
    const response = new Arrivals(client);
    pair.runUntil(
      () => response.finished() === 1,
      () => response.work(),
    );
    expect(response.streams.get(stream)?.octets).toEqual([...pattern(20)]);
    expect(response.isNew).toEqual([]);
    expect(client.receive(stream, scratch)).toBe(STREAM_GONE);
  });

  it("carries an end without octets", () => {
    const pair = new EndpointPair();
    const { client, server } = pair.establish();
    client.send(open(client), new Uint8Array(0), true);
    const arrivals = new Arrivals(server);
    pair.runUntil(
      () => arrivals.finished() === 1,
      () => arrivals.work(),
    );
    expect(arrivals.streams.get(0)).toEqual({ octets: [], fin: true });
  });

  it("carries an end although all octets before it were acknowledged before it was sent", () => {
    const pair = new EndpointPair();
    const { client, server } = pair.establish();
    const stream = open(client);
    client.send(stream, pattern(10), true);
    const [requests, responses] = [new Arrivals(server), new Arrivals(client)];
    pair.runUntil(
      () => requests.finished() === 1,
      () => requests.work(),
    );
    server.send(stream, pattern(20), false);
    pair.runUntil(() => {
      responses.work();
      return responses.streams.get(stream)?.octets.length === 20;
    });
    // The client's turn comes first: it acknowledges the 20 octets after the end is written and before it is sent.
    server.send(stream, new Uint8Array(0), true);
    pair.runUntil(
      () => responses.finished() === 1,
      () => responses.work(),
    );
    expect(responses.streams.get(stream)?.octets).toEqual([...pattern(20)]);
  });

  it("carries the ends of streams that the path's window keeps waiting", () => {
    const pair = new EndpointPair();
    const { client, server } = pair.establish();
    const opened = Array.from({ length: 20 }, () => open(client));
    // Together more than the initial window: nothing more is taken when the ends come.
    for (const stream of opened) client.send(stream, pattern(100_000), false);
    for (const stream of opened) client.send(stream, new Uint8Array(0), true);
    const arrivals = new Arrivals(server);
    pair.runUntil(
      () => arrivals.finished() === opened.length,
      () => arrivals.work(),
    );
    expect(arrivals.finished()).toBe(opened.length);
  });

  it("carries a reset and its code to the reader, and a stop and its code to the writer", () => {
    const pair = new EndpointPair();
    const { client, server } = pair.establish();
    const stream = open(client);
    client.send(stream, pattern(10), false);
    const arrivals = new Arrivals(server);
    pair.runUntil(
      () => arrivals.streams.size === 1,
      () => arrivals.work(),
    );
    expect(server.receive(stream, scratch)).toBe(STREAM_BLOCKED);
    client.resetStream(stream, 77);
    pair.runUntil(() => server.receive(stream, scratch) !== STREAM_BLOCKED);
    expect(server.receive(stream, scratch)).toBe(STREAM_ENDED_BY_PEER);
    expect(server.lastErrorCode).toBe(77);

    const other = open(client);
    client.send(other, pattern(10), false);
    pair.runUntil(
      () => arrivals.streams.size === 2,
      () => arrivals.work(),
    );
    server.stopSending(other, 88);
    pair.runUntil(() => client.send(other, pattern(1), false) < 0);
    expect(client.send(other, pattern(1), false)).toBe(STREAM_ENDED_BY_PEER);
    expect(client.lastErrorCode).toBe(88);
    server.resetStream(other, 99);
    pair.runUntil(() => client.receive(other, scratch) !== STREAM_BLOCKED);
    expect(client.lastErrorCode).toBe(99);
  });

  it("holds a thousand at a time, each with its own octets, in both directions", () => {
    const pair = new EndpointPair();
    const { client, server } = pair.establish();
    for (let index = 0; index < 1000; index += 1) {
      client.send(open(client), pattern(100, index), true);
      server.send(open(server), pattern(100, index + 1), true);
    }
    const arrivals = [new Arrivals(server), new Arrivals(client)] as const;
    const work = (): void => arrivals.forEach((side) => side.work());
    pair.runUntil(() => arrivals.every((side) => side.finished() === 1000), work);
    for (const [stream, { octets }] of arrivals[0].streams) expect(octets).toEqual([...pattern(100, stream / 4)]);
    for (const [stream, { octets }] of arrivals[1].streams)
      expect(octets).toEqual([...pattern(100, (stream - 1) / 4 + 1)]);
    expect(arrivals[0].isNew).toHaveLength(1000);
  });

  it("says when the peer allows streams again", () => {
    const pair = new EndpointPair();
    const { client, server } = pair.establish();
    const opened: number[] = [];
    for (let stream = client.openStream(); stream !== undefined; stream = client.openStream()) opened.push(stream);
    expect(opened).toHaveLength(10_000);
    const arrivals = new Arrivals(server);
    const events: string[] = [];
    for (const stream of opened) client.send(stream, new Uint8Array(0), true);
    const work = (): void => {
      arrivals.work();
      for (const stream of arrivals.isNew.splice(0)) server.send(stream, new Uint8Array(0), true);
      client.forEachReadable((stream) => client.receive(stream, scratch) < Infinity);
      const event = client.pollEvent();
      if (event !== undefined) events.push(event.type);
    };
    pair.runUntil(() => events.includes("streams-available"), work);
    expect(client.openStream()).toBe(40_000);
  });

  it("shows readable streams in turn when a visit has had enough", () => {
    const pair = new EndpointPair();
    const { client, server } = pair.establish();
    const opened = Array.from({ length: 5 }, () => client.openStream() ?? -1);
    for (const stream of opened) client.send(stream, Uint8Array.of(1), false);
    const readable = (): number => {
      let count = 0;
      server.forEachReadable(() => (count += 1) > 0);
      return count;
    };
    pair.runUntil(() => readable() === opened.length);
    const seen: number[] = [];
    const visitTwo = (): boolean => {
      let visits = 0;
      return server.forEachReadable((stream) => (seen.push(stream), (visits += 1) < 2));
    };
    expect([visitTwo(), visitTwo(), visitTwo()]).toEqual([true, true, true]);
    expect(new Set(seen.slice(0, opened.length))).toEqual(new Set(opened));
  });

  it("does not let a reader that stalls disturb another stream", () => {
    const pair = new EndpointPair({ maxOctets: 16_384 });
    const { client, server } = pair.establish();
    const stalled = open(client);
    const flowing = open(client);
    const arrivals = new Arrivals(server);
    arrivals.stalled.add(stalled);
    const octets = pattern(3_000_000);
    const uploads = [new Upload(client, stalled, octets), new Upload(client, flowing, octets)];
    const work = (): void => {
      uploads.forEach((upload) => upload.work());
      arrivals.work();
    };
    pair.runUntil(() => arrivals.finished() === 1, work);
    expect(arrivals.streams.get(flowing)?.octets).toHaveLength(octets.length);
    expect(client.send(stalled, octets, false)).toBe(0);
    arrivals.stalled.clear();
    pair.runUntil(() => arrivals.finished() === 2, work);
  });

  it("opens none and takes nothing before the handshake and after the close", () => {
    const pair = new EndpointPair();
    const early = pair.connect();
    expect(early.openStream()).toBeUndefined();
    expect(early.send(0, pattern(1), false)).toBe(0);
    expect(early.receive(0, scratch)).toBe(STREAM_BLOCKED);
    const { client } = pair.establish();
    const stream = open(client);
    client.close(0, "");
    expect(client.openStream()).toBeUndefined();
    expect(client.send(stream, pattern(1), false)).toBe(STREAM_GONE);
    expect(client.receive(stream, scratch)).toBe(STREAM_GONE);
  });
});

describe("close", () => {
  it("reaches both ends with code and text, once", () => {
    const pair = new EndpointPair();
    const { client, server } = pair.establish();
    client.close(5, "going\u001b[31m away");
    client.close(6, "again");
    expect(client.state).toBe("closing");
    pair.runUntil(() => server.state === "closed" && client.state === "closed");
    const reason = { application: true, code: 5, text: "going?[31m away" };
    expect(server.closeReason).toEqual({ by: "peer", ...reason });
    expect(client.closeReason).toEqual({ by: "local", ...reason });
    expect([client.pollEvent()?.type, client.pollEvent()?.type, client.pollEvent()]).toEqual([
      "established",
      "closed",
      undefined,
    ]);
    expect([...pair.client.endpoint.connections, ...pair.server.endpoint.connections]).toHaveLength(0);
    expect(client.nextTimeout()).toBeUndefined();
    expect(client.transmit(scratch, 0, 1400, pair.now)).toBe(0);
  });

  it("goes out although the window is full", () => {
    const pair = new EndpointPair();
    const { client } = pair.establish();
    const stream = open(client);
    let now = pair.now;
    do client.send(stream, scratch, false);
    while (client.transmit(new Uint8Array(1400), 0, 1400, (now += 100)) > 0);
    client.close(3, "full");
    expect(client.transmit(new Uint8Array(1400), 0, 1400, now)).toBeGreaterThan(0);
    expect(client.closeReason).toMatchObject({ by: "local", code: 3, text: "full" });
  });

  it("ends by itself when its owner has no room for a packet", () => {
    const pair = new EndpointPair();
    const { client } = pair.establish();
    client.close(3, "no path");
    const late = pair.now + 20_000;
    client.handleTimeout(late);
    expect(client.state).toBe("closing");
    client.handleTimeout(late + CLOSE_TIMEOUT_MS);
    expect(client.closeReason).toMatchObject({ by: "local", code: 3, text: "no path" });
  });

  it("needs no packet before the first is sent", () => {
    const connection = new EndpointPair().connect();
    connection.close(1, "changed my mind");
    expect(connection.state).toBe("closed");
  });
});

describe("keep alive", () => {
  it("pings an idle connection only while its owner wants it", () => {
    const pair = new EndpointPair();
    const { client } = pair.establish();
    pair.turn();
    const later = pair.now + KEEP_ALIVE_MS + 1;
    expect(client.nextTimeout()).toBeGreaterThan(later);
    client.handleTimeout(later);
    expect(client.transmit(scratch, 0, 1400, later)).toBe(0);
    client.keepAlive = true;
    expect(client.nextTimeout()).toBeLessThanOrEqual(later);
    client.handleTimeout(later);
    expect(client.transmit(scratch, 0, 1400, later)).toBeGreaterThan(0);
    expect(client.nextTimeout()).toBeGreaterThan(later);
  });

  it("asks every second while nothing is heard, where its back-off would double", () => {
    const pair = new EndpointPair();
    const { client } = pair.establish();
    client.keepAlive = true;
    const silentAt = pair.now + KEEP_ALIVE_MS;
    for (let second = 1; second <= 5; second += 1) {
      const now = silentAt + second * 1001;
      client.handleTimeout(now);
      expect(client.transmit(scratch, 0, 1400, now)).toBeGreaterThan(0);
    }
  });

  it("gives up a peer that was not heard for the idle timeout, as that peer does, although it asked", () => {
    const pair = new EndpointPair();
    const { client } = pair.establish();
    client.keepAlive = true;
    let now = pair.now;
    // Each timer in its time: a late one counts as a sleep, after which a peer has its time again.
    for (; client.state === "established"; now = client.nextTimeout() ?? now) {
      client.handleTimeout(now);
      while (client.transmit(scratch, 0, 1400, now) > 0);
    }
    expect([client.closeReason?.by, now <= pair.now + QUIC_LIMITS.idleTimeoutMs]).toEqual(["timeout", true]);
  });
});

describe("the acknowledgement of a lone packet", () => {
  function hearOneOctet(): { server: QuicConnection<string>; stream: number; now: number } {
    const pair = new EndpointPair();
    const { client, server } = pair.establish();
    const stream = open(client);
    client.send(stream, pattern(1), false);
    const now = pair.now;
    server.handleReceive(scratch, 0, client.transmit(scratch, 0, 1400, now), now);
    expect(server.receive(stream, scratch)).toBe(1);
    return { server, stream, now };
  }

  it("travels with the answer", () => {
    const { server, stream, now } = hearOneOctet();
    expect(server.transmit(scratch, 0, 1400, now)).toBe(0);
    server.send(stream, pattern(1), false);
    expect(server.transmit(scratch, 0, 1400, now)).toBeGreaterThan(0);
    expect(server.transmit(scratch, 0, 1400, now + 2)).toBe(0);
  });

  it("goes alone when there is none in time", () => {
    const { server, now } = hearOneOctet();
    expect(server.transmit(scratch, 0, 1400, now)).toBe(0);
    const due = server.nextTimeout() ?? Infinity;
    expect(due).toBeLessThanOrEqual(now + MAX_ACK_DELAY_MS);
    server.handleTimeout(due);
    expect(server.transmit(scratch, 0, 1400, due)).toBeGreaterThan(0);
  });
});

describe("transmit", () => {
  it("takes no room below an Initial's", () => {
    expect(new EndpointPair().connect().transmit(scratch, 0, 1199, 0)).toBe(0);
  });

  it("writes nothing outside its room", () => {
    const pair = new EndpointPair();
    const { client } = pair.establish();
    client.send(open(client), pattern(100_000), false);
    const octets = new Uint8Array(4000).fill(0xee);
    const sent = client.transmit(octets, 100, 1250, pair.now);
    expect(sent).toBeGreaterThan(0);
    expect(octets.subarray(0, 100).every((octet) => octet === 0xee)).toBe(true);
    expect(octets.subarray(1350).every((octet) => octet === 0xee)).toBe(true);
  });

  it("tells its figures", () => {
    const pair = new EndpointPair();
    const { client } = pair.establish();
    const statistics = client.statistics();
    expect(statistics.sentPackets).toBeGreaterThan(1);
    expect(statistics.congestionWindowOctets).toBeGreaterThan(10_000);
    expect(statistics.datagramOctets).toBe(1200);
  });
});
