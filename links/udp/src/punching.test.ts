import { expect, it } from "vitest";
import { ZERO_TOKEN as ZERO } from "@flor/wire";
import { AssembledLink } from "./assembled-link.testing.ts";
import { endpoint, frame } from "./memory.testing.ts";

const OF_A = new Uint8Array(8).fill(0xa);
const OF_B = new Uint8Array(8).fill(0xb);
const A = endpoint("203.0.113.1", 20_001);
const B = endpoint("203.0.113.2", 20_002);

function wants(link: AssembledLink, own: Uint8Array, peer: Uint8Array, candidates: string[], round = 1): void {
  const wanted = { key: "peer", address: "", token: own, port: 0, peer: "", candidates, candidateToken: peer, round };
  link.ports.setNeighbours([wanted]);
  link.punching.setNeighbours([wanted], link.now);
}

/** Hands over what both sent, each as if from its own public address, until neither has anything to say. */
function exchange(a: AssembledLink, b: AssembledLink): void {
  while (a.wire.datagrams.length + b.wire.datagrams.length > 0) {
    for (const { octets } of a.wire.datagrams.splice(0)) b.wire.receive(A, octets);
    for (const { octets } of b.wire.datagrams.splice(0)) a.wire.receive(B, octets);
  }
}

it("finds the address that answers, on both sides, and carries frames there", () => {
  const [a, b] = [new AssembledLink(), new AssembledLink()];
  wants(a, OF_A, OF_B, ["203.0.113.2:20002"]);
  expect(a.node.ports.get(1)?.up).toBe(false);
  wants(b, OF_B, OF_A, ["203.0.113.1:20001"]);
  exchange(a, b);
  expect([a, b].map(({ node }) => [node.ports.get(1)?.up, node.ports.get(1)?.address])).toEqual([
    [true, "203.0.113.2:20002"],
    [true, "203.0.113.1:20001"],
  ]);
  // What carries no token yet is the neighbour's, and no stranger's.
  b.wire.receive(A, frame(0, ZERO, Uint8Array.of(1)));
  b.receiver.flush();
  expect(b.node.ports.size).toBe(1);
});

it("takes a neighbour without a token from where its probes came, before an answer did", () => {
  const [a, b] = [new AssembledLink(), new AssembledLink()];
  wants(a, OF_A, OF_B, ["203.0.113.2:20002"]);
  wants(b, OF_B, OF_A, ["203.0.113.77:1234"]);
  const [probe] = a.wire.datagrams;
  b.wire.receive(A, probe!.octets);
  b.wire.receive(A, frame(0, ZERO, Uint8Array.of(1)));
  b.receiver.flush();
  expect(b.node.frames).toEqual([frame(1, ZERO, Uint8Array.of(1))]);
  expect(b.node.ports.size).toBe(1);
});

it("answers nobody who has not the token, and sends nowhere that probes must not go", () => {
  const [a, b] = [new AssembledLink(), new AssembledLink()];
  const forbidden = ["127.0.0.1:4600", "224.0.0.1:4600", "169.254.1.1:4600", "0.0.0.0:4600", "203.0.113.2:53"];
  wants(a, OF_A, OF_B, [...forbidden, "203.0.113.2:20002"]);
  expect(a.wire.datagrams.map(({ to }) => to.host)).toEqual(["203.0.113.2"]);
  wants(b, OF_A, OF_B, []);
  const [probe] = a.wire.datagrams;
  b.wire.receive(A, probe!.octets);
  expect(b.wire.datagrams).toEqual([]);
  expect(b.node.counts.get("drop.punch-unknown")).toBe(1);
});

it("begins again with a new round only, and stops after it", () => {
  const a = new AssembledLink();
  const probes = (): number => a.wire.datagrams.splice(0).length;
  wants(a, OF_A, OF_B, ["203.0.113.2:20002"]);
  expect(probes()).toBe(1);
  wants(a, OF_A, OF_B, ["203.0.113.2:20002"]);
  expect(probes()).toBe(0);
  for (let tick = 0; tick < 60; tick += 1) {
    a.now += 250;
    a.punching.handleTimeout(a.now);
  }
  expect(probes()).toBe(7);
  wants(a, OF_A, OF_B, ["203.0.113.2:20002"], 2);
  expect(probes()).toBe(1);
});

it("sends no more probes than its budget", () => {
  const a = new AssembledLink();
  const candidates = Array.from({ length: 16 }, (_, index) => `203.0.113.${index + 2}:4600`);
  for (let round = 1; round <= 100; round += 1) wants(a, OF_A, OF_B, candidates, round);
  expect(a.wire.datagrams.length).toBe(1000);
  expect(a.node.counts.get("drop.punch-budget")).toBe(600);
});
