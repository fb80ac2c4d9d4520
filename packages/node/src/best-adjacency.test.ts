import { tokenFrom } from "@flor/wire";
import { beforeEach, describe, expect, it } from "vitest";
import { Adjacency } from "./adjacency.ts";
import { chooseAdjacency, RETURN_AFTER_MS } from "./best-adjacency.ts";
import { Neighbour } from "./neighbour.ts";
import { NodeLink } from "./node-link.ts";
import { TransitQueue } from "./transit-queue.ts";

const token = tokenFrom(new Uint8Array(8).fill(9));

let neighbour: Neighbour;
let cable: Adjacency;
let radio: Adjacency;

function adjacencyOver(link: string, rttMs: number): Adjacency {
  const adjacency = new Adjacency(new NodeLink(link, "udp", new TransitQueue()), link, token, 1);
  Object.assign(adjacency, { port: 1, portUp: true, peerToken: token, alive: true, rttMs });
  neighbour.adjacencies.add(adjacency);
  return adjacency;
}

beforeEach(() => {
  neighbour = new Neighbour("key", new Uint8Array(32), "vm", ["cable", "radio"]);
  // The preferred one arrives last, and is slower.
  radio = adjacencyOver("radio", 5);
  cable = adjacencyOver("cable", 50);
});

function choose(now: number): Adjacency | undefined {
  const { best, reviewAt } = chooseAdjacency(neighbour, now);
  Object.assign(neighbour, { best, reviewAt });
  return best;
}

describe("the adjacency that carries", () => {
  it("is the first alive one in the order of preference, whichever came first", () => {
    expect(choose(0)).toBe(cable);
    cable.alive = false;
    expect(choose(0)).toBe(radio);
  });

  it("is the one with the shorter round trip among equals", () => {
    const other = adjacencyOver("cable", 40);
    expect(choose(0)).toBe(other);
  });

  it("stays the one that carries while round trips change", () => {
    const other = adjacencyOver("cable", 60);
    expect(choose(0)).toBe(cable);
    other.rttMs = 1;
    expect(choose(1)).toBe(cable);
  });

  it("changes at once when it falls silent, its port goes or its link is drained", () => {
    for (const change of [
      () => (cable.alive = false),
      () => cable.detachPort(),
      () => (cable.link.isDraining = true),
    ]) {
      Object.assign(cable, { alive: true, port: 1, portUp: true });
      neighbour.best = undefined;
      expect(choose(0)).toBe(cable);
      change();
      expect(choose(0)).toBe(radio);
    }
  });

  it("returns to a preferred one that was silent when that has been alive for a while", () => {
    cable.alive = false;
    choose(0);
    Object.assign(cable, { alive: true, returnedAt: 1000 });
    expect(choose(1000)).toBe(radio);
    expect(neighbour.reviewAt).toBe(1000 + RETURN_AFTER_MS);
    expect(choose(1000 + RETURN_AFTER_MS - 1)).toBe(radio);
    expect(choose(1000 + RETURN_AFTER_MS)).toBe(cable);
    expect(neighbour.reviewAt).toBeUndefined();
  });

  it("is one that returned a moment ago, when there is no other", () => {
    Object.assign(cable, { returnedAt: 1000 });
    neighbour.adjacencies.delete(radio);
    expect(choose(1000)).toBe(cable);
  });

  it("takes over from one that came first without delay, when it never was silent", () => {
    neighbour.adjacencies.delete(cable);
    expect(choose(0)).toBe(radio);
    neighbour.adjacencies.add(cable);
    expect(choose(1)).toBe(cable);
  });

  it("is a silent one when all are silent, and the present one of them", () => {
    choose(0);
    cable.alive = false;
    choose(1);
    radio.alive = false;
    expect(choose(2)).toBe(radio);
    radio.portUp = false;
    expect(choose(3)).toBe(cable);
    cable.portUp = false;
    expect(choose(4)).toBeUndefined();
  });
});
