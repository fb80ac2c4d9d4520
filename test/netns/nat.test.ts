/**
 * Two nodes, each behind a NAT of its own, and one in public that both dial:
 *
 *     near ── 10.1.0.0/24 ── box (NAT) ── 198.51.100.0/24 ── relay ── 203.0.113.0/24 ── box (NAT) ── 10.2.0.0/24 ── far
 */
import { connectVeth, masquerade, Namespace, NodeProcess } from "@flor/testkit";
import type { NodeStatus } from "@flor/node";
import { expect, test } from "vitest";
import { SteadySource } from "./steady-source.ts";
import { WatchedFlow } from "./watched-flow.ts";

const LINK_PORT = 4600;
const SERVER = "10.2.0.2";

test("nodes behind NATs are relayed and say why, or find a direct path; a flow outlives its loss and a new address", async () => {
  await using stage = await Stage.open();
  const { near, far, relay, nearBox, farBox } = stage;

  // The NATs give each destination another port.
  const isRelayed = isReached("relayed", /found nothing in \d+ rounds: a NAT/);
  const isPathOverRelay = ({ peers }: NodeStatus): boolean =>
    peers.some(({ name, state, path }) => name === "far" && state === "up" && path.join() === "relay,far");
  await near.waitFor((status) => isRelayed(status) && isPathOverRelay(status), "why it is relayed");

  // Now they are of the usual kind.
  for (const box of [nearBox, farBox]) {
    await box.namespace.run("nft", "delete", "table", "inet", "flor_nat");
    await masquerade(box.namespace, box.device);
    await box.move(3);
  }
  await near.waitFor(isReached("punched"), "a direct path");
  await far.waitFor((status) => status.peers.some(({ name, path }) => name === "near" && path.length === 1), "it too");
  await using source = await SteadySource.open(stage.farNamespace, SERVER, 80);
  await using flow = new WatchedFlow(stage.nearNamespace, source, 1080);
  await flow.goesOn();

  await relay.run("nft", "add table inet block; add chain inet block forward { type filter hook forward priority 0; }");
  await relay.run("nft", "add rule inet block forward meta l4proto udp drop");
  await near.waitFor(isReached("relayed"), "the way over the relay");
  await flow.goesOn();
  await relay.run("nft", "delete table inet block");
  await near.waitFor(isReached("punched"), "the direct path again");
  await flow.goesOn();

  await nearBox.move(77);
  const isMoved = (status: NodeStatus): boolean =>
    status.peers.some(
      ({ name, adjacencies }) =>
        name === "near" &&
        adjacencies.some(({ alive, address }) => alive && address.startsWith(`${nearBox.network}.77:`)),
    );
  await far.waitFor(isMoved, "the new address, direct");
  await flow.goesOn();
  expect(flow.isWhole()).toBe(true);
});

function isReached(kind: string, why: RegExp = /^/): (status: NodeStatus) => boolean {
  return ({ peers }) =>
    peers.some(({ name, reach }) => name === "far" && reach?.kind === kind && why.test(reach.why ?? ""));
}

/** A router with a NAT, which stands beside the relay. */
class Box {
  readonly namespace: Namespace;
  readonly device: string;
  /** The first three numbers of its outer addresses. */
  readonly network: string;
  #host = 2;

  constructor(namespace: Namespace, device: string, network: string) {
    this.namespace = namespace;
    this.device = device;
    this.network = network;
  }

  /** It gets another outer address, as a line that is dialled again; all mappings are gone. */
  async move(host: number): Promise<void> {
    await this.namespace.ip("address", "del", `${this.network}.${this.#host}/24`, "dev", this.device);
    await this.namespace.ip("address", "add", `${this.network}.${host}/24`, "dev", this.device);
    await this.namespace.route("default", `${this.network}.1`);
    this.#host = host;
  }
}

class Stage implements AsyncDisposable {
  readonly near: NodeProcess;
  readonly far: NodeProcess;
  readonly relay: Namespace;
  readonly nearNamespace: Namespace;
  readonly farNamespace: Namespace;
  readonly nearBox: Box;
  readonly farBox: Box;
  readonly #owned: AsyncDisposableStack;

  private constructor(owned: AsyncDisposableStack, near: Place, far: Place, relay: Namespace) {
    this.#owned = owned;
    this.near = near.node;
    this.far = far.node;
    this.nearNamespace = near.namespace;
    this.farNamespace = far.namespace;
    this.nearBox = near.box;
    this.farBox = far.box;
    this.relay = relay;
  }

  static async open(): Promise<Stage> {
    await using owned = new AsyncDisposableStack();
    const relay = owned.use(await Namespace.create("relay"));
    await relay.forward();
    const node = owned.use(await NodeProcess.prepare("relay", { namespace: relay }));
    const near = await place(owned, relay, { name: "near", inside: "10.1.0", outside: "198.51.100" });
    const far = await place(owned, relay, { name: "far", inside: "10.2.0", outside: "203.0.113" });
    const dialled = (address: string): object => ({ name: "relay", id: node.id, link: "wan", address });
    await Promise.all([
      node.up({
        links: [{ name: "wan", kind: "udp", listen: `0.0.0.0:${LINK_PORT}` }],
        peers: [near, far].map(({ node: { name, id } }) => ({ name, id, link: "wan" })),
      }),
      far.node.up({
        outbounds: [{ tcp: { allow: [`${SERVER}:80`] } }],
        links: [{ name: "wan", kind: "udp" }],
        peers: [dialled(`203.0.113.1:${LINK_PORT}`), { name: "near", id: near.node.id }],
      }),
      near.node.up({
        inbounds: [{ socks5: "127.0.0.1:1080" }],
        links: [{ name: "wan", kind: "udp" }],
        peers: [dialled(`198.51.100.1:${LINK_PORT}`), { name: "far", id: far.node.id }],
        routes: [{ to: "10.2.0.0/24", through: "far" }],
      }),
    ]);
    return new Stage(owned.move(), near, far, relay);
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

/** A machine behind a NAT of its own, of the kind that gives each destination another port. */
async function place(
  owned: AsyncDisposableStack,
  relay: Namespace,
  { name, inside, outside }: { name: string; inside: string; outside: string },
): Promise<Place> {
  const namespace = owned.use(await Namespace.create(name));
  const box = owned.use(await Namespace.create(`${name}box`));
  await connectVeth({ namespace, addresses: [`${inside}.2/24`] }, { namespace: box, addresses: [`${inside}.1/24`] });
  const [device] = await connectVeth(
    { namespace: box, addresses: [`${outside}.2/24`] },
    { namespace: relay, addresses: [`${outside}.1/24`] },
  );
  await masquerade(box, device, { symmetric: true });
  await namespace.route("default", `${inside}.1`);
  await box.route("default", `${outside}.1`);
  const node = owned.use(await NodeProcess.prepare(name, { namespace }));
  return { namespace, node, box: new Box(box, device, outside) };
}
