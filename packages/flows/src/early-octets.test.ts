import { describe, expect, it } from "vitest";
import { EARLY_FULL_OCTETS, EARLY_MAX_OCTETS, EarlyOctets, READ_MAX_OCTETS } from "./early-octets.ts";

function octetsOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31) & 0xff);
}

describe("early octets", () => {
  it("are kept in order, and stay when they are looked at", () => {
    const early = new EarlyOctets();
    const payload = octetsOf(5000);
    for (const octet of payload) early.push(Uint8Array.of(octet));
    expect([early.octets, early.all()]).toEqual([5000, payload]);
    early.push(Uint8Array.of(1, 2));
    expect(early.all()).toEqual(Uint8Array.of(...payload, 1, 2));
    expect(early.octets).toBe(5002);
  });

  it("are copies", () => {
    const early = new EarlyOctets();
    const borrowed = octetsOf(2000);
    early.push(borrowed);
    borrowed.fill(0xa5);
    expect(early.all()).toEqual(octetsOf(2000));
  });

  it("are full at 64 KiB, and two reads more are the most", () => {
    const early = new EarlyOctets();
    early.push(octetsOf(EARLY_FULL_OCTETS - 1));
    expect(early.isFull).toBe(false);
    early.push(octetsOf(READ_MAX_OCTETS));
    expect(early.isFull).toBe(true);
    expect(early.push(octetsOf(READ_MAX_OCTETS))).toBe(true);
    expect([early.push(octetsOf(2)), early.octets]).toEqual([false, EARLY_MAX_OCTETS - 1]);
  });
});
