/**
 * Two machines with two cables between them, and a udp link on each: the first is preferred.
 *
 *     near ══ 10.73.0.0/24 ══ far
 *     near ══ 10.73.1.0/24 ══ far
 */
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connectVeth, Namespace, NodeProcess } from "@flor/testkit";

const LINK_PORT = 4600;
const UDP_LINK = new URL("../../links/udp/src/main.ts", import.meta.url).href;
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

  /** Puts another program in the place of the near node's preferred link: the same, but that it says this first. */
  replaceProgram(said: string): void {
    const next = `${this.#program}.next`;
    writeFileSync(next, `console.log(${JSON.stringify(said)});\nawait import(${JSON.stringify(UDP_LINK)});\n`);
    renameSync(next, this.#program);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }

  get #program(): string {
    return join(this.near.folder, "cable-link.mjs");
  }

  /** The udp link as a program of its own, that can be replaced. */
  #ownLink(): object {
    const command = [process.execPath, this.#program];
    return { name: LINKS[0], kind: "process", command, config: { listen: `10.73.0.1:${LINK_PORT}` } };
  }

  async #start(): Promise<void> {
    this.replaceProgram("first edition");
    const { near, far, target } = this;
    const link = (cable: number, end: 1 | 2): object => ({
      name: LINKS[cable],
      kind: "udp",
      listen: `10.73.${cable}.${end}:${LINK_PORT}`,
    });
    await far.up({
      outbounds: [{ tcp: { allow: [`${target}/32:*`] } }],
      links: [link(0, 2), link(1, 2)],
      peers: [{ name: "near", id: near.id, links: LINKS.map((link) => ({ link })) }],
    });
    const ways = LINKS.map((link, cable) => ({ link, address: `10.73.${cable}.2:${LINK_PORT}` }));
    await near.up({
      inbounds: [{ socks5: `127.0.0.1:${SOCKS_PORT}` }],
      links: [this.#ownLink(), link(1, 1)],
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
