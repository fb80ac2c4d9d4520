import { FRAME_DATA, FRAME_HEADER_OCTETS, frameField, viewOf, writeFrameHeader, ZERO_TOKEN } from "@flor/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeStreamFrame, FRAME_LENGTH_OCTETS, FrameReader } from "./frame-reader.ts";

const FRAME_MAX = 300;

function frameOf(content: Uint8Array, port = 0): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER_OCTETS + content.length);
  writeFrameHeader(viewOf(frame), 0, { type: FRAME_DATA, flags: 0, length: content.length, port, token: ZERO_TOKEN });
  frame.set(content, FRAME_HEADER_OCTETS);
  return frame;
}

function readAll(chunks: readonly Uint8Array[]): { frames: Uint8Array[]; error: string | undefined } {
  const reader = new FrameReader(FRAME_MAX);
  const frames: Uint8Array[] = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    for (let frame = reader.read(); frame !== undefined; frame = reader.read()) frames.push(new Uint8Array(frame));
  }
  return { frames, error: reader.error };
}

/** Cuts at these places, which need not be in order nor different. */
function cut(octets: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (octets.length + 1)), octets.length].sort((a, b) => a - b);
  return ends.map((end, index) => octets.slice(ends[index - 1] ?? 0, end));
}

const contents = fc.array(fc.uint8Array({ maxLength: FRAME_MAX - FRAME_HEADER_OCTETS }), { maxLength: 8 });

describe("a frame in a stream", () => {
  it("has its length before it, and no port", () => {
    const frame = frameOf(Uint8Array.of(1, 2, 3), 77);
    const encoded = encodeStreamFrame(frame, 0, frame.length);
    expect(viewOf(encoded).getUint16(0)).toBe(frame.length);
    expect(viewOf(encoded).getUint16(FRAME_LENGTH_OCTETS + frameField.port)).toBe(0);
    expect([...encoded.subarray(FRAME_LENGTH_OCTETS)]).toEqual([...frameOf(Uint8Array.of(1, 2, 3))]);
    expect(viewOf(frame).getUint16(frameField.port)).toBe(77);
  });

  it("comes out whole, in order, at every split", () => {
    fc.assert(
      fc.property(contents, fc.array(fc.nat(), { maxLength: 12 }), (list, places) => {
        const frames = list.map((content) => frameOf(content));
        const stream = Buffer.concat(frames.map((frame) => encodeStreamFrame(frame, 0, frame.length)));
        expect(readAll(cut(stream, places))).toEqual({ frames, error: undefined });
      }),
    );
  });

  it("comes out octet by octet, the longest too", () => {
    const frames = [frameOf(new Uint8Array(FRAME_MAX - FRAME_HEADER_OCTETS).fill(7)), frameOf(new Uint8Array(0))];
    const stream = Buffer.concat(frames.map((frame) => encodeStreamFrame(frame, 0, frame.length)));
    expect(readAll(Array.from(stream, (octet) => Uint8Array.of(octet))).frames).toEqual(frames);
  });

  it.each([0, FRAME_HEADER_OCTETS - 1, FRAME_MAX + 1, 0xffff])("of %d octets ends the reading for good", (length) => {
    const good = encodeStreamFrame(frameOf(Uint8Array.of(9)), 0, FRAME_HEADER_OCTETS + 1);
    const wrong = Uint8Array.of(length >> 8, length & 0xff);
    for (const chunks of [
      [good, wrong, good],
      [good, wrong.subarray(0, 1), wrong.subarray(1), good],
    ]) {
      const { frames, error } = readAll(chunks);
      expect(frames.length).toBe(1);
      expect(error).toBe(`a frame of ${length} octets where 16 to 300 are possible`);
    }
  });

  it("is never longer than allowed, whatever comes", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 6 }), (chunks) =>
        readAll(chunks).frames.every(({ length }) => length >= FRAME_HEADER_OCTETS && length <= FRAME_MAX),
      ),
      { numRuns: 10_000 },
    );
  });
});
