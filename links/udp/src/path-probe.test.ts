import { describe, expect, it } from "vitest";
import { PathProbe } from "./path-probe.ts";

/** A path that carries `crosses` octets, with an echo after `delayMs`; time passes in ticks as in the link. */
class Path {
  crosses: number;
  delayMs: number;
  now = 0;
  sent = 0;
  readonly probe: PathProbe;
  readonly #echoes: { at: number; nonce: number }[] = [];
  #random = 0;

  constructor(crosses: number, delayMs = 40, ipMtu = 1500) {
    this.crosses = crosses;
    this.delayMs = delayMs;
    this.probe = new PathProbe(ipMtu, 28, () => (this.#random += 1));
    this.probe.restart(ipMtu, 28);
  }

  run(ms: number): number {
    for (const end = this.now + ms; this.now < end; this.now += 50) {
      for (const echo of this.#echoes.splice(0)) {
        if (echo.at <= this.now) this.probe.handleEcho(echo.nonce, this.now);
        else this.#echoes.push(echo);
      }
      this.probe.handleTimeout(this.now);
      for (let probe = this.probe.pollTransmit(); probe !== undefined; probe = this.probe.pollTransmit()) {
        this.sent += 1;
        if (probe.octets <= this.crosses) this.#echoes.push({ at: this.now + this.delayMs, nonce: probe.nonce });
      }
    }
    return this.probe.size;
  }
}

describe("a path probe", () => {
  it("keeps the whole MTU on a path that carries it, and probes little", () => {
    const path = new Path(1472);
    expect(path.run(60_000)).toBe(1472);
    expect(path.sent).toBeLessThan(60);
  });

  it.each([
    [1464, 1464],
    [1400, 1392],
    [1372, 1372],
    [1252, 1252],
    [1096, 1096],
    [548, 548],
  ])("finds that %i octets cross, within two seconds", (crosses, found) => {
    expect(new Path(crosses).run(2000)).toBe(found);
  });

  it("says nothing of a path on which nobody answers", () => {
    const path = new Path(0);
    expect(path.run(60_000)).toBe(1472);
    path.crosses = 1252;
    expect(path.run(10_000)).toBe(1252);
  });

  it("notices that a path became shorter, within eight seconds", () => {
    const path = new Path(1472);
    path.run(20_000);
    path.crosses = 1096;
    expect(path.run(8000)).toBe(1096);
  });

  it("looks for more after ten minutes", () => {
    const path = new Path(1096);
    path.run(5000);
    path.crosses = 1472;
    expect(path.run(500_000)).toBe(1096);
    expect(path.run(120_000)).toBe(1472);
  });

  it("believes an echo that comes late", () => {
    const path = new Path(1472, 3000);
    expect(path.run(10_000)).toBe(1472);
  });

  it("knows how long a round trip takes: at once when it is longer, and after a while when it is shorter", () => {
    const path = new Path(1472, 400);
    expect(path.probe.roundTripMs).toBeUndefined();
    path.run(6000);
    expect(path.probe.roundTripMs).toBe(400);
    path.delayMs = 800;
    path.run(6000);
    expect(path.probe.roundTripMs).toBe(800);
    path.delayMs = 100;
    path.run(6000);
    expect(path.probe.roundTripMs).toBeGreaterThan(400);
    path.run(120_000);
    expect(path.probe.roundTripMs).toBeLessThan(110);
    path.probe.restart(1500, 28);
    expect(path.probe.roundTripMs).toBeUndefined();
  });

  it("does not believe an echo that it did not ask for", () => {
    const path = new Path(1252);
    path.run(2000);
    for (let nonce = 1e6; nonce < 1e6 + 100; nonce += 1) expect(path.probe.handleEcho(nonce, path.now)).toBe(false);
    expect(path.probe.size).toBe(1252);
  });

  it("falls at once to what the kernel names, and never below the least", () => {
    const path = new Path(1472);
    path.run(2000);
    expect(path.probe.handleTooLong(1300)).toBe(true);
    expect(path.probe.size).toBe(1300);
    expect(path.probe.handleTooLong(1400)).toBe(false);
    expect(path.probe.handleTooLong(undefined)).toBe(true);
    expect(path.probe.size).toBe(1252);
    path.probe.handleTooLong(1);
    expect(path.probe.size).toBe(548);
    expect(path.probe.handleTooLong(undefined)).toBe(false);
  });
});
