/** A peer that removed this node from its list, and lists it again later, across a node that lists both. */
import { nodeKeyOf } from "@flor/link-state";
import { expect, test } from "vitest";
import { identityOf, peerOf } from "./memory-network.testing.ts";
import { StagedNetwork } from "./staged-network.testing.ts";

const VM = "192.0.2.3:4600";

// Far alone opens sessions.
test("a peer that turned this node away is not shown as reached, until it opens a session itself", () => {
  const net = new StagedNetwork();
  const toVm = peerOf("vm", { link: "wan", address: VM });
  const near = net.add("near", { peers: [peerOf("far", { via: ["vm"] }), toVm] });
  const vm = net.add("vm", {
    peers: [peerOf("near", { link: "wan" }), peerOf("far", { link: "lan" })],
    links: ["wan", "lan"],
  });
  const nearFromFar = peerOf("near", { via: ["vm"] });
  const far = net.add("far", { peers: [nearFromFar, toVm], routeTo: "near" });
  net.connect(near, { key: toVm.id, address: VM }, vm, { address: "192.0.2.1:4600" });
  net.connect(far, { key: toVm.id, address: VM }, vm, { address: "192.0.2.2:4600" }, "lan");
  net.run(12_000);
  const farKey = nodeKeyOf(identityOf("far").publicKey);
  const shown = (): readonly unknown[] => [
    net.peerStatus(near, "far").state,
    net.peerStatus(near, "far").reason,
    near.node.isReached(farKey),
    near.node.sessions.peers.get(farKey)?.turnedAway?.reason,
  ];
  expect(shown()).toEqual(["up", undefined, true, undefined]);

  far.node.setPeers([toVm], net.now);
  far.isWoken = true;
  net.run(12_000);
  const removed = "it was removed from the peers";
  expect(shown()).toEqual(["idle", `far turned this node away 12 s ago: ${removed}`, false, removed]);
  // The way there stands: frames still cross it.
  expect(near.node.topology.peerPaths.isCarried(farKey)).toBe(true);

  far.node.setPeers([nearFromFar, toVm], net.now);
  far.node.sessions.want("near");
  far.isWoken = true;
  net.run(12_000);
  expect(shown()).toEqual(["up", undefined, true, undefined]);
});
