import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RECEIVED_RANGES_MAX, ReceivedPackets } from "./received-packets.ts";

function numbersOf(received: ReceivedPackets): number[] {
  const numbers: number[] = [];
  for (let index = received.count - 1; index >= 0; index -= 1)
    for (let number = received.firstOf(index); number <= received.lastOf(index); number += 1) numbers.push(number);
  return numbers;
}

describe("received packets", () => {
  it("are each known once, in ascending ranges", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100), { maxLength: 80 }), (numbers) => {
        const [received, naive] = [new ReceivedPackets(), new Set<number>()];
        for (const number of numbers) {
          expect(received.has(number)).toBe(naive.has(number));
          if (!naive.has(number)) received.add(number);
          naive.add(number);
        }
        expect(numbersOf(received)).toEqual([...naive].toSorted((a, b) => a - b));
        expect(received.largest).toBe(Math.max(-1, ...naive));
      }),
      { numRuns: 10_000 },
    );
  });

  it("are bounded: the oldest gaps count as filled", () => {
    const received = new ReceivedPackets();
    for (let number = 0; number < 4 * RECEIVED_RANGES_MAX; number += 2) received.add(number);
    expect(received.count).toBe(RECEIVED_RANGES_MAX);
    expect([received.has(1), received.has(4 * RECEIVED_RANGES_MAX - 3)]).toEqual([true, false]);
  });

  it("forget a packet below all that they have room for, and not those that have yet to come", () => {
    const received = new ReceivedPackets();
    for (let index = 0; index < RECEIVED_RANGES_MAX; index += 1) received.add(100 + 2 * index);
    received.add(50);
    expect(received.count).toBe(RECEIVED_RANGES_MAX);
    expect([received.has(50), received.has(51), received.has(101)]).toEqual([true, false, false]);
  });
});
