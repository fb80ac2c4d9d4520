import { expect, test } from "vitest";
import { ASKS_AT_ONCE, ASKS_PER_SECOND, NEIGHBOUR_ASKS_AT_ONCE, NEIGHBOUR_ASKS_PER_SECOND } from "./areas.ts";
import { encodeAsk, GATEWAYS_MAX } from "./ask.ts";
import { REFUSED_MS } from "./asker.ts";
import { Crossing, type CrossingSubject, endOf } from "./crossing.ts";
import { Crossings, CROSSINGS_MAX, CROSSINGS_PER_HOST_MAX, CROSSINGS_PER_NEIGHBOUR_MAX } from "./crossings.ts";
import { FOREIGN_HOSTS_MAX, ForeignHosts } from "./foreign-hosts.ts";
import { hexKey, type MadeNode, type Staged, staged } from "./layer.testing.ts";
import { ANY_ROOM } from "./room.ts";
import { ANSWER_MS } from "./way.ts";

const subjectOf = (key: string): CrossingSubject => ({ origin: hexKey(1000), key, network: hexKey(3000), host: "b" });

function asks(count: number, at: MadeNode, from: string, subject: (n: number) => CrossingSubject, gateways = 0): void {
  const records = new Uint8Array(0);
  for (let n = 0; n < count; n += 1)
    at.areas.handleMessage(
      from,
      "asked",
      encodeAsk(n + 1, { subject: subject(n), records, gateways, label: 0, room: ANY_ROOM }),
      0,
    );
}

/** Ways that stand through one node: of each host as many as it may have, asked for by neighbours in turn. */
function filled(count: number, neighbours: number): Crossings {
  const crossings = new Crossings();
  for (let n = 0; n < count; n += 1) {
    const key = hexKey(10_000 + Math.floor(n / CROSSINGS_PER_HOST_MAX));
    crossings.add(new Crossing(subjectOf(key), endOf(hexKey(n % neighbours), n + 1)));
  }
  return crossings;
}

test("through a gateway go as many ways as it has room for, and the next is told so", () => {
  const crossings = filled(CROSSINGS_MAX, 4);
  expect(crossings.fullText(hexKey(1), hexKey(9))).toMatch(/as many ways as it can/);
  const [first] = crossings.all;
  if (first !== undefined) crossings.delete(first);
  expect(crossings.fullText(hexKey(1), hexKey(9))).toBeUndefined();
});

test("one neighbour takes no more than its part of them", () => {
  const crossings = filled(CROSSINGS_PER_NEIGHBOUR_MAX, 1);
  expect(crossings.fullText(hexKey(1), hexKey(0))).toMatch(/as many ways as it can/);
  expect(crossings.fullText(hexKey(1), hexKey(9))).toBeUndefined();
});

test("a host has ways to no more hosts than it may, at a gateway and at itself", () => {
  const { layer, work, a, g1 } = staged();
  for (let n = 0; n <= CROSSINGS_PER_HOST_MAX; n += 1) work.member(100 + n, `b${n}`);
  for (let n = 0; n <= CROSSINGS_PER_HOST_MAX; n += 1) a.areas.want(`b${n}.work`, layer.now);
  expect(a.refused).toEqual([expect.stringMatching(/64 hosts of other networks are asked for at once/)]);
  expect(g1.areas.crossings.fullText(a.key, a.key)).toBeUndefined();
  layer.settle();
  expect(g1.areas.crossings.fullText(a.key, a.key) ?? "64 hosts").toMatch(/64 hosts/);
});

test("a node answers no more hosts of other networks than it may", () => {
  const doors = { send() {}, wayTo: () => undefined, bind: () => 16, release() {}, isInUse: () => false };
  const hosts = new ForeignHosts(doors, { handleForeign: () => undefined, handleForeignGone() {} });
  const letIn = (n: number): string | undefined => {
    const identity = { key: hexKey(n), name: `h${n}.home`, network: "home", root: hexKey(1000) };
    return hosts.add(identity, new Crossing(subjectOf(hexKey(n)), endOf(hexKey(1), n)), 1000);
  };
  for (let n = 0; n < FOREIGN_HOSTS_MAX; n += 1) expect(letIn(n)).toBeUndefined();
  expect(letIn(FOREIGN_HOSTS_MAX)).toMatch(/1024 hosts/);
  hosts.handleTimeout(1000);
  expect(letIn(FOREIGN_HOSTS_MAX)).toBeUndefined();
});

test("an ask goes through no more gateways than it may", () => {
  const { a, g1 } = staged();
  asks(1, g1, a.key, () => subjectOf(a.key), GATEWAYS_MAX);
  expect(g1.areas.ways.drops.counts["refused-asks"]).toBe(1);
  asks(1, g1, a.key, () => subjectOf(a.key), GATEWAYS_MAX - 1);
  expect(g1.areas.crossings.all.size).toBe(1);
});

function dropsOf(drops: Staged["g1"]["areas"]["ways"]["drops"]): number {
  return drops.counts["too-many-asks"];
}

test("a host asks as often as it may, and more in time", () => {
  const { a, g1 } = staged();
  asks(ASKS_AT_ONCE, g1, a.key, () => subjectOf(a.key));
  expect(dropsOf(g1.areas.ways.drops)).toBe(0);
  asks(1, g1, a.key, () => subjectOf(a.key));
  expect(dropsOf(g1.areas.ways.drops)).toBe(1);
  expect(ASKS_AT_ONCE / ASKS_PER_SECOND).toBeLessThan(60);
});

test("a neighbour asks for as many hosts as it may", () => {
  const { g1, g2 } = staged();
  asks(NEIGHBOUR_ASKS_AT_ONCE, g2, g1.key, (n) => subjectOf(hexKey(100_000 + n)));
  expect(dropsOf(g2.areas.ways.drops)).toBe(0);
  asks(1, g2, g1.key, () => subjectOf(hexKey(1)));
  expect(dropsOf(g2.areas.ways.drops)).toBe(1);
  expect(NEIGHBOUR_ASKS_AT_ONCE / NEIGHBOUR_ASKS_PER_SECOND).toBeLessThan(60);
});

test("a name that was refused is asked for again after a while, and answered at once until then", () => {
  const { layer, a } = staged();
  a.areas.want("nobody.work", layer.now);
  layer.settle();
  const before = layer.sent;
  layer.now += REFUSED_MS - 1;
  a.areas.want("nobody.work", layer.now);
  expect(layer.sent).toBe(before);
  expect(a.refused).toHaveLength(2);
  layer.now += 1;
  a.areas.want("nobody.work", layer.now);
  expect(layer.sent).toBe(before + 1);
});

test("a gateway that does not answer in time is left for another one, and the host is told when there is none", () => {
  const { layer, a, g1 } = staged();
  g1.tamper = () => undefined;
  a.areas.want("b.work", layer.now);
  layer.pass(ANSWER_MS - 1);
  expect(a.refused).toEqual([]);
  layer.pass(1);
  expect(a.refused).toEqual(["b.work: the gateway does not answer in time"]);
});
