/**
 * Machines in a line, with a stack of nodes on the first and on the last: nodes of one layer find each other over the
 * layer beneath. The machines between have the lowest node alone, and forward by its labels.
 *
 *     a2 ──────────────── c2     layer 2
 *     a1 ──────────────── c1     layer 1
 *     a0 ────── b0 ────── c0     layer 0, udp
 *     ═══════════╪═════════      cables
 *
 * Clients come in at each node of the first machine, and go out at the node of that layer on the last.
 */
import { type Namespace, NodeProcess } from "@flor/testkit";
import { Field } from "./field.ts";
import { LINK_PORT } from "./field-nodes.ts";
import { line } from "./field-plan.ts";

const SOCKS_PORT = 1080;
/** The network of a stack that has no other name. */
const NETWORK = "above";

/** What is built. */
export interface LayeredMachinesOptions {
  /** Nodes on top of each other on the first and the last machine. */
  readonly layers: number;
  /** @default 2 */
  readonly machines?: number;
  /** Largest IP packet that crosses from the first machine to the second, which nobody says. @default 1500 */
  readonly narrowOctets?: number;
  /** Added to the lowest nodes' udp links. */
  readonly udp?: object;
  /** Networks that the lowest nodes serve beside the stack's own. @default [] */
  readonly networks?: readonly string[];
}

/** The two ends of a layer. */
export interface LayerEnds {
  readonly first: NodeProcess;
  readonly last: NodeProcess;
}

/** The network. Dispose it (`await using`), and all of it is gone. */
export class LayeredMachines implements AsyncDisposable {
  readonly machines: readonly Namespace[];
  /** Lowest first. */
  readonly layers: LayerEnds[] = [];
  /** The lowest nodes, in the order of their machines. */
  readonly lowest: readonly NodeProcess[];
  /** Address of the last machine, that clients may reach. */
  readonly lastAddress: string;
  readonly #field: Field;
  readonly #owned: AsyncDisposableStack;

  private constructor(field: Field, lowest: readonly NodeProcess[], owned: AsyncDisposableStack) {
    this.#field = field;
    this.machines = field.machines.map(({ namespace }) => namespace);
    this.lowest = lowest;
    this.lastAddress = field.machines.at(-1)!.cables[0]!.address;
    this.#owned = owned;
  }

  get first(): Namespace {
    return this.machines[0]!;
  }

  get last(): Namespace {
    return this.machines.at(-1)!;
  }

  /** The nodes that clients use. */
  get top(): LayerEnds {
    return this.layers.at(-1)!;
  }

  /** Lays the cables and starts the nodes; resolves when the highest ones reach each other. */
  static async open(options: LayeredMachinesOptions): Promise<LayeredMachines> {
    await using owned = new AsyncDisposableStack();
    const plan = line(options.machines ?? 2);
    const [first, ...others] = plan.cables;
    const cables = [{ ...first!, narrowOctets: options.narrowOctets }, ...others];
    const field = owned.use(await Field.lay({ ...plan, cables }));
    const lowest: NodeProcess[] = [];
    for (const { name, namespace } of field.machines)
      lowest.push(owned.use(await NodeProcess.prepare(`${name}0`, { namespace })));
    const built = new LayeredMachines(field, lowest, owned.move());
    try {
      await built.#startNodes(options);
      return built;
    } catch (error) {
      await built[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Puts a node on each end's `beneath`, attached to `network` of it; resolves when both are started. */
  async stack(name: string, beneath: LayerEnds, network: string, rest: (ends: LayerEnds) => Ends): Promise<LayerEnds> {
    const ends = await this.#prepareEnds(name);
    await this.#startEnds(ends, beneath, network, rest(ends));
    return ends;
  }

  async #prepareEnds(name: string): Promise<LayerEnds> {
    const first = this.#owned.use(await NodeProcess.prepare(`a${name}`, { namespace: this.first }));
    const last = this.#owned.use(await NodeProcess.prepare(`c${name}`, { namespace: this.last }));
    return { first, last };
  }

  async #startEnds({ first, last }: LayerEnds, beneath: LayerEnds, network: string, more: Ends): Promise<void> {
    const lastUp = last.up({
      links: [{ name: "below", kind: "native", attach: beneath.last.northboundPath(network) }],
      peers: [{ name: first.name, id: first.id, link: "below" }],
      ...more.last,
    });
    const firstUp = first.up({
      links: [{ name: "below", kind: "native", attach: beneath.first.northboundPath(network) }],
      peers: [{ name: last.name, id: last.id, link: "below", address: beneath.last.name }],
      ...more.first,
    });
    await Promise.all([firstUp, lastUp]);
  }

  /** SOCKS5 on the loopback of the first machine, by layer. */
  socksPort(layer: number): number {
    return SOCKS_PORT + layer;
  }

  /** What lets clients in at the first end, and out at the last. */
  ingressAndEgress(ends: LayerEnds, socksPort: number): Ends {
    return {
      first: { inbounds: [{ socks5: `127.0.0.1:${socksPort}` }], routes: [{ to: "*", through: ends.last.name }] },
      last: { outbounds: [{ tcp: { allow: [`${this.lastAddress}/32:*`] } }] },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }

  async #startNodes(options: LayeredMachinesOptions): Promise<void> {
    const networks = [...(options.networks ?? []), NETWORK].map((name) => ({ name }));
    this.layers.push({ first: this.lowest[0]!, last: this.lowest.at(-1)! });
    for (let layer = 1; layer < options.layers; layer += 1) this.layers.push(await this.#prepareEnds(String(layer)));
    // In whatever order they come up, they find each other.
    await Promise.all([
      this.#startLowest(networks, options.udp),
      ...this.layers.slice(1).map((_, below) => this.#startUpper(below)),
    ]);
    await this.top.first.waitForPeer(this.top.last.name);
  }

  async #startUpper(below: number): Promise<void> {
    const [beneath, ends] = this.layers.slice(below) as [LayerEnds, LayerEnds];
    const northbound = [{ name: NETWORK }];
    const { first, last } = this.ingressAndEgress(ends, this.socksPort(below + 1));
    const more = { first: { ...first, northbound }, last: { ...last, northbound } };
    await this.#startEnds(ends, beneath, NETWORK, more);
  }

  async #startLowest(northbound: readonly object[], udp?: object): Promise<void> {
    const [ends] = this.layers as [LayerEnds];
    const more = this.ingressAndEgress(ends, this.socksPort(0));
    const links = [{ name: "wan", kind: "udp", listen: `0.0.0.0:${LINK_PORT}`, ...udp }];
    const starts = this.lowest.map((node, index) => {
      const shared = { links, peers: this.#peersOf(index) };
      if (node === ends.first) return node.up({ ...shared, northbound, ...more.first });
      return node === ends.last ? node.up({ ...shared, northbound, ...more.last }) : node.up(shared);
    });
    await Promise.all(starts);
  }

  /** The machine before is dialled, the one after comes; the ends know each other through those between. */
  #peersOf(index: number): object[] {
    const peers: object[] = [];
    const [before, after] = [this.lowest[index - 1], this.lowest[index + 1]];
    if (before !== undefined) {
      const address = `${this.#field.machines[index]!.cables[0]!.otherAddress}:${LINK_PORT}`;
      peers.push({ name: before.name, id: before.id, link: "wan", address });
    }
    if (after !== undefined) peers.push({ name: after.name, id: after.id, link: "wan" });
    const other = index === 0 ? this.lowest.at(-1)! : this.lowest[0]!;
    const isEnd = index === 0 || index === this.lowest.length - 1;
    const between = this.lowest.slice(1, -1).map(({ name }) => name);
    // Nodes that are no peers cannot be named: the way over several is found by link state.
    if (isEnd && between.length > 0)
      peers.push({ name: other.name, id: other.id, ...(between.length === 1 && { via: between }) });
    return peers;
  }
}

/** What is added to the configurations of a layer's two ends. */
export interface Ends {
  readonly first: object;
  readonly last: object;
}
