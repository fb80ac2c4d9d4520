import { expect, it } from "vitest";
import { PathMtu } from "./path-mtu.ts";

const BASE = 1400;
const CEILING = 15_000;

function probed(): PathMtu {
  const mtu = new PathMtu(BASE, CEILING);
  // Enough arrived, and nothing was lost: larger ones may be tried.
  for (let sent = 0; sent < 100_000 && mtu.probeSize === 0; sent += 1000) mtu.update(sent, 0, Infinity, sent);
  expect(mtu.probeSize).toBeGreaterThan(BASE);
  return mtu;
}

it("a probe that arrives proves its size", () => {
  const mtu = probed();
  const size = mtu.probeSize;
  mtu.handleProbeSent();
  mtu.handleProbe(size, true, 0);
  expect(mtu.size).toBe(size);
});

it("a probe that went over the path before proves nothing of the next one, and the next probe does", () => {
  const mtu = probed();
  const size = mtu.probeSize;
  mtu.handleProbeSent();
  mtu.restart();
  mtu.handleProbe(size, true, 0);
  expect(mtu.size).toBe(BASE);
  expect(mtu.probeSize).toBe(size);
  mtu.handleProbeSent();
  mtu.handleProbe(size, true, 0);
  expect(mtu.size).toBe(size);
});
