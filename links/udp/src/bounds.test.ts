import { expect, test } from "vitest";
import { OUTSTANDING_MAX, PathProbe } from "./path-probe.ts";

test("128 probes of a path are remembered for their echo, and of more the oldest are forgotten", () => {
  let random = 0;
  const probe = new PathProbe(1500, 28, () => (random += 1));
  const nonces: number[] = [];
  // Each round sends every size; nobody answers.
  for (let now = 0; nonces.length <= OUTSTANDING_MAX; now += 1000) {
    probe.search();
    probe.handleTimeout(now);
    for (let sent = probe.pollTransmit(); sent !== undefined; sent = probe.pollTransmit()) nonces.push(sent.nonce);
  }
  const forgotten = nonces.length - OUTSTANDING_MAX;
  probe.size = 1;
  const isRemembered = (nonce: number | undefined): boolean => {
    probe.size = 1;
    return probe.handleEcho(nonce ?? 0, 0);
  };
  expect(forgotten).toBeGreaterThan(0);
  expect(isRemembered(nonces[forgotten - 1])).toBe(false);
  expect([isRemembered(nonces[forgotten]), isRemembered(nonces.at(-1))]).toEqual([true, true]);
});
