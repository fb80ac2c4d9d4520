import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ImpairedPath } from "./impaired-path.ts";
import type { Impairments } from "./impairments.ts";

const packet = (index: number, octets = 100): Uint8Array => {
  const content = new Uint8Array(octets);
  new DataView(content.buffer).setUint32(0, index);
  return content;
};
const indexOf = (content: Uint8Array): number => new DataView(content.buffer).getUint32(0);

/** Sends packets at a steady pace and notes when each one comes out, on a clock of whole milliseconds. */
function send(path: ImpairedPath, count: number, everyMs: number, octets = 100): { index: number; at: number }[] {
  const arrived: { index: number; at: number }[] = [];
  for (let now = 0, next = 0; now < count * everyMs + 2000; now += 1) {
    for (let due = path.takeDue(now); due !== undefined; due = path.takeDue(now)) {
      arrived.push({ index: indexOf(due), at: now });
    }
    for (; next < count && next * everyMs <= now; next += 1) {
      if (path.offer(packet(next, octets), now)) arrived.push({ index: next, at: now });
    }
  }
  return arrived;
}

describe("an impaired path", () => {
  test("without impairments passes every packet at once", () => {
    expect(send(new ImpairedPath({}, 1), 3, 1)).toEqual([0, 1, 2].map((index) => ({ index, at: index })));
  });

  test("delays by its delay, and keeps the order", () => {
    const arrived = send(new ImpairedPath({ delayMs: 40 }, 1), 3, 5);
    expect(arrived).toEqual([0, 1, 2].map((index) => ({ index, at: 40 + 5 * index })));
  });

  test.each([
    ["loss", { loss: 0.2 }, "lost"],
    ["duplication", { duplicate: 0.2 }, "duplicated"],
    ["reordering", { reorder: 0.2, delayMs: 5 }, "reordered"],
    ["corruption", { corrupt: 0.2 }, "corrupted"],
  ] as const)("has the share of %s that it was told", (_, impairments, counter) => {
    const path = new ImpairedPath(impairments, 7);
    const arrived = send(path, 10_000, 1);
    expect(path.counts[counter] / 10_000).toBeCloseTo(0.2, 1.5);
    expect(arrived).toHaveLength(path.counts.sent);
    expect(path.counts.sent).toBe(10_000 - path.counts.lost + path.counts.duplicated);
  });

  test("lets reordered packets overtake those that wait", () => {
    const indices = send(new ImpairedPath({ reorder: 0.1, delayMs: 10 }, 3), 1000, 1).map(({ index }) => index);
    expect(indices).not.toEqual(indices.toSorted((a, b) => a - b));
    expect(indices.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, index) => index));
  });

  test("flips exactly one bit, past the spared octets", () => {
    const path = new ImpairedPath({ corrupt: 1, sparedOctets: 20 }, 5);
    for (let round = 0; round < 200; round += 1) {
      path.offer(new Uint8Array(40), 0);
      const damaged = path.takeDue(0)!;
      expect(damaged.subarray(0, 20)).toEqual(new Uint8Array(20));
      expect([...damaged].map((octet) => octet.toString(2).replaceAll("0", "")).join("")).toBe("1");
    }
  });

  test("sends at its rate, and drops what would wait longer than its buffer", () => {
    // 100 octets a millisecond offered, 400 kbit/s let through: half of it.
    const path = new ImpairedPath({ rateBitsPerSecond: 400_000, queueMs: 50 }, 1);
    const arrived = send(path, 2000, 1);
    expect(arrived.length).toBeGreaterThan(1000);
    expect(arrived.length).toBeLessThan(1040);
    expect(Math.max(...arrived.map(({ index, at }) => at - index))).toBeLessThanOrEqual(53);
    expect(path.counts.queueFull).toBe(2000 - arrived.length);
  });

  test("drops packets longer than its MTU, by one octet too", () => {
    const path = new ImpairedPath({ mtuOctets: 100 }, 1);
    expect(path.offer(packet(1, 100), 0)).toBe(true);
    expect(path.offer(packet(2, 101), 0)).toBe(false);
    expect(path.counts.tooLong).toBe(1);
  });

  test("can be cut and healed", () => {
    const path = new ImpairedPath({}, 1);
    path.change({ loss: 1 });
    expect(path.offer(packet(1), 0)).toBe(false);
    path.change({});
    expect(path.offer(packet(2), 1)).toBe(true);
    expect(path.takeDue(1000)).toBeUndefined();
  });

  test("refuses what makes no sense, and says what", () => {
    expect(() => new ImpairedPath({ loss: 2 }, 1)).toThrow("loss 2 is not in 0 to 1");
    expect(() => new ImpairedPath({ delayMs: -1 }, 1)).toThrow("delayMs -1 is not 0 or more");
  });

  const impairments: fc.Arbitrary<Impairments> = fc.record({
    delayMs: fc.integer({ min: 0, max: 50 }),
    jitterMs: fc.integer({ min: 0, max: 50 }),
    loss: fc.double({ min: 0, max: 1, noNaN: true }),
    reorder: fc.double({ min: 0, max: 1, noNaN: true }),
    duplicate: fc.double({ min: 0, max: 1, noNaN: true }),
    rateBitsPerSecond: fc.integer({ min: 100_000, max: 10_000_000 }),
  });

  test("accounts for every packet, and a seed repeats it", () => {
    fc.assert(
      fc.property(impairments, fc.integer(), (chosen, seed) => {
        const path = new ImpairedPath(chosen, seed);
        const arrived = send(path, 200, 1);
        const { received, sent, lost, queueFull, duplicated } = path.counts;
        expect(received - lost - queueFull + duplicated).toBe(sent);
        expect(arrived).toHaveLength(sent);
        expect(send(new ImpairedPath(chosen, seed), 200, 1)).toEqual(arrived);
      }),
      { numRuns: 50 },
    );
  });
});
