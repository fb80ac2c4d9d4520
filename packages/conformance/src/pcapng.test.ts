import { expect, it } from "vitest";
import { captureHeader, packetBlock } from "./pcapng.ts";

interface Block {
  readonly type: number;
  readonly body: Uint8Array;
}

/** Reads blocks as draft-ietf-opsawg-pcapng section 3.1 frames them: type, length, body, length. */
function blocksOf(octets: Uint8Array): readonly Block[] {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const blocks: Block[] = [];
  for (let at = 0; at < octets.length;) {
    const length = view.getUint32(at + 4, true);
    expect(length % 4).toBe(0);
    expect(view.getUint32(at + length - 4, true)).toBe(length);
    blocks.push({ type: view.getUint32(at, true), body: octets.slice(at + 8, at + length - 4) });
    at += length;
  }
  return blocks;
}

function word(octets: Uint8Array, at: number): number {
  return new DataView(octets.buffer, octets.byteOffset).getUint32(at, true);
}

it("a capture begins with a section and an interface of link type USER0 for each name", () => {
  const [section, near, far] = blocksOf(captureHeader(["near", "far-away"]));
  expect(section?.type).toBe(0x0a0d0d0a);
  expect(word(section?.body ?? new Uint8Array(4), 0)).toBe(0x1a2b3c4d);
  for (const [block, name] of [
    [near, "near"],
    [far, "far-away"],
  ] as const) {
    expect(block?.type).toBe(1);
    expect(word(block?.body ?? new Uint8Array(4), 0)).toBe(147);
    expect(new TextDecoder().decode(block?.body.slice(12, 12 + name.length))).toBe(name);
  }
});

it("a packet keeps its octets, its time in microseconds and its direction", () => {
  const datagram = Uint8Array.of(1, 2, 3, 4, 5);
  const [block] = blocksOf(packetBlock(1, "out", 1_700_000_000_123.456, datagram));
  const body = block?.body ?? new Uint8Array(64);
  expect(block?.type).toBe(6);
  expect([word(body, 0), word(body, 12), word(body, 16)]).toEqual([1, 5, 5]);
  expect(word(body, 4) * 2 ** 32 + word(body, 8)).toBe(1_700_000_000_123_456);
  expect(body.slice(20, 25)).toEqual(datagram);
  expect([word(body, 28), word(body, 32), word(body, 36)]).toEqual([2 | (4 << 16), 2, 0]);
});
