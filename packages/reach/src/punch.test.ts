import { describe, expect, it } from "vitest";
import {
  FULL_CONE,
  type Host,
  Internet,
  Nat,
  type NatKind,
  PORT_RESTRICTED,
  RESTRICTED,
  SYMMETRIC,
  SYMMETRIC_OPEN,
} from "./nat.testing.ts";
import { LEARNED_MAX, Punch } from "./punch.ts";

function pair(one: NatKind | undefined, other: NatKind | undefined): { net: Internet; a: Host; b: Host } {
  const net = new Internet();
  const a = net.host("192.168.1.2:4600", one && new Nat("203.0.113.1", one));
  const b = net.host(
    other === undefined ? "203.0.113.2:4600" : "192.168.2.2:4600",
    other && new Nat("203.0.113.2", other),
  );
  return { net, a, b };
}

/** Both tell each other how a server sees them, and begin: one of them later, by the way over the relay. */
function meet({ net, a, b }: ReturnType<typeof pair>): void {
  const [ofA, ofB] = [net.seenFrom(a), net.seenFrom(b)];
  b.punch.begin([ofA], net.now);
  net.run(80);
  a.punch.begin([ofB], net.now);
  net.run(6000);
}

const CARRIED: readonly (readonly [string, NatKind | undefined, NatKind | undefined])[] = [
  ["none and none", FULL_CONE, undefined],
  ["full cone and symmetric", FULL_CONE, SYMMETRIC],
  ["restricted and restricted", RESTRICTED, RESTRICTED],
  ["restricted and symmetric", RESTRICTED, SYMMETRIC],
  ["port-restricted and port-restricted", PORT_RESTRICTED, PORT_RESTRICTED],
  ["port-restricted and full cone", PORT_RESTRICTED, FULL_CONE],
  ["port-restricted and restricted", PORT_RESTRICTED, RESTRICTED],
  ["symmetric and no NAT at all", SYMMETRIC, undefined],
  ["symmetric that takes answers from anybody, and restricted", SYMMETRIC_OPEN, RESTRICTED],
];

describe("two ends behind NATs", () => {
  it.each(CARRIED)("find a way: %s", (_name, one, other) => {
    const met = pair(one, other);
    meet(met);
    const { net, a, b } = met;
    expect([a.punch.chosen, b.punch.chosen]).not.toContain(undefined);
    expect(net.sent).toBeLessThan(40);
  });

  it.each([
    ["symmetric and symmetric", SYMMETRIC, SYMMETRIC],
    ["symmetric and port-restricted", SYMMETRIC, PORT_RESTRICTED],
    ["symmetric that takes answers from anybody, and port-restricted", SYMMETRIC_OPEN, PORT_RESTRICTED],
  ])("find none, and stop: %s", (_name, one, other) => {
    const met = pair(one, other);
    meet(met);
    const { net, a, b } = met;
    expect([a.punch.chosen, b.punch.chosen]).toEqual([undefined, undefined]);
    expect(a.punch.nextTimeout()).toBeUndefined();
    const before = net.sent;
    // Eight probes of each end to each address, and what was learned from them.
    expect(before).toBeLessThan(60);
    net.run(60_000);
    expect(net.sent).toBe(before);
  });

  it("find each other again when a NAT has another address", () => {
    const met = pair(PORT_RESTRICTED, PORT_RESTRICTED);
    meet(met);
    const before = met.b.punch.chosen;
    met.a.nat?.rebind("203.0.113.77");
    meet(met);
    expect(met.b.punch.chosen).toMatch(/^203\.0\.113\.77:/);
    expect(met.b.punch.chosen).not.toBe(before);
  });

  it.each([
    ["a carrier's NAT, and the other's own NAT", PORT_RESTRICTED, PORT_RESTRICTED, PORT_RESTRICTED, true],
    ["a symmetric NAT of a carrier, and an open one", SYMMETRIC, PORT_RESTRICTED, RESTRICTED, true],
    ["a symmetric NAT at home behind a carrier's, and an open one", PORT_RESTRICTED, SYMMETRIC, RESTRICTED, true],
    ["a symmetric NAT of a carrier, and one that is not open", SYMMETRIC, PORT_RESTRICTED, PORT_RESTRICTED, false],
  ])("behind two NATs and one: %s", (_name, carrier, home, other, isFound) => {
    const net = new Internet();
    const behindTwo = new Nat("100.64.0.7", home, new Nat("203.0.113.1", carrier));
    const a = net.host("192.168.1.2:4600", behindTwo);
    const b = net.host("192.168.2.2:4600", new Nat("203.0.113.2", other));
    meet({ net, a, b });
    expect([a.punch.chosen !== undefined, b.punch.chosen !== undefined]).toEqual([isFound, isFound]);
  });

  it.each([
    ["when it has a hairpin", true],
    ["not when it has none", false],
  ])("in two homes behind one NAT of a carrier %s", (_name, hairpin) => {
    const net = new Internet();
    const carrier = new Nat("203.0.113.1", { ...PORT_RESTRICTED, hairpin });
    const a = net.host("192.168.1.2:4600", new Nat("100.64.0.7", PORT_RESTRICTED, carrier));
    const b = net.host("192.168.1.2:4600", new Nat("100.64.0.8", PORT_RESTRICTED, carrier));
    meet({ net, a, b });
    expect([a.punch.chosen, b.punch.chosen].map((address) => address?.startsWith("203.0.113.1:"))).toEqual(
      hairpin ? [true, true] : [undefined, undefined],
    );
  });

  it.each([FULL_CONE, RESTRICTED, PORT_RESTRICTED])("behind one NAT with a hairpin, by its address: %o", (kind) => {
    const net = new Internet();
    const nat = new Nat("203.0.113.1", kind);
    const [a, b] = [net.host("192.168.1.2:4600", nat), net.host("192.168.1.3:4600", nat)];
    meet({ net, a, b });
    expect([a.punch.chosen, b.punch.chosen].map((address) => address?.startsWith("203.0.113.1:"))).toEqual([
      true,
      true,
    ]);
  });

  it("take the private address behind one NAT that has no hairpin", () => {
    const net = new Internet();
    const nat = new Nat("203.0.113.1", { ...PORT_RESTRICTED, hairpin: false });
    const [a, b] = [net.host("192.168.1.2:4600", nat), net.host("192.168.1.3:4600", nat)];
    const [ofA, ofB] = [net.seenFrom(a), net.seenFrom(b)];
    a.punch.begin([b.address, ofB], net.now);
    b.punch.begin([a.address, ofA], net.now);
    net.run(6000);
    expect([a.punch.chosen, b.punch.chosen]).toEqual([b.address, a.address]);
  });
});

describe("a punch", () => {
  const address = (last: number): string => `203.0.113.${last}:4600`;

  it("prefers what the peer told first, also when it answers a little later", () => {
    const punch = new Punch(() => 7);
    punch.begin([address(1), address(2)], 0);
    expect(punch.handleAnswer(address(2), 7, 50)).toBe(true);
    expect(punch.handleAnswer(address(1), 7, 500)).toBe(true);
    expect(punch.handleAnswer(address(2), 7, 600)).toBe(false);
    expect(punch.chosen).toBe(address(1));
  });

  it("believes no answer from elsewhere, and none with another nonce", () => {
    const punch = new Punch(() => 7);
    punch.begin([address(1)], 0);
    expect(punch.handleAnswer(address(2), 7, 50)).toBe(false);
    expect(punch.handleAnswer(address(1), 8, 50)).toBe(false);
    expect(punch.chosen).toBeUndefined();
  });

  it("answers no more than its budget, and learns no more than a few addresses", () => {
    const punch = new Punch(() => 7);
    punch.begin([], 0);
    let answered = 0;
    for (let port = 0; port < 1000; port += 1) if (punch.handleProbe(`203.0.113.9:${2000 + port}`, 1)) answered += 1;
    expect(answered).toBe(40);
    let sent = 0;
    while (punch.pollTransmit() !== undefined) sent += 1;
    expect(sent).toBe(LEARNED_MAX);
  });

  it("makes nothing up for the time that it was stopped", () => {
    const punch = new Punch(() => 7);
    punch.begin([address(1)], 0);
    while (punch.pollTransmit() !== undefined);
    punch.handleTimeout(3500);
    expect([punch.pollTransmit(), punch.pollTransmit()]).toEqual([{ to: address(1), nonce: 7 }, undefined]);
    punch.handleTimeout(60_000);
    expect(punch.pollTransmit()).toBeUndefined();
  });
});
