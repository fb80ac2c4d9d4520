/** How long two nodes behind NATs are without the direct path, and their flow without any, when their NATs change. */
import { describe, expect, it } from "vitest";
import { PORT_RESTRICTED, SYMMETRIC } from "../packages/reach/src/nat.testing.ts";
import { NatStage } from "./nats/nat-stage.ts";

/** Each seed has other moments: hellos, timers of the links and the change meet differently. */
const SEEDS = [1, 2, 3, 4, 5, 6];
/** Of the nodes' time: silence is noticed after 900 ms, and a direct path is used once it has lasted half a second. */
const EXCHANGED_MS = 3000;
const MOVED_MS = 2500;
const BACK_ON_RELAY_MS = 1000;
const GAP_MS = 1200;

describe.each(SEEDS)("nodes behind NATs, seed %i", (seed) => {
  it("are soon on a direct path, and a flow is not without one for long, whatever their NATs do", () => {
    const stage = new NatStage(SYMMETRIC, SYMMETRIC, seed);
    stage.net.run(7500);
    expect(stage.reach).toMatchObject({ kind: "relayed", through: "relay" });
    stage.openFlow();
    stage.net.run((seed * 77) % 300);

    const exchangedAt = stage.net.now;
    stage.exchange(PORT_RESTRICTED, ["203.0.113.3", "203.0.113.4"]);
    expect(stage.until(() => stage.isDirect)).toBeLessThan(EXCHANGED_MS);
    stage.net.run(3000 + ((seed * 77) % 300));
    expect(stage.gapSince(exchangedAt)).toBeLessThan(GAP_MS);

    const movedAt = stage.net.now;
    const moving = seed % 2 === 0 ? stage.near : stage.far;
    moving.nat?.rebind("203.0.113.77");
    stage.until(() => !stage.isDirect);
    stage.until(() => stage.isDirect);
    expect(stage.net.now - movedAt).toBeLessThan(MOVED_MS);
    stage.net.run(3000);
    expect(stage.gapSince(movedAt)).toBeLessThan(GAP_MS);

    const blockedAt = stage.net.now;
    stage.isBlocked = true;
    expect(stage.until(() => !stage.isDirect)).toBeLessThan(BACK_ON_RELAY_MS);
    stage.net.run(2000);
    expect(stage.gapSince(blockedAt)).toBeLessThan(GAP_MS);
  });
});
