import { describe, expect, it } from "vitest";
import { EnginePair } from "./engine-pair.testing.ts";
import { pattern, Transfer } from "./transfer.testing.ts";

const FAST = { delayMs: 5, rate: 2500, bufferOctets: 100_000 };
const SLOW = { delayMs: 40, rate: 125, bufferOctets: 20_000 };

/** Carries for a while on a fast path, then for five seconds on a slow one; datagrams that its buffer dropped. */
function droppedAfter(tellsPathChange: boolean): number {
  const pair = new EnginePair({ wire: FAST }).establish();
  const transfer = new Transfer(pair.client, pair.server, pattern(20_000_000));
  const work = (): void => transfer.work(pair);
  pair.runFor(2000, work);
  pair.wire = SLOW;
  pair.back = SLOW;
  if (tellsPathChange) pair.client.handlePathChange(pair.now);
  const before = pair.dropped.client;
  pair.runFor(5000, work);
  expect(transfer.isRight).toBe(true);
  return pair.dropped.client - before;
}

describe("packets that take another path", () => {
  it("do not go at the old path's rate: a slower one drops a fraction of what it would", () => {
    expect(droppedAfter(true)).toBeLessThan(droppedAfter(false) / 2);
  });

  it("carry what the old path lost, once the peer is asked, without waiting for time-outs that have grown", () => {
    const pair = new EnginePair({ wire: FAST }).establish();
    const transfer = new Transfer(pair.client, pair.server, pattern(5_000_000));
    const work = (): void => transfer.work(pair);
    pair.runFor(500, work);
    pair.tap = () => false;
    pair.runFor(3000, work);
    const before = transfer.received;
    expect(pair.client.unansweredSince).toBeDefined();
    pair.tap = undefined;
    pair.wire = { ...FAST, delayMs: 20 };
    pair.client.handlePathChange(pair.now);
    expect(pair.client.unansweredSince).toBeUndefined();
    pair.client.ping();
    pair.runFor(1000, work);
    expect(transfer.received - before).toBeGreaterThan(500_000);
    pair.runUntil(() => transfer.isEnded, work);
    expect([transfer.isRight, transfer.received]).toEqual([true, 5_000_000]);
  });

  it("begin with small datagrams again: what crossed the old path may not cross this one", () => {
    const pair = new EnginePair({ wire: { delayMs: 5, rate: 20_000 } }).establish();
    for (const end of [pair.client, pair.server]) end.setDatagramBounds(1400, 15_000);
    const transfer = new Transfer(pair.client, pair.server, pattern(20_000_000));
    pair.runFor(500, () => transfer.work(pair));
    expect(pair.client.datagramOctets).toBeGreaterThan(1400);
    pair.client.handlePathChange(pair.now);
    expect(pair.client.datagramOctets).toBe(1400);
  });
});

describe("a path that loses and damages", () => {
  it.each([1, 2, 3, 4, 5, 6])("is crossed whole in both directions, seed %i", (seed) => {
    const pair = new EnginePair({ wire: { delayMs: 10, rate: 1000, loss: 0.1, reordering: 0.1 }, seed });
    let carried = 0;
    pair.tap = (octets) => {
      carried += 1;
      // Any octet of the datagram: header, packet number, payload or tag.
      if ((carried * 7 + seed) % 20 === 0) octets[(carried * 131) % octets.length]! ^= 1 << (carried % 8);
    };
    pair.runUntil(() => pair.client.isEstablished() && pair.server.isEstablished());
    const transfers = [
      new Transfer(pair.client, pair.server, pattern(300_000)),
      new Transfer(pair.server, pair.client, pattern(200_000, 5)),
    ];
    pair.runUntil(
      () => transfers.every((transfer) => transfer.isEnded),
      () => transfers.forEach((transfer) => transfer.work(pair)),
    );
    expect(transfers.map(({ isRight, received }) => [isRight, received])).toEqual([
      [true, 300_000],
      [true, 200_000],
    ]);
  });
});

describe("1-RTT packets that overtake the handshake (RFC 9001 section 5.7)", () => {
  it("are not taken before it is complete, and what they carried arrives behind it", () => {
    const pair = new EnginePair();
    let isHeld = true;
    let [long, early] = [0, 0];
    pair.tap = (octets, from) => {
      if (from === "server") return true;
      const isLong = ((octets[0] ?? 0) & 0x80) !== 0;
      if (isLong) long += 1;
      else early += 1;
      // The first Initial arrives; what completes the handshake is held back.
      return !isLong || long === 1 || !isHeld;
    };
    pair.runUntil(() => pair.client.isEstablished());
    const transfer = new Transfer(pair.client, pair.server, pattern(3000));
    pair.runFor(100, () => transfer.work(pair));
    expect([early > 0, pair.server.isEstablished(), transfer.received]).toEqual([true, false, 0]);
    isHeld = false;
    pair.runUntil(
      () => transfer.isEnded,
      () => transfer.work(pair),
    );
    expect([transfer.isRight, transfer.received, pair.server.isEstablished()]).toEqual([true, 3000, true]);
  });
});
