/** A node that listens on all of its addresses, of which its neighbour knows the one that it would not prefer. */
import { connectVeth, Firewall, Namespace, NodeProcess } from "@flor/testkit";
import { expect, test } from "vitest";

const LINK_PORT = 4600;

test.each([
  ["0.0.0.0", "10.77.0.9"],
  ["[::]", "10.77.0.9"],
  ["[::]", "[fd77::2]"],
])("a node that listens on %s answers from %s when that was called", async (any, called) => {
  await using near = await machine("near", ["10.77.0.1/24", "fd77::1/64"]);
  await using far = await machine("far", ["10.77.0.2/24", "fd77::2/64", "10.77.0.9/24", "fd77::9/64"]);
  await connectVeth(near, far);
  // As behind any NAT: what was not asked for is not let in.
  await new Firewall(near.namespace).add(`udp sport ${LINK_PORT} ct state new drop`);
  await far.node.up({
    links: [{ name: "wan", kind: "udp", listen: `${any}:${LINK_PORT}` }],
    peers: [{ name: "near", id: near.node.id, link: "wan" }],
  });
  await near.node.up({
    links: [{ name: "wan", kind: "udp", listen: `${any}:0` }],
    peers: [{ name: "far", id: far.node.id, link: "wan", address: `${called}:${LINK_PORT}` }],
  });
  await near.node.waitForPeer("far");
  await expect.poll(() => addressesOf(near.node)).toEqual([`${called}:${LINK_PORT}`]);
});

test("a peer at a link-local address is reached through the interface that its address names", async () => {
  await using near = await machine("near", ["fe80::1/64"]);
  await using far = await machine("far", ["fe80::2/64"]);
  const [device] = await connectVeth(near, far);
  await far.node.up({
    links: [{ name: "wan", kind: "udp", listen: `[::]:${LINK_PORT}` }],
    peers: [{ name: "near", id: near.node.id, link: "wan" }],
  });
  await near.node.up({
    links: [{ name: "wan", kind: "udp", listen: "[::]:0" }],
    peers: [{ name: "far", id: far.node.id, link: "wan", address: `[fe80::2%${device}]:${LINK_PORT}` }],
  });
  await near.node.waitForPeer("far");
  await expect.poll(() => addressesOf(near.node)).toEqual([expect.stringContaining("[fe80::2%")]);
});

/** Where a node's link has its neighbours. */
function addressesOf(node: NodeProcess): Promise<readonly string[]> {
  return node.waitFor(({ links }) => links[0]?.ports.map(({ address }) => address), "a link");
}

/** A machine with these addresses, and a node on it that is not started yet. */
async function machine(name: string, addresses: readonly string[]): Promise<Machine> {
  await using owned = new AsyncDisposableStack();
  const namespace = owned.use(await Namespace.create(name));
  const node = owned.use(await NodeProcess.prepare(name, { namespace }));
  const kept = owned.move();
  return { namespace, addresses, node, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

interface Machine extends AsyncDisposable {
  readonly namespace: Namespace;
  readonly addresses: readonly string[];
  readonly node: NodeProcess;
}
