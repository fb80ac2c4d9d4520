import type { SeenEdge, SeenLayer } from "@flor/node";
import { expect, test } from "vitest";
import { cutText } from "./cut-text.ts";

/** a – b – c – d – e, of which the first three are connected. `e` is said to be adjacent to `d` by itself alone. */
function layer(...down: readonly string[]): SeenLayer {
  const names = ["a", "b", "c", "d", "e"];
  const nodes = names.map((name, at) => ({ id: `flor1${name}`, name, leaf: false, reachable: at < 3, sequence: 7 }));
  const measured = { label: 1, cost: 1, rttMs: 1, loss: 0, mtuOctets: 1500, segmentMtuOctets: 1500 };
  const edge = (way: string): SeenEdge => {
    const [from = "", to = ""] = way.split(" ").map((name) => `flor1${name}`);
    return { from, to, up: !down.includes(way), ...measured };
  };
  return { nodes, edges: ["a b", "b a", "b c", "c b", "c d", "d c", "e d"].map(edge), paths: {} };
}

test("a node that its neighbours do not hear is where to look", () => {
  expect(cutText(layer("c d"), "flor1d")).toMatch(/^c no longer hears d: is d up\? .* doctor at c looks closer$/);
});

test("of a node behind one that fell silent, that one is", () => {
  expect(cutText(layer("c d"), "flor1e")).toMatch(/^c no longer hears d, which led to e: is d up\?/);
});

test("nothing is said of a node that nobody tells of", () => {
  expect(cutText(layer("c d"), "flor1z")).toBeUndefined();
});
