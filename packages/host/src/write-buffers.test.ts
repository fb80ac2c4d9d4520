import { expect, it } from "vitest";
import { WriteBuffers } from "./write-buffers.ts";

it("uses the same buffer again until one is kept", () => {
  const buffers = new WriteBuffers();
  const first = buffers.copy(Uint8Array.of(1, 2, 3));
  expect([...first]).toEqual([1, 2, 3]);
  const second = buffers.copy(Uint8Array.of(4, 5));
  expect(second.buffer).toBe(first.buffer);
  expect([...first]).toEqual([4, 5, 3]);
  buffers.keep(second);
  const third = buffers.copy(Uint8Array.of(6));
  expect(third.buffer).not.toBe(first.buffer);
  expect([...second]).toEqual([4, 5]);
});

it.each([0, 1, 1024, 1025, 65_536, 262_144, 262_145, 1_000_000])(
  "copies %i octets, into at most twice as many",
  (n) => {
    const octets = new Uint8Array(n).fill(7);
    const copy = new WriteBuffers().copy(octets);
    expect(copy.equals(octets)).toBe(true);
    expect(copy.buffer.byteLength).toBeLessThanOrEqual(Math.max(1024, 2 * n));
  },
);
