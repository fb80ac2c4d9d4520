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

it.each([1200, 1300, 4000])("nothing larger than the peer takes is sent or tried: %i octets", (most) => {
  const mtu = new PathMtu(BASE, CEILING);
  const sizes = new Set<number>();
  mtu.limitToPeer(most);
  for (let sent = 0; sent < 100_000; sent += 1000) {
    mtu.update(sent, 0, Infinity, sent);
    // A link that is attached again declares its bounds again.
    if (sent === 50_000) mtu.setBounds(BASE + 1, CEILING);
    for (const size of [mtu.size, mtu.probeSize]) sizes.add(size);
    if (mtu.probeSize === 0) continue;
    const tried = mtu.probeSize;
    mtu.handleProbeSent();
    mtu.handleProbe(tried, true, sent);
  }
  expect(Math.max(...sizes)).toBe(most);
});

it("a peer that takes less than the present size makes it smaller at once", () => {
  const mtu = new PathMtu(BASE, CEILING);
  expect(mtu.size).toBe(BASE);
  mtu.limitToPeer(1250);
  expect(mtu.size).toBe(1250);
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
