import { FRAME_DATA, FRAME_HEADER_OCTETS, viewOf, writeFrameHeader, ZERO_TOKEN } from "@flor/wire";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { FRAME_LENGTH_OCTETS } from "./frame-reader.ts";
import { PRIORITY_QUEUE_MAX_OCTETS, QUEUE_AGE_MAX_MS, QUEUE_MAX_OCTETS, SendQueue } from "./send-queue.ts";

const GAL_ENTRY = Uint8Array.of(0x00, 0x00, 0xd1, 0x01);
const OTHER_ENTRY = Uint8Array.of(0x00, 0x01, 0x01, 0x40);
const OVERHEAD = FRAME_HEADER_OCTETS + FRAME_LENGTH_OCTETS;

let drops: Record<string, number>;
let queue: SendQueue;

beforeEach(() => {
  drops = {};
  queue = new SendQueue((reason) => (drops[reason] = (drops[reason] ?? 0) + 1));
});

/** Pushes a frame of `octets` octets as it will stand in the stream, marked with a number. */
function push(octets: number, mark: number, now = 0, entry: Uint8Array = OTHER_ENTRY): void {
  const frame = new Uint8Array(octets - FRAME_LENGTH_OCTETS);
  const view = viewOf(frame);
  const length = octets - OVERHEAD;
  writeFrameHeader(view, 0, { type: FRAME_DATA, flags: 0, length, port: 3, token: ZERO_TOKEN });
  frame.set(entry, FRAME_HEADER_OCTETS);
  view.setUint32(FRAME_HEADER_OCTETS + 4, mark);
  queue.push(frame, view, 0, frame.length, now);
}

function shiftAll(now = 0): number[] {
  const marks: number[] = [];
  for (let frame = queue.shift(now); frame !== undefined; frame = queue.shift(now))
    marks.push(viewOf(frame).getUint32(OVERHEAD + 4));
  return marks;
}

describe("a queue toward a stream", () => {
  it("lets what is between neighbours go first, each kind in order", () => {
    push(100, 1);
    push(100, 2, 0, GAL_ENTRY);
    push(100, 3);
    push(100, 4, 0, GAL_ENTRY);
    expect(shiftAll()).toEqual([2, 4, 1, 3]);
    expect(queue.octets).toBe(0);
  });

  it("keeps 50 ms of what the stream drains, the newest", () => {
    // 100,000 octets in 100 ms: 50,000 in 50 ms.
    queue.rate.handleBlocked(100_000, 0);
    queue.rate.handleDrained(100);
    for (let mark = 0; mark < 10; mark += 1) push(10_000, mark, 100);
    queue.trim(100);
    expect(queue.octets).toBe(50_000);
    expect(drops).toEqual({ "drop.queue-age": 5 });
    expect(shiftAll(100)).toEqual([5, 6, 7, 8, 9]);
  });

  it("shrinks while the stream stands still, down to one long frame", () => {
    for (let mark = 0; mark < 10; mark += 1) push(10_000, mark, 0);
    queue.rate.handleBlocked(65_536, 0);
    queue.trim(40);
    const soon = queue.octets;
    queue.trim(200);
    expect([soon, queue.octets]).toEqual([80_000, 10_000]);
    queue.trim(1_000_000);
    expect(shiftAll(200)).toEqual([9]);
  });

  it("writes nothing that is older than 250 ms, unless there is nothing newer", () => {
    push(100, 1, 0);
    push(100, 2, 0);
    push(100, 3, QUEUE_AGE_MAX_MS);
    expect(shiftAll(QUEUE_AGE_MAX_MS + 1)).toEqual([3]);
    expect(drops).toEqual({ "drop.queue-age": 2 });
    push(100, 4, 0);
    expect(shiftAll(1e9)).toEqual([4]);
  });

  it("never holds more than its bounds, whatever is pushed, and counts what went", () => {
    const pushes = fc.array(fc.record({ octets: fc.integer({ min: 30, max: 20_000 }), isControl: fc.boolean() }), {
      minLength: 1,
      maxLength: 100,
    });
    fc.assert(
      fc.property(pushes, (list) => {
        let dropped = 0;
        queue = new SendQueue(() => (dropped += 1));
        for (const [mark, { octets, isControl }] of list.entries()) {
          push(octets, mark, 0, isControl ? GAL_ENTRY : OTHER_ENTRY);
          expect(queue.octets).toBeLessThanOrEqual(QUEUE_MAX_OCTETS + PRIORITY_QUEUE_MAX_OCTETS);
        }
        expect(shiftAll().length + dropped).toBe(list.length);
      }),
      { numRuns: 50 },
    );
  });
});
