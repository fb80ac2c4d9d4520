import { expect, test } from "vitest";
import { hexKey, staged } from "./layer.testing.ts";

test("a host of one network reaches one of another over a third, and back, by labels of the gateways", () => {
  const { layer, a, b, g1, g2 } = staged();
  a.areas.want("b.work", layer.now);
  layer.settle();
  expect(a.refused).toEqual([]);
  expect(a.hosts.get("b.work")?.key).toBe(b.key);
  expect(b.hosts.get("a.home")?.key).toBe(a.key);
  expect(layer.arrival(a, "b.work")).toBe(b.key);
  expect(layer.arrival(b, "a.home")).toBe(a.key);
  expect([g1.labels.size, g2.labels.size]).toEqual([2, 2]);
  expect([g1.hosts.size, g2.hosts.size]).toEqual([0, 0]);
});

test("the least room on the way is told to both ends, and so is a change of it", () => {
  const { layer, a, b, g1, g2 } = staged();
  g1.rooms.set(g2.key, { whole: 1350, unsegmented: 1250 });
  a.areas.want("b.work", layer.now);
  layer.settle();
  expect(a.hosts.get("b.work")?.way?.room).toEqual({ whole: 1350, unsegmented: 1250 });
  g2.rooms.set(b.key, { whole: 1320, unsegmented: 1210 });
  g2.areas.handlePathChanged(b.key, layer.now);
  layer.settle();
  expect(a.hosts.get("b.work")?.way?.room).toEqual({ whole: 1320, unsegmented: 1210 });
  g1.rooms.set(a.key, { whole: 1210, unsegmented: 1205 });
  g1.areas.handlePathChanged(a.key, layer.now);
  layer.settle();
  expect(b.hosts.get("a.home")?.way?.room).toEqual({ whole: 1210, unsegmented: 1205 });
});

test("a lease is renewed while flows are open, and ends at all nodes when none are", () => {
  const { layer, a, b, g1, g2 } = staged();
  a.areas.want("b.work", layer.now);
  layer.pass(1_000_000);
  expect(layer.arrival(a, "b.work")).toBe(b.key);
  a.isInUse = false;
  layer.pass(700_000);
  expect(a.hosts.size).toBe(0);
  expect(b.hosts.size).toBe(0);
  expect([g1.labels.size, g2.labels.size, g1.areas.crossings.all.size]).toEqual([0, 0, 0]);
});

test.each(["g1", "g2"] as const)("when %s restarts, the way is found again and the host stays the same", (which) => {
  const stage = staged();
  const { layer, a, b } = stage;
  a.areas.want("b.work", layer.now);
  layer.settle();
  stage[which].restart();
  layer.pass(2000);
  expect(a.gone).toEqual([]);
  expect(b.gone).toEqual([]);
  expect(layer.arrival(a, "b.work")).toBe(b.key);
  expect(layer.arrival(b, "a.home")).toBe(a.key);
});

test("a gateway that no path leads to is left at once, and asked again when one does", () => {
  const { layer, a, b, g1, g2 } = staged();
  a.areas.want("b.work", layer.now);
  layer.settle();
  layer.cut(g1, g2);
  g1.areas.handlePathChanged(g2.key, layer.now);
  layer.settle();
  expect(a.hosts.get("b.work")?.way).toBeUndefined();
  expect(g1.labels.size).toBe(0);
  layer.cut(g1, g2, false);
  layer.pass(2000);
  expect(layer.arrival(a, "b.work")).toBe(b.key);
  expect(layer.arrival(b, "a.home")).toBe(a.key);
});

test("who asked and cannot be reached any more holds no labels, and hears so if it can be told", () => {
  const { layer, a, g1, g2 } = staged();
  a.areas.want("b.work", layer.now);
  layer.settle();
  const told: string[] = [];
  g1.tamper = (message) => {
    if (message.gone) told.push(message.gone.text ?? "");
    return message;
  };
  layer.cut(a, g1);
  g1.areas.handlePathChanged(a.key, layer.now);
  layer.settle();
  expect([g1.labels.size, g2.labels.size]).toEqual([0, 0]);
  expect(told).toEqual(["a node on the way cannot be reached", "a node on the way cannot be reached"]);
});

test.each([
  ["", false],
  [", whose session with its gateway ends first", true],
])(
  "a host that is revoked%s is out at the far end in the same moment, and its records cannot bring it back",
  (_, isLost) => {
    const { layer, home, a, b, g1 } = staged();
    a.areas.want("b.work", layer.now);
    layer.settle();
    layer.now += 1000;
    home.revoke(10);
    if (isLost) g1.areas.handleLost(a.key, undefined, layer.now);
    g1.areas.handleMembersChanged(layer.now);
    layer.settle();
    expect(b.hosts.size).toBe(0);
    expect(b.gone).toEqual(["it is no member of home any more"]);
    expect(layer.arrival(a, "b.work")).toBeUndefined();
    expect(b.areas.trust.membershipOf(home.id, hexKey(10))).toBeUndefined();
  },
);

test("a node that takes another key asks again once, and so for what nobody has answered yet", () => {
  const { layer, home, work, a } = staged();
  work.member(14, "c");
  a.areas.want("b.work", layer.now);
  layer.pass(3000);
  a.areas.want("c.work", layer.now);
  home.member(20, "a");
  const before = layer.sent;
  a.areas.takeKey(hexKey(20), layer.now);
  // Of each way the end of the one before, and an ask.
  expect(layer.sent - before).toBe(4);
  expect(Array.from(a.areas.crossings.all, ({ subject }) => subject.key)).toEqual([hexKey(20), hexKey(20)]);
});

test("who is no member any more hears at once that what it has asked for is refused", () => {
  const { layer, home, a } = staged();
  a.areas.want("b.work", layer.now);
  layer.now += 1000;
  home.revoke(10);
  a.areas.handleMembersChanged(layer.now);
  expect(a.refused).toEqual(["b.work: a host is no member of its network any more"]);
});
