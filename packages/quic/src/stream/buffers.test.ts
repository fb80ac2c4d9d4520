import { Pieces } from "@flor/machine";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BLOCK_OCTETS, BlockPool } from "./block-pool.ts";
import { RangeSet } from "./range-set.ts";
import { ReceiveBuffer, STREAM_RANGES_MAX } from "./receive-buffer.ts";
import { SendBuffer } from "./send-buffer.ts";
import { StreamBlocks } from "./stream-blocks.ts";

const pool = new BlockPool();
const LENGTH = 200_000;
const lent = new Pieces();
const octets = Uint8Array.from({ length: LENGTH }, (_, at) => at * 31 + (at >> 9));

/** Reads into `into` what comes next, the one way or the other. */
function takeOrLend(buffer: ReceiveBuffer, into: Uint8Array, takes: boolean): number {
  if (takes) return buffer.take(into, LENGTH);
  buffer.lend(LENGTH, lent);
  for (let index = 0, at = 0; index < lent.count; at += lent.at(index).length, index += 1) into.set(lent.at(index), at);
  buffer.skip(lent.octets);
  return lent.octets;
}

it("a stream's buffer holds 8,192 gaps, and refuses one more", () => {
  const buffer = new ReceiveBuffer(pool);
  const insert = (gap: number): boolean => buffer.insert(2 * gap + 1, octets, 0, 1);
  const taken = Array.from({ length: STREAM_RANGES_MAX }, (_, gap) => insert(gap));
  expect([taken.length, taken.every(Boolean), insert(STREAM_RANGES_MAX)]).toEqual([8192, true, false]);
});

it.each([2 ** 31 - 100, 2 ** 32 - 100, 2 ** 40 + 7])(
  "a stream's blocks hold what is written at offset %i",
  (offset) => {
    const blocks = new StreamBlocks(pool);
    blocks.free(offset);
    blocks.write(offset, octets, 0, LENGTH);
    blocks.locate(offset + 5);
    expect([blocks.block[blocks.blockAt], blocks.blockAt]).toEqual([octets[5], (offset + 5) % BLOCK_OCTETS]);
    const into = new Uint8Array(LENGTH);
    blocks.read(offset, LENGTH, into, 0);
    expect(Buffer.compare(into, octets)).toBe(0);
  },
);

describe("a set of ranges", () => {
  it("is a set of numbers", () => {
    const step = fc.tuple(fc.boolean(), fc.nat(60), fc.nat(20));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const [set, naive] = [new RangeSet(), new Set<number>()];
        for (const [isAdded, start, length] of steps) {
          if (isAdded) set.add(start, start + length);
          else set.remove(start, start + length);
          for (let at = start; at < start + length; at += 1)
            if (isAdded) naive.add(at);
            else naive.delete(at);
        }
        const gaps = new Set(Array.from({ length: 100 }, (_, at) => at));
        set.forEachGap(0, 100, (from, to) => {
          for (let at = from; at < to; at += 1) expect(gaps.delete(at) && !naive.has(at)).toBe(true);
        });
        expect(gaps.size).toBe(naive.size);
        const sorted = [...naive].toSorted((a, b) => a - b);
        expect([set.start, set.last]).toEqual([sorted[0] ?? -1, (sorted.at(-1) ?? -2) + 1]);
        const ranges = sorted.filter((at, index) => index === 0 || sorted[index - 1] !== at - 1);
        expect(set.size).toBe(ranges.length);
      }),
      { numRuns: 3000 },
    );
  });
});

/** Pieces of a stream, long and short. */
const piece = fc.tuple(fc.nat(LENGTH - 1), fc.oneof(fc.nat(40), fc.nat(3000), fc.nat(100_000)));

describe("reassembly", () => {
  it("gives what has arrived in order, once, as a naive model does", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), fc.nat(50_000), (pieces, read) => {
        const buffer = new ReceiveBuffer(pool);
        const has = new Uint8Array(LENGTH);
        const into = new Uint8Array(LENGTH);
        let taken = 0;
        for (const [offset, length] of pieces) {
          const end = Math.min(LENGTH, offset + length);
          expect(buffer.insert(offset, octets, offset, end)).toBe(true);
          has.fill(1, offset, end);
          const got = buffer.take(into, read);
          for (let at = 0; at < got; at += 1)
            if (into[at] !== octets[taken + at]) throw new Error(`wrong at ${taken + at}`);
          taken += got;
        }
        while (buffer.available > 0) {
          const got = takeOrLend(buffer, into, taken % 2 === 0);
          for (let at = 0; at < got; at += 1)
            if (into[at] !== octets[taken + at]) throw new Error(`wrong at ${taken + at}`);
          taken += got;
        }
        const missing = has.indexOf(0);
        expect(taken).toBe(missing < 0 ? LENGTH : missing);
        buffer.drop();
      }),
      { numRuns: 500 },
    );
  });
});

/** A source that has `left` octets more of the stream that `at` of are written. */
function sourceOf(at: number, left: number): { readInto(pieces: Pieces): number } {
  return {
    readInto(pieces) {
      let from = at;
      for (let index = 0; index < pieces.count; index += 1) {
        const piece = pieces.at(index);
        const part = octets.subarray(from, Math.min(from + piece.length, at + left));
        piece.set(part);
        from += part.length;
      }
      return from - at;
    },
  };
}

describe("a send buffer", () => {
  it("holds what a source moves into it, whatever was offered, written and acknowledged before", () => {
    const step = fc.record({
      offered: fc.integer({ min: -5, max: 200_000 }),
      moved: fc.oneof(fc.nat(3000), fc.nat(200_000)),
      written: fc.oneof(fc.constant(0), fc.nat(3000)),
      isAcked: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const buffer = new SendBuffer(pool);
        const into = new Uint8Array(LENGTH);
        let [at, read] = [0, 0];
        for (const { offered, moved, written, isAcked } of steps) {
          const got = buffer.writeFrom(sourceOf(at, Math.min(moved, LENGTH - at)), offered);
          expect(got).toBeLessThanOrEqual(Math.max(0, offered));
          at += got;
          const copied = Math.min(written, LENGTH - at);
          buffer.write(octets, at, at + copied);
          at += copied;
          expect(buffer.written).toBe(at);
          if (!isAcked) continue;
          buffer.blocks.read(read, at - read, into, read);
          buffer.handleSent(read, at);
          buffer.handleAcked(read, at);
          read = at;
        }
        buffer.blocks.read(read, at - read, into, read);
        expect(Buffer.compare(into.subarray(0, at), octets.subarray(0, at))).toBe(0);
        buffer.drop();
      }),
      { numRuns: 300 },
    );
  });

  it("keeps no memory that a source did not fill", () => {
    const taken: Uint8Array[] = [];
    const counting = new BlockPool();
    const take = counting.take.bind(counting);
    const give = counting.give.bind(counting);
    counting.take = (size) => (taken.push(take(size)), taken.at(-1)!);
    counting.give = (size, block) => {
      if (taken.includes(block)) taken.splice(taken.indexOf(block), 1);
      give(size, block);
    };
    const buffer = new SendBuffer(counting);
    expect(buffer.writeFrom(sourceOf(0, 0), 300_000)).toBe(0);
    expect(taken).toHaveLength(0);
    expect(buffer.writeFrom(sourceOf(0, 2048), 300_000)).toBe(2048);
    expect(taken).toHaveLength(1);
    expect(buffer.writeFrom(sourceOf(2048, 100_000), 300_000)).toBe(100_000);
    expect(taken).toHaveLength(4);
  });

  it("sends everything until all is acknowledged, whatever is lost", () => {
    const fate = fc.array(fc.tuple(fc.integer({ min: 1, max: 20_000 }), fc.constantFrom("acked", "lost", "late")), {
      minLength: 5,
      maxLength: 60,
    });
    fc.assert(
      fc.property(fate, (fates) => {
        const buffer = new SendBuffer(pool);
        buffer.write(octets, 0, LENGTH);
        const arrived = new Uint8Array(LENGTH);
        const into = new Uint8Array(LENGTH);
        const late: [number, number][] = [];
        for (let round = 0; !buffer.isAcked; round += 1) {
          const [size, what] = round < fates.length ? (fates[round] ?? [1, "acked"]) : ([20_000, "acked"] as const);
          if (buffer.isPending) {
            const offset = buffer.nextOffset;
            const end = Math.min(buffer.nextEnd, offset + size);
            buffer.blocks.read(offset, end - offset, into, 0);
            arrived.set(into.subarray(0, end - offset), offset);
            buffer.handleSent(offset, end);
            if (what === "acked") buffer.handleAcked(offset, end);
            else late.push([offset, end]);
            if (what === "lost") buffer.handleLost(offset, end);
          } else for (const [offset, end] of late.splice(0)) buffer.handleLost(offset, end);
          // What was declared lost is acknowledged after all, now and then.
          if (round % 7 === 0) for (const [offset, end] of late.splice(0, 1)) buffer.handleAcked(offset, end);
        }
        expect(arrived.findIndex((octet, at) => octet !== octets[at])).toBe(-1);
        expect([buffer.base, buffer.isPending]).toEqual([LENGTH, false]);
      }),
      { numRuns: 200 },
    );
  });
});
