import { describe, expect, it } from "vitest";
import { Pacer } from "./pacer.ts";

/** Octets that pass in `durationMs` when the pacer is asked at each of its release times, in packets of `size`. */
function passed(pacer: Pacer, size: number, durationMs: number, latenessMs = 0): number {
  let octets = 0;
  for (let now = 0; now < durationMs;) {
    if (pacer.allows(now)) {
      pacer.spend(size);
      octets += size;
    } else now = pacer.releaseAt(now) + latenessMs;
  }
  return octets;
}

describe("pacer", () => {
  it.each([1400, 16_384])("passes its pace in packets of %i octets", (size) => {
    const pacer = new Pacer();
    pacer.octetsPerMs = 2500;
    const octets = passed(pacer, size, 1000);
    expect(octets).toBeGreaterThan(0.98 * 2_500_000);
    expect(octets).toBeLessThan(2_500_000 + 14_000 + 16_384);
  });

  it("keeps its pace when each timer is a millisecond late", () => {
    const pacer = new Pacer();
    pacer.octetsPerMs = 20_000;
    expect(passed(pacer, 1400, 1000, 1)).toBeGreaterThan(0.98 * 20_000_000);
  });

  it("bursts no more after an hour of idling", () => {
    const pacer = new Pacer();
    pacer.octetsPerMs = 2500;
    pacer.allows(0);
    let octets = 0;
    for (; pacer.allows(3_600_000); octets += 1400) pacer.spend(1400);
    expect(octets).toBeLessThanOrEqual(14_000);
  });

  it("holds nothing without a pace", () => {
    const pacer = new Pacer();
    pacer.spend(1e9);
    expect(pacer.allows(0)).toBe(true);
    expect(pacer.releaseAt(5)).toBe(5);
  });

  it("does not go backwards with the clock", () => {
    const pacer = new Pacer();
    pacer.octetsPerMs = 2500;
    while (pacer.allows(10)) pacer.spend(1400);
    expect(pacer.allows(5)).toBe(false);
    expect(pacer.allows(10)).toBe(false);
    expect(pacer.allows(12)).toBe(true);
  });
});
