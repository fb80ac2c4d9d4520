/** Who gets through a link that takes less than is sent to it. */
import { describe, expect, it } from "vitest";
import { recordingDoor } from "./recording-door.testing.ts";
import { TRANSIT_QUEUE_MAX_OCTETS, TransitQueue } from "./transit-queue.ts";

const FRAME_OCTETS = 1400;
const [greedy, modest, third] = [{}, {}, {}];
let sequence = 0;

/** A frame of a source: its mark, then a number that increases. */
function frameOf(mark: number, octets = FRAME_OCTETS): Uint8Array {
  const frame = new Uint8Array(octets).fill(mark);
  new DataView(frame.buffer).setUint32(4, (sequence += 1));
  return frame;
}

function fill(queue: TransitQueue, source: object, mark: number, count: number): number {
  let dropped = 0;
  for (let n = 0; n < count; n += 1) dropped += queue.push(frameOf(mark), source);
  return dropped;
}

/** Sends `count` frames; the marks of their sources. */
function send(queue: TransitQueue, count: number): readonly number[] {
  const door = recordingDoor();
  const reserve = (octets: number): number => (door.frames.length < count ? door.reserve(octets) : -1);
  queue.drainTo({ ...door, reserve });
  return door.frames.map((frame) => frame[0]!);
}

const share = (marks: readonly number[], mark: number): number =>
  marks.filter((one) => one === mark).length / marks.length;

describe("a queue of frames in transit", () => {
  it("drops what one source sends too much, and no other's frame", () => {
    const queue = new TransitQueue();
    expect(fill(queue, modest, 2, 20)).toBe(0);
    const dropped = fill(queue, greedy, 1, 5000);
    const before = queue.frames;
    expect(dropped).toBe(5020 - before);
    // Full of the greedy one's, it takes all that others bring.
    expect(fill(queue, modest, 2, 100)).toBeGreaterThanOrEqual(99);
    expect(queue.octets).toBeLessThanOrEqual(TRANSIT_QUEUE_MAX_OCTETS);
    const marks = send(queue, Infinity);
    expect(marks.filter((mark) => mark === 2)).toHaveLength(120);
    expect([queue.frames, queue.octets]).toEqual([0, 0]);
  });

  it("sends of each source in turn, whatever each has waiting and however long its frames are", () => {
    const queue = new TransitQueue();
    fill(queue, greedy, 1, 500);
    for (let n = 0; n < 3000; n += 1) queue.push(frameOf(2, 100), modest);
    fill(queue, third, 3, 5);
    const marks = send(queue, 1200);
    const octets = (mark: number): number =>
      marks.filter((one) => one === mark).length * (mark === 2 ? 100 : FRAME_OCTETS);
    expect(marks.filter((mark) => mark === 3)).toHaveLength(5);
    expect(Math.abs(octets(1) - octets(2))).toBeLessThanOrEqual(2 * 16_384);
  });

  it("gives sources of unequal greed equal shares of a link that is always full", () => {
    const queue = new TransitQueue();
    const sent: number[] = [];
    for (let turn = 0; turn < 400; turn += 1) {
      fill(queue, greedy, 1, 60);
      fill(queue, modest, 2, 20);
      fill(queue, third, 3, 3);
      sent.push(...send(queue, 24));
    }
    // The third asks for less than its share, and gets all of it; the others share what is left.
    expect(sent.filter((mark) => mark === 3).length).toBeGreaterThan(3 * 400 - 40);
    expect(share(sent, 2)).toBeCloseTo(share(sent, 1), 1);
  });

  it("keeps the order of what one source sends, over drops and long frames", () => {
    const queue = new TransitQueue();
    fill(queue, greedy, 1, 900);
    for (let n = 0; n < 20; n += 1) queue.push(frameOf(2, 60_000), modest);
    const door = recordingDoor();
    queue.drainTo(door);
    for (const mark of [1, 2]) {
      const numbers = door.frames
        .filter(([one]) => one === mark)
        .map((frame) => new DataView(frame.buffer).getUint32(4));
      expect(numbers.length).toBeGreaterThan(5);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    }
    expect(queue.frames).toBe(0);
  });

  it("forgets sources when it is emptied, and says how much that was", () => {
    const queue = new TransitQueue();
    fill(queue, greedy, 1, 3);
    fill(queue, modest, 2, 4);
    expect([queue.clear(), queue.frames, queue.octets]).toEqual([7, 0, 0]);
    expect(send(queue, Infinity)).toEqual([]);
  });
});
