import { flor, NodeProcess } from "@flor/testkit";
import { expect, test } from "vitest";

/** Nodes on top of each other at most. */
const DEPTH_MAX = 8;
const NETWORK = "above";

/** A configuration that stands on `beneath`, and lets others stand on it. */
function standingOn(...beneath: readonly NodeProcess[]): object {
  return {
    links: beneath.map((node) => ({ name: `to-${node.name}`, kind: "native", attach: node.northboundPath(NETWORK) })),
    northbound: [{ name: NETWORK }],
  };
}

async function stateOf(node: NodeProcess): Promise<string | undefined> {
  return (await node.status())?.links[0]?.state;
}

test("a node does not stand on itself, and says why", async () => {
  await using node = await NodeProcess.prepare("ouroboros");
  await node.up(standingOn(node));
  const lastError = await node.waitFor(({ links }) => links[0]?.lastError, "the link failed");
  expect(lastError).toBe("the link leads back to this node itself");
  expect((await flor(["status"], node)).stdout).toContain("the link leads back to this node itself");
});

test("of two nodes that attach to each other, one is refused", async () => {
  await using one = await NodeProcess.prepare("one");
  await using other = await NodeProcess.prepare("other");
  await Promise.all([one.up(standingOn(other)), other.up(standingOn(one))]);
  const ends = [one, other];
  const refused = await Promise.any(
    ends.map((node) =>
      node.waitFor(({ links }) => links[0]?.lastError?.includes("leads back") && node, "its link was refused"),
    ),
  );
  const states = await Promise.all(ends.map(stateOf));
  expect(states.filter((state) => state === "ready").length).toBeLessThan(ends.length);
  expect(refused.process.isRunning).toBe(true);
});

test(`${DEPTH_MAX} nodes stand on top of each other, started in any order, and no more`, async () => {
  await using owned = new AsyncDisposableStack();
  const names = Array.from({ length: DEPTH_MAX + 1 }, (_, layer) => `layer-${layer}`);
  const nodes = await Promise.all(names.map((name) => NodeProcess.prepare(name)));
  for (const node of nodes) owned.use(node);
  const [lowest, ...others] = nodes as [NodeProcess, ...NodeProcess[]];
  const starts = others.map((node, layer) => node.up(standingOn(nodes[layer]!)));
  await Promise.all([...starts, lowest.up({ northbound: [{ name: NETWORK }] })]);
  const beyond = others.pop()!;
  await Promise.all(
    others.map((node) => node.waitFor(({ links }) => links[0]?.state === "ready", `${node.name} is attached`)),
  );
  const refusal = `more than ${DEPTH_MAX} layers of nodes`;
  // It knows them all by now, so nobody attaches again because it learned of another.
  await beyond.waitFor(({ links }) => links[0]?.lastError === refusal, "the link failed");
  await expect.poll(() => Promise.all(others.map(stateOf))).toEqual(others.map(() => "ready"));
});
