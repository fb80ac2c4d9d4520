import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CONTROL_QUIC_LIMITS, QUIC_LIMITS } from "./quic-limits.ts";
import { WindowBudget } from "./window-budget.ts";

const MEBIBYTE = 1_048_576;

/** What a peer gets that opens as many connections as it may. */
const windowsOf = (budget: WindowBudget): number[] =>
  Array.from({ length: QUIC_LIMITS.connectionsOfPeer }, (_, served) => budget.grant(served) / MEBIBYTE);

describe("the windows of connections", () => {
  it("are large for a peer's session and its successor, and small for further ones", () => {
    expect(windowsOf(new WindowBudget(QUIC_LIMITS))).toEqual([128, 128, 16, 16, 16, 16, 16, 16]);
    const third = new WindowBudget(QUIC_LIMITS).grant(2);
    expect(third).toBe(QUIC_LIMITS.furtherConnectionWindowOctets);
  });

  it("shrink when many peers take all they can, and are never nothing", () => {
    const budget = new WindowBudget(QUIC_LIMITS);
    const firsts = Array.from({ length: 40 }, () => windowsOf(budget)[0]);
    expect(firsts.slice(0, 3)).toEqual([128, 128, 128]);
    expect(firsts.at(-1)).toBe(QUIC_LIMITS.leastConnectionWindowOctets / MEBIBYTE);
  });

  it("grow again when others are closed", () => {
    const budget = new WindowBudget(QUIC_LIMITS);
    const windows = Array.from({ length: 500 }, () => budget.grant(0));
    expect(budget.grant(0)).toBe(QUIC_LIMITS.leastConnectionWindowOctets);
    for (const window of windows) budget.release(window);
    expect(budget.grant(0)).toBe(QUIC_LIMITS.maxConnectionWindowOctets);
  });

  it("are no more in sum than all may have, but for those of the smallest kind", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(7), { maxLength: QUIC_LIMITS.connections }), (served) => {
        const budget = new WindowBudget(QUIC_LIMITS);
        const least = QUIC_LIMITS.leastConnectionWindowOctets;
        const larger = served.map((count) => budget.grant(count)).filter((window) => window > least);
        expect(larger.reduce((sum, window) => sum + window, 0)).toBeLessThanOrEqual(QUIC_LIMITS.allWindowsOctets);
        expect(budget.granted).toBeLessThanOrEqual(QUIC_LIMITS.allWindowsOctets + QUIC_LIMITS.connections * least);
      }),
    );
  });

  it("are small on control connections, whose only stream has a reader", () => {
    const { connectionsOfPeer } = CONTROL_QUIC_LIMITS;
    const budget = new WindowBudget(CONTROL_QUIC_LIMITS);
    for (let served = 0; served < connectionsOfPeer; served += 1) expect(budget.grant(served)).toBe(MEBIBYTE);
    expect(CONTROL_QUIC_LIMITS.maxPeerStreams).toBe(1);
  });
});
