/** Bounds of a node that need no network to be tried: below, at and above each. */
import { expect, test } from "vitest";
import { admissionBudget, ADMISSION_OCTETS_PER_SECOND, admissionCost } from "./admission-budget.ts";
import { EGRESS_FLOWS_MAX, EGRESS_FLOWS_PER_PEER_MAX } from "./egress.ts";
import { peerOf, startNode } from "./memory-network.testing.ts";
import { NEW_PORTS_PER_SECOND, NodeLink, TOO_BIG_BELIEVED_PER_SECOND } from "./node-link.ts";
import { Publications } from "./services/publications.ts";
import { publicationOf } from "./services/publication.testing.ts";
import { RECORDS_PER_NODE_MAX } from "@flor/service";
import { TransitQueue } from "./transit-queue.ts";
import type { RateBudget } from "@flor/machine";

/** What a budget gives in the second that follows one in which all of it was taken. */
function ofOneSecond(budget: RateBudget, cost: number): number {
  while (budget.take(cost, 0));
  let taken = 0;
  for (let ms = 1; ms <= 1000; ms += 1) while (budget.take(cost, ms)) taken += 1;
  return taken;
}

test("2 MiB of packets that want admission are looked at a second", () => {
  const cost = admissionCost(1024);
  const taken = ofOneSecond(admissionBudget(), cost);
  expect(taken * cost).toBeLessThanOrEqual(ADMISSION_OCTETS_PER_SECOND + cost);
  expect((taken + 1) * cost).toBeGreaterThanOrEqual(ADMISSION_OCTETS_PER_SECOND);
});

test("a link has sixteen new ports a second, and twenty reports of what is too big believed", () => {
  const link = new NodeLink("wan", "udp", new TransitQueue());
  expect([ofOneSecond(link.newPorts, 1), ofOneSecond(link.tooBigs, 1)]).toEqual([
    NEW_PORTS_PER_SECOND,
    TOO_BIG_BELIEVED_PER_SECOND,
  ]);
});

test("an egress has 32,768 flows, and 10,000 of one peer, unless it may have fewer descriptors", async () => {
  const node = await startNode("home", [peerOf("laptop", { link: "wan" })], { links: ["wan"] });
  expect(node.node.egress.bounds).toEqual({ all: EGRESS_FLOWS_MAX, ofPeer: EGRESS_FLOWS_PER_PEER_MAX });
  node.stop();
});

test("a node publishes 64 services, and one more is refused by name", () => {
  const publications = new Publications("0".repeat(64), 1, () => {});
  for (let n = 0; n < RECORDS_PER_NODE_MAX; n += 1) publications.set(publicationOf(`db${n}`));
  expect(() => publications.set(publicationOf("another"))).toThrow(/^another\.team: this node publishes 64 services/);
  // One that it publishes already may change.
  publications.set(publicationOf("db0", { weight: 1 }));
  expect(publications.size).toBe(RECORDS_PER_NODE_MAX);
});
