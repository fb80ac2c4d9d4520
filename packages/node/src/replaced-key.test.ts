/** A node that comes back with another key at the address and port that it had, as after `flor key rotate`. */
import { createIdentity } from "@flor/quic";
import { expect, it } from "vitest";
import { peerOf } from "./memory-network.testing.ts";
import { StagedNetwork } from "./staged-network.testing.ts";

const FAR = "192.0.2.2:4600";
const fresh = createIdentity(new Uint8Array(32).fill(77));

it("is found by its new key when its port was known for the old one, and does not knock in a loop until then", () => {
  const net = new StagedNetwork();
  const toHub = peerOf("hub", { link: "wan", address: "192.0.2.1:4600" });
  const old = { ...peerOf("far", { link: "wan" }), name: "far~old" };
  const now = { name: "far", id: fresh.id, publicKey: fresh.publicKey, links: [], via: [] };
  const hub = net.add("hub", { peers: [old, now] });
  const far = net.add("far", { peers: [toHub] });
  net.connect(far, { key: toHub.id, address: "192.0.2.1:4600" }, hub, { key: FAR, address: FAR, provisional: true });
  net.run(3000);
  expect(net.peerStatus(hub, "far~old").state).toBe("idle");
  far.node.close();
  far.isWoken = true;
  net.run(50);
  far.isDead = true;

  const again = net.add("far", { peers: [toHub], identity: fresh });
  // The link of the hub knows the address, and says so by the old key.
  net.connect(again, { key: toHub.id, address: "192.0.2.1:4600" }, hub, { key: old.id, address: FAR });
  net.run(20_000);
  // It is told, and need not wait for silence.
  const refused = again.log.filter(({ fields }) => fields["reason"] === "this port leads to another node");
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(10);
  // It was told that the old one is gone, and finds somebody at that address.
  net.connect(again, { key: toHub.id, address: "192.0.2.1:4600" }, hub, { key: FAR, address: FAR, provisional: true });
  net.run(10_000);
  expect(net.peerStatus(hub, "far").state).toBe("idle");
  expect(net.peerStatus(again, "hub").state).not.toBe("unreachable");
});
