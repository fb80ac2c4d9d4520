/** Bounds of a node that need no network to be tried: below, at and above each. */
import { expect, test } from "vitest";
import { admissionBudget, ADMISSION_OCTETS_PER_SECOND, admissionCost } from "./admission-budget.ts";
import { EGRESS_FLOWS_MAX, EGRESS_FLOWS_PER_PEER_MAX } from "./egress.ts";
import { peerOf, startNode } from "./memory-network.testing.ts";
import { coreStatusOf } from "./node-status.ts";
import { STATUS_FLOWS_MAX, STATUS_LABELS_MAX } from "./status.ts";
import { StagedNetwork } from "./staged-network.testing.ts";
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

test("status lists a thousand flows, and counts all of them", () => {
  const net = new StagedNetwork();
  const toHome = peerOf("home", { link: "wan", address: "192.0.2.2:4600" });
  const laptop = net.add("laptop", { peers: [toHome], routeTo: "home" });
  const home = net.add("home", { peers: [peerOf("laptop", { link: "wan" })], dial: () => {} });
  net.connect(laptop, { key: toHome.id, address: "192.0.2.2:4600" }, home, { address: "192.0.2.1:4600" });
  net.run(2000);
  const clients = STATUS_FLOWS_MAX + 1;
  for (let count = 0; count < clients; count += 1) net.connectClient(laptop);
  net.run(1000);
  const { flows } = coreStatusOf(laptop.node, net.now);
  expect([flows.open, flows.list.length]).toEqual([clients, STATUS_FLOWS_MAX]);
});

test("status lists a thousand labels", async () => {
  const home = await startNode("home", [], { links: [] });
  const { labels } = home.node;
  const consumer = { handlePayload: () => {} };
  while ([...labels.entries()].length <= STATUS_LABELS_MAX) labels.bind({ nextHop: { consumer }, push: [] }, 0);
  expect(coreStatusOf(home.node, 0).labels.incoming).toHaveLength(STATUS_LABELS_MAX);
  home.stop();
});

test("a node publishes 64 services, and one more is refused by name", () => {
  const publications = new Publications("0".repeat(64), 1, () => {});
  for (let n = 0; n < RECORDS_PER_NODE_MAX; n += 1) publications.set(publicationOf(`db${n}`));
  expect(() => publications.set(publicationOf("another"))).toThrow(/^another\.team: this node publishes 64 services/);
  // One that it publishes already may change.
  publications.set(publicationOf("db0", { weight: 1 }));
  expect(publications.size).toBe(RECORDS_PER_NODE_MAX);
});
