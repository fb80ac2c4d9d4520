/**
 * Two nodes, each behind a NAT of its own, and one in public that both dial:
 *
 *     near ── 10.1.0.0/24 ── box (NAT) ── 198.51.100.0/24 ── relay ── 203.0.113.0/24 ── box (NAT) ── 10.2.0.0/24 ── far
 */
import { connectVeth, masquerade, Namespace, NodeProcess, seededHash, startServer } from "@flor/testkit";
import type { NodeStatus, PeerStatus } from "@flor/node";
import { expect, test } from "vitest";
import { WatchedFlow } from "./watched-flow.ts";

const LINK_PORT = 4600;
const SERVER = "10.2.0.2";
/** A flow of 20 s: longer than what happens to it on an idle machine. */
const OCTETS = 1_638_400;
const CHUNK_OCTETS = 4096;
const INTERVAL_MS = 50;
const PATIENCE_MS = 120_000;

test("nodes behind NATs find a straight way; a flow outlives its loss and a new address of the client", async () => {
  await using stage = await Stage.open(false);
  const { near, far, relay, boxes } = stage;
  await near.waitFor(isReached("punched"), "a straight way", PATIENCE_MS);
  await far.waitFor(({ peers }) => peers.some((peer) => peer.name === "near" && peer.path.length === 1), "it too");
  const content = { seed: 9, octets: OCTETS };
  const pace = { chunkOctets: CHUNK_OCTETS, intervalMs: INTERVAL_MS };
  await using server = await startServer(stage.farNamespace, {
    kind: "slow",
    host: SERVER,
    port: 80,
    ...content,
    ...pace,
  });
  await using flow = new WatchedFlow(stage.nearNamespace, { address: SERVER, port: server.port }, 1080);
  await flow.waitForOctets(CHUNK_OCTETS);
  await relay.run("nft", "add table inet block; add chain inet block forward { type filter hook forward priority 0; }");
  await relay.run("nft", "add rule inet block forward meta l4proto udp drop");
  await near.waitFor(isReached("relayed"), "the way over the relay", PATIENCE_MS);
  await relay.run("nft", "delete table inet block");
  await near.waitFor(isReached("punched"), "the straight way again", PATIENCE_MS);

  const { namespace, device } = boxes[0]!;
  await namespace.ip("address", "del", "198.51.100.2/24", "dev", device);
  await namespace.ip("address", "add", "198.51.100.77/24", "dev", device);
  await namespace.route("default", "198.51.100.1");
  const isMoved = ({ peers }: NodeStatus): boolean =>
    peers.some(
      ({ name, adjacencies }) =>
        name === "near" && adjacencies.some((one) => one.alive && one.address.startsWith("198.51.100.77:")),
    );
  await far.waitFor(isMoved, "the new address, straight", PATIENCE_MS);
  expect(await flow.finish()).toEqual({ hash: seededHash(content.seed, content.octets) });
});

test("nodes behind NATs that give each destination another port stay relayed, and say so", async () => {
  await using stage = await Stage.open(true);
  const { near } = stage;
  const told = ({ peers }: NodeStatus): PeerStatus | undefined =>
    peers.find(({ name, reach }) => name === "far" && /found nothing in \d+ rounds: a NAT/.test(reach?.why ?? ""));
  expect(await near.waitFor(told, "why there is no straight way", PATIENCE_MS)).toMatchObject({
    state: "up",
    path: ["relay", "far"],
    reach: { kind: "relayed", through: "relay" },
  });
});

function isReached(kind: string): (status: NodeStatus) => boolean {
  return ({ peers }) => peers.some((peer) => peer.name === "far" && peer.reach?.kind === kind);
}

interface Box {
  readonly namespace: Namespace;
  readonly device: string;
}

class Stage implements AsyncDisposable {
  readonly near: NodeProcess;
  readonly far: NodeProcess;
  readonly relay: Namespace;
  readonly nearNamespace: Namespace;
  readonly farNamespace: Namespace;
  readonly boxes: readonly Box[];
  readonly #owned: AsyncDisposableStack;

  private constructor(owned: AsyncDisposableStack, places: readonly Place[], relay: Namespace) {
    const [near, far] = places as readonly [Place, Place];
    this.#owned = owned;
    this.near = near.node;
    this.far = far.node;
    this.nearNamespace = near.namespace;
    this.farNamespace = far.namespace;
    this.boxes = places.map(({ box }) => box);
    this.relay = relay;
  }

  static async open(symmetric: boolean): Promise<Stage> {
    await using owned = new AsyncDisposableStack();
    const relay = owned.use(await Namespace.create("relay"));
    await relay.forward();
    const node = owned.use(await NodeProcess.prepare("relay", { namespace: relay }));
    const near = await place(owned, relay, { name: "near", inside: "10.1.0", outside: "198.51.100", symmetric });
    const far = await place(owned, relay, { name: "far", inside: "10.2.0", outside: "203.0.113", symmetric });
    await node.up({
      links: [{ name: "wan", kind: "udp", listen: `0.0.0.0:${LINK_PORT}` }],
      peers: [near, far].map(({ node: { name, id } }) => ({ name, id, link: "wan" })),
    });
    const dialled = (address: string): object => ({ name: "relay", id: node.id, link: "wan", address });
    await far.node.up({
      outbounds: [{ tcp: { allow: [`${SERVER}:80`] } }],
      links: [{ name: "wan", kind: "udp" }],
      peers: [dialled(`203.0.113.1:${LINK_PORT}`), { name: "near", id: near.node.id }],
    });
    await near.node.up({
      inbounds: [{ socks5: "127.0.0.1:1080" }],
      links: [{ name: "wan", kind: "udp" }],
      peers: [dialled(`198.51.100.1:${LINK_PORT}`), { name: "far", id: far.node.id }],
      routes: [{ to: "10.2.0.0/24", through: "far" }],
    });
    await near.node.waitForPeer("far");
    return new Stage(owned.move(), [near, far], relay);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}

interface Place {
  readonly namespace: Namespace;
  readonly node: NodeProcess;
  readonly box: Box;
}

/** A machine behind a NAT of its own, which stands beside the relay. */
async function place(
  owned: AsyncDisposableStack,
  relay: Namespace,
  { name, inside, outside, symmetric }: { name: string; inside: string; outside: string; symmetric: boolean },
): Promise<Place> {
  const namespace = owned.use(await Namespace.create(name));
  const box = owned.use(await Namespace.create(`${name}box`));
  await connectVeth({ namespace, addresses: [`${inside}.2/24`] }, { namespace: box, addresses: [`${inside}.1/24`] });
  const [device] = await connectVeth(
    { namespace: box, addresses: [`${outside}.2/24`] },
    { namespace: relay, addresses: [`${outside}.1/24`] },
  );
  await masquerade(box, device, { symmetric });
  await namespace.route("default", `${inside}.1`);
  await box.route("default", `${outside}.1`);
  const node = owned.use(await NodeProcess.prepare(name, { namespace }));
  return { namespace, node, box: { namespace: box, device } };
}
