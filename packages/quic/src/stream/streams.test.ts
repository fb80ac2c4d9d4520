import { describe, expect, it } from "vitest";
import { EnginePair } from "../connection/engine-pair.testing.ts";
import { pattern, Transfer } from "../connection/transfer.testing.ts";
import { STREAM_BLOCKED, STREAM_ENDED_BY_PEER, STREAM_GONE } from "../quic-engine.ts";
import { CONNECTION_UNSENT_MAX_OCTETS, STALLED_MS, STREAM_UNSENT_MAX_OCTETS } from "./stream-limits.ts";

const MIB = 1_048_576;
const into = new Uint8Array(MIB);

describe("a reader that stalls", () => {
  it("holds its own window and never the connection's: fifty beside downloads", () => {
    const pair = new EnginePair({ limits: { maxConnectionWindowOctets: 16 * MIB } }).establish();
    const stalled = Array.from({ length: 50 }, () => new Transfer(pair.client, pair.server, pattern(MIB)));
    pair.runFor(3000, () => stalled.forEach((transfer) => transfer.write()));
    for (let count = 0; count < 20; count += 1) {
      const download = new Transfer(pair.client, pair.server, pattern(MIB));
      pair.runUntil(
        () => download.isEnded,
        () => {
          download.work(pair);
          for (const transfer of stalled) transfer.write();
        },
        60_000,
      );
      expect(download.isRight).toBe(true);
    }
    // Those that were not refused go on where they stood.
    pair.runUntil(
      () => stalled.every(({ isOver }) => isOver),
      () => stalled.forEach((transfer) => transfer.work(pair)),
    );
    const refused = stalled.filter(({ resetCode }) => resetCode === 4);
    expect(refused.length).toBe(pair.figures(pair.server).refusedStreams);
    expect(refused.length).toBeLessThan(40);
    for (const transfer of stalled) expect(transfer.isRight).toBe(true);
  });

  it("is not refused while there is memory", () => {
    const pair = new EnginePair().establish();
    const stalled = Array.from({ length: 60 }, () => new Transfer(pair.client, pair.server, pattern(MIB / 2)));
    pair.runFor(20_000, () => stalled.forEach((transfer) => transfer.write()));
    pair.runUntil(
      () => stalled.every(({ isEnded }) => isEnded),
      () => stalled.forEach((transfer) => transfer.work(pair)),
    );
    expect(pair.figures(pair.server).refusedStreams).toBe(0);
  });

  it("that stalled longest is refused first, and only after a while", () => {
    const limits = { maxConnectionWindowOctets: 2 * MIB, initialStreamWindowOctets: MIB };
    const pair = new EnginePair({ limits }).establish();
    const first = new Transfer(pair.client, pair.server, pattern(MIB));
    const write = (): void => first.write();
    pair.runFor(1000, write);
    const second = new Transfer(pair.client, pair.server, pattern(MIB));
    const writeBoth = (): void => (first.write(), second.write());
    pair.runFor(STALLED_MS - 2000, writeBoth);
    expect(pair.figures(pair.server).refusedStreams).toBe(0);
    pair.runFor(5000, writeBoth);
    pair.server.ping();
    pair.client.ping();
    pair.runFor(1000, writeBoth);
    expect(pair.server.receive(first.stream, into, pair.now)).toBe(STREAM_ENDED_BY_PEER);
    expect(pair.server.lastErrorCode).toBe(4);
    second.read(pair);
    expect(second.received).toBeGreaterThan(0);
  });
});

describe("a writer whose octets do not leave", () => {
  const wide = { initialStreamWindowOctets: 4 * MIB, maxPeerStreams: 100 };

  it("waits at 1 MiB of one stream, and goes on as they leave", () => {
    const pair = new EnginePair({ limits: wide }).establish();
    const stream = pair.client.openStream() ?? -1;
    expect(pair.client.send(stream, new Uint8Array(2 * MIB), false)).toBe(STREAM_UNSENT_MAX_OCTETS);
    expect(pair.client.send(stream, Uint8Array.of(1), false)).toBe(0);
    pair.runFor(50);
    expect(pair.client.send(stream, Uint8Array.of(1), false)).toBe(1);
  });

  it("waits at 16 MiB of all streams, whichever it is", () => {
    const pair = new EnginePair({ limits: wide }).establish();
    const streams = Array.from({ length: 17 }, () => pair.client.openStream() ?? -1);
    const accepted = streams.map((stream) => pair.client.send(stream, new Uint8Array(MIB), false));
    expect(accepted.reduce((sum, octets) => sum + octets, 0)).toBe(CONNECTION_UNSENT_MAX_OCTETS);
    expect(accepted.at(-1)).toBe(0);
    pair.runFor(50);
    expect(pair.client.send(streams.at(-1)!, Uint8Array.of(1), false)).toBe(1);
  });
});

describe("octets that are discarded", () => {
  it("count as taken: sixty downloads that are broken off leave the connection's window open", () => {
    const pair = new EnginePair({ limits: { maxConnectionWindowOctets: 4 * MIB } }).establish();
    const octets = pattern(MIB);
    for (let count = 0; count < 60; count += 1) {
      const broken = new Transfer(pair.client, pair.server, octets);
      pair.runFor(100, () => {
        broken.write();
        if (broken.received < 20_000) broken.read(pair, 20_000);
      });
      if (count % 2 === 0) pair.server.stopSending(broken.stream, 9);
      else pair.client.resetStream(broken.stream, 9);
      if (count % 2 !== 0) pair.server.stopSending(broken.stream, 9);
      pair.server.resetStream(broken.stream, 9);
      pair.runFor(100, () => broken.write());
    }
    const download = new Transfer(pair.client, pair.server, pattern(3 * MIB));
    pair.runUntil(
      () => download.isEnded,
      () => download.work(pair),
      30_000,
    );
    expect(download.isRight).toBe(true);
  });
});

describe("a reset", () => {
  it.each([0, 0.1])("is told behind the octets that were accepted, at %d loss", (loss) => {
    const pair = new EnginePair({ wire: { loss }, seed: 2 }).establish();
    const transfer = new Transfer(pair.client, pair.server, pattern(100_000), false);
    transfer.write();
    const { sent } = transfer;
    expect(sent).toBe(100_000);
    pair.client.resetStream(transfer.stream, 77);
    expect(pair.client.send(transfer.stream, Uint8Array.of(1), false)).toBe(STREAM_GONE);
    pair.runUntil(
      () => transfer.isOver,
      () => transfer.read(pair, 30_000),
    );
    expect([transfer.received, transfer.isRight, transfer.resetCode, transfer.isEnded]).toEqual([
      sent,
      true,
      77,
      false,
    ]);
  });

  it("shows in a read of nothing, whatever waits before it", () => {
    const pair = new EnginePair().establish();
    const transfer = new Transfer(pair.client, pair.server, pattern(1000), false);
    transfer.write();
    pair.client.resetStream(transfer.stream, 77);
    pair.runFor(100);
    expect(pair.server.receive(transfer.stream, new Uint8Array(0), pair.now)).toBe(STREAM_ENDED_BY_PEER);
    transfer.read(pair);
    expect([transfer.received, transfer.resetCode]).toEqual([1000, 77]);
  });

  it("that follows a stop drops what was accepted", () => {
    const pair = new EnginePair().establish();
    const transfer = new Transfer(pair.client, pair.server, pattern(300_000), false);
    transfer.write();
    pair.runFor(11);
    pair.server.stopSending(transfer.stream, 88);
    pair.runFor(200, () => transfer.write());
    expect(pair.client.send(transfer.stream, Uint8Array.of(1), false)).toBe(STREAM_ENDED_BY_PEER);
    expect(pair.client.lastErrorCode).toBe(88);
    expect(pair.server.receive(transfer.stream, into, pair.now)).toBe(STREAM_GONE);
  });

  it("and an end of the other direction give the stream's place back", () => {
    const pair = new EnginePair({ limits: { maxPeerStreams: 4 } }).establish();
    for (let count = 0; count < 40; count += 1) {
      const transfer = new Transfer(pair.client, pair.server, pattern(10), false);
      transfer.write();
      pair.client.resetStream(transfer.stream, 1);
      pair.runUntil(
        () => transfer.isOver,
        () => transfer.read(pair),
      );
      pair.server.send(transfer.stream, new Uint8Array(0), true);
      pair.runUntil(() => pair.client.receive(transfer.stream, into, pair.now) === 0 && pair.client.lastFin);
      pair.runFor(200);
    }
    expect(pair.client.streamsLeft()).toBeGreaterThan(0);
  });
});

describe("many streams", () => {
  it("carry each its own octets: 1,999 at once through loss", () => {
    const pair = new EnginePair({ wire: { loss: 0.02 }, limits: { maxPeerStreams: 2000 }, seed: 5 }).establish();
    const transfers = Array.from(
      { length: 1999 },
      (_, salt) => new Transfer(pair.client, pair.server, pattern(50, salt)),
    );
    pair.runUntil(
      () => transfers.every(({ isEnded }) => isEnded),
      () => transfers.forEach((transfer) => transfer.work(pair)),
    );
    expect(transfers.every(({ isRight, received }) => isRight && received === 50)).toBe(true);
  });

  it("take turns: one of a few octets does not wait for one of many", () => {
    const pair = new EnginePair({ wire: { rate: 1250, bufferOctets: 50_000 } }).establish();
    const large = new Transfer(pair.client, pair.server, pattern(2_000_000));
    pair.runFor(500, () => large.work(pair));
    const small = new Transfer(pair.client, pair.server, pattern(1000));
    const start = pair.now;
    pair.runUntil(
      () => small.isEnded,
      () => (large.work(pair), small.work(pair)),
    );
    expect(pair.now - start).toBeLessThan(100);
    expect(large.isEnded).toBe(false);
  });

  it("are not readable when they have nothing", () => {
    const pair = new EnginePair().establish();
    const transfer = new Transfer(pair.client, pair.server, pattern(10), false);
    transfer.write();
    pair.runFor(100);
    const shown: number[] = [];
    pair.server.forEachReadable((stream) => (shown.push(stream), true));
    transfer.read(pair);
    pair.server.forEachReadable((stream) => (shown.push(stream), true));
    expect(shown).toEqual([transfer.stream]);
    expect(pair.server.receive(transfer.stream, into, pair.now)).toBe(STREAM_BLOCKED);
  });
});

describe("datagrams", () => {
  it("arrive whole, in order where the path keeps it, and are not sent again", () => {
    const pair = new EnginePair().establish();
    for (let count = 0; count < 100; count += 1) expect(pair.client.sendDatagram(pattern(100, count))).toBe(true);
    pair.runFor(1000);
    for (let count = 0; count < 100; count += 1) {
      expect(pair.server.receiveDatagram(into)).toBe(100);
      expect(into.slice(0, 100)).toEqual(pattern(100, count));
    }
    expect(pair.server.receiveDatagram(into)).toBe(-1);
  });

  it("that no packet holds are dropped, and those behind them go", () => {
    const pair = new EnginePair().establish();
    pair.client.sendDatagram(new Uint8Array(5000));
    pair.client.sendDatagram(pattern(7));
    pair.runFor(100);
    expect(pair.server.receiveDatagram(into)).toBe(7);
  });

  it("beyond the bound go, the oldest first", () => {
    const pair = new EnginePair().establish();
    for (let count = 0; count < 1100; count += 1) pair.client.sendDatagram(Uint8Array.of(count & 0xff));
    pair.runFor(5000);
    expect(pair.server.receiveDatagram(into)).toBe(1);
    expect(into[0]).toBe(76);
  });
});

describe("datagrams with a prefix", () => {
  it("are handed over as they arrive, the prefix before them", () => {
    const pair = new EnginePair().establish();
    const arrived: number[][] = [];
    pair.server.onDatagram((octets, start, end) => arrived.push([...octets.subarray(start, end)]));
    const octets = Uint8Array.of(9, 1, 2, 3, 9);
    for (const prefix of [5, 300, 70_000, 2 ** 40]) pair.client.sendDatagram(octets, 1, 4, prefix);
    pair.runFor(100);
    expect(arrived).toEqual([
      [5, 1, 2, 3],
      [0x41, 0x2c, 1, 2, 3],
      [0x80, 0x01, 0x11, 0x70, 1, 2, 3],
      [0xc0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3],
    ]);
    expect(pair.server.receiveDatagram(into)).toBe(-1);
  });

  it("of the largest size that is told cross", () => {
    const pair = new EnginePair().establish();
    const largest = pair.client.maxDatagramPayload;
    let arrived = 0;
    pair.server.onDatagram((_octets, start, end) => (arrived = end - start));
    expect(largest).toBeGreaterThan(1000);
    pair.client.sendDatagram(new Uint8Array(largest), 0, largest, 2 ** 40);
    pair.runFor(100);
    expect(arrived).toBe(largest + 8);
  });

  it("leave a quarter of the packets to streams, and do not wait behind them", () => {
    const pair = new EnginePair().establish();
    const stream = pair.client.openStream()!;
    pair.client.send(stream, pattern(100_000), false);
    let datagrams = 0;
    pair.server.onDatagram(() => (datagrams += 1));
    let read = 0;
    for (let round = 0; round < 200 && read < 20_000; round += 1) {
      for (let count = 0; count < 50; count += 1) pair.client.sendDatagram(pattern(1000));
      pair.runFor(10);
      for (let got = 1; got > 0; read += Math.max(0, got)) got = pair.server.receive(stream, into, pair.now);
    }
    expect(read).toBeGreaterThanOrEqual(20_000);
    expect(datagrams).toBeGreaterThan(20);
  });
});
