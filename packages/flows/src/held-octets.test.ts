import { expect, it } from "vitest";
import { hold, release } from "./held-octets.ts";

it("copies, so that the borrowed octets may change", () => {
  for (const length of [10, 40_000, 300_000]) {
    const octets = new Uint8Array(length).fill(1);
    const held = hold(octets);
    octets.fill(2);
    expect(held).toHaveLength(length);
    expect(held.every((octet) => octet === 1)).toBe(true);
  }
});

it("uses a large buffer again, and never one that is still held", () => {
  const first = hold(new Uint8Array(40_000));
  const second = hold(new Uint8Array(40_000));
  expect(second.buffer).not.toBe(first.buffer);
  release(first.subarray(100));
  expect(hold(new Uint8Array(50_000)).buffer).toBe(first.buffer);
});
