/**
 * Two machines with two cables between them, and a udp link on each: the first is preferred.
 *
 *     near ══ 10.73.0.0/24 ══ far
 *     near ══ 10.73.1.0/24 ══ far
 */
import { connectVeth, Namespace, NodeProcess } from "@flor/testkit";

const LINK_PORT = 4600;
/** SOCKS5 on the loopback of the near machine. */
export const SOCKS_PORT = 1080;
/** Names of the links, the preferred one first. */
export const LINKS = ["cable", "spare"] as const;

/** The deployment. Dispose it (`await using`), and all of it is gone. */
export class ParallelLinks implements AsyncDisposable {
  readonly machines: Readonly<Record<"near" | "far", Namespace>>;
  readonly near: NodeProcess;
  readonly far: NodeProcess;
  /** Address of the far machine that clients may reach; on neither cable. */
  readonly target = "10.74.0.1";
  readonly #owned: AsyncDisposableStack;

  private constructor(
    machines: ParallelLinks["machines"],
    nodes: Readonly<Record<"near" | "far", NodeProcess>>,
    owned: AsyncDisposableStack,
  ) {
    this.machines = machines;
    this.near = nodes.near;
    this.far = nodes.far;
    this.#owned = owned;
  }

  /** Lays the cables and starts the nodes; resolves when both adjacencies are alive. */
  static async open(): Promise<ParallelLinks> {
    await using owned = new AsyncDisposableStack();
    const machines = {
      near: owned.use(await Namespace.create("near")),
      far: owned.use(await Namespace.create("far")),
    };
    for (const cable of LINKS.keys()) {
      await connectVeth(
        { namespace: machines.near, addresses: [`10.73.${cable}.1/24`] },
        { namespace: machines.far, addresses: [`10.73.${cable}.2/24`] },
      );
    }
    await machines.far.ip("address", "add", "10.74.0.1/32", "dev", "lo");
    const nodes = {
      near: owned.use(await NodeProcess.prepare("near", { namespace: machines.near })),
      far: owned.use(await NodeProcess.prepare("far", { namespace: machines.far })),
    };
    const built = new ParallelLinks(machines, nodes, owned.move());
    try {
      await built.#start();
      return built;
    } catch (error) {
      await built[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The link process of a node. */
  async linkPid(node: NodeProcess, link: (typeof LINKS)[number]): Promise<number> {
    return node.waitFor(({ links }) => links.find(({ name }) => name === link)?.pid, `link ${link} has a process`);
  }

  /** The link over which the near node sends to the far one. */
  async carrying(node: NodeProcess): Promise<string | undefined> {
    const status = await node.status();
    return status?.peers[0]?.adjacencies.find(({ best }) => best)?.link;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }

  async #start(): Promise<void> {
    const { near, far, target } = this;
    const links = (end: 1 | 2): object[] =>
      LINKS.map((name, cable) => ({ name, kind: "udp", listen: `10.73.${cable}.${end}:${LINK_PORT}` }));
    await far.up({
      outbounds: [{ tcp: { allow: [`${target}/32:*`] } }],
      links: links(2),
      peers: [{ name: "near", id: near.id, links: LINKS.map((link) => ({ link })) }],
    });
    const ways = LINKS.map((link, cable) => ({ link, address: `10.73.${cable}.2:${LINK_PORT}` }));
    await near.up({
      inbounds: [{ socks5: `127.0.0.1:${SOCKS_PORT}` }],
      links: links(1),
      peers: [{ name: "far", id: far.id, links: ways }],
      routes: [{ to: "*", through: "far" }],
    });
    for (const node of [near, far]) {
      await node.waitFor(
        ({ peers }) => peers[0]?.adjacencies.filter(({ alive }) => alive).length === LINKS.length,
        "both adjacencies are alive",
      );
    }
  }
}
