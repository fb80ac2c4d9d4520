/** A flor node on each machine of a field, and flows between two of them. */
import { makeNetwork, NodeProcess, type NodeProcessOptions } from "@flor/testkit";
import type { Field, Machine } from "./field.ts";
import type { ProbePlace } from "./probe.ts";

/** Port of the udp links, on every machine. */
export const LINK_PORT = 4600;
const PROBE_PORT = 7000;
const SOCKS_PORT = 1080;

/** Clients on one machine whose targets are on another. */
export interface FlowPlan {
  readonly from: string;
  readonly to: string;
  /** How the way there is chosen, as an entry of `peers` says it: `{ disjoint: true }`. @default the cheapest */
  readonly way?: object;
}

/** Where the clients of a flow go in, and the target they reach. */
export interface FlowPlace {
  readonly plan: FlowPlan;
  /** Where datagrams go in on `from`: a port of 127.0.0.1. */
  readonly datagramPort: number;
  /** Where they come out on `to`: the address and port of the target. */
  readonly target: { readonly host: string; readonly port: number };
  /** SOCKS5 on 127.0.0.1 of `from`, for any TCP port of the target's host. */
  readonly socksPort: number;
}

/** What runs on a field. */
export interface FieldNodesOptions {
  /** All are members of one network, and know each other by that. @default false: `peers` lists neighbours and ends of flows */
  readonly members?: boolean;
  /** Roles of the member of that name, such as `issuer`. @default none */
  readonly rolesOf?: (name: string) => readonly string[];
  /** Added to the environment of every node. @default {} */
  readonly environment?: Readonly<Record<string, string>>;
  /** @default [] */
  readonly flows?: readonly FlowPlan[];
  /** Added to every udp link, such as `{ hello: 50 }`. */
  readonly link?: object;
  /** The program that is flor. @default this checkout's */
  readonly program?: string | undefined;
  /** Programs that are flor on the machines of these names. @default {@link program} */
  readonly programs?: Readonly<Record<string, string>>;
  /** Added to a machine's configuration; its `peers` are put behind those that the field lists. */
  readonly more?: (machine: Machine) => { readonly peers?: readonly object[]; readonly services?: object };
}

/** The nodes, by their machines' names. Dispose it before the field. */
export class FieldNodes implements AsyncDisposable {
  readonly flows: readonly FlowPlace[];
  readonly #field: Field;
  readonly #nodes: ReadonlyMap<string, NodeProcess>;
  readonly #owned: AsyncDisposableStack;

  private constructor(
    field: Field,
    nodes: ReadonlyMap<string, NodeProcess>,
    flows: readonly FlowPlace[],
    owned: AsyncDisposableStack,
  ) {
    this.#field = field;
    this.#nodes = nodes;
    this.flows = flows;
    this.#owned = owned;
  }

  get all(): readonly NodeProcess[] {
    return [...this.#nodes.values()];
  }

  /** Starts a node on each machine; resolves when both ends of each flow know a way. */
  static async start(field: Field, options: FieldNodesOptions = {}): Promise<FieldNodes> {
    await using owned = new AsyncDisposableStack();
    const nodes = new Map<string, NodeProcess>();
    for (const { name, namespace } of field.machines) {
      const { environment = {} } = options;
      const program = options.programs?.[name] ?? options.program;
      const from: NodeProcessOptions = { namespace, program, environment };
      nodes.set(name, owned.use(await NodeProcess.prepare(name, from)));
    }
    const rolesOf = ({ name }: NodeProcess): readonly string[] => options.rolesOf?.(name) ?? [];
    const networks = options.members === true ? [makeNetwork("field", [...nodes.values()], rolesOf)] : [];
    const flows = (options.flows ?? []).map((plan, index) => ({
      plan,
      datagramPort: PROBE_PORT + index,
      target: { host: field.machine(plan.to).address, port: PROBE_PORT + index },
      socksPort: SOCKS_PORT,
    }));
    const started = new FieldNodes(field, nodes, flows, owned.move());
    try {
      await Promise.all(
        field.machines.map(async (machine) =>
          started.node(machine.name).up(started.#configure(machine, networks, options)),
        ),
      );
      await Promise.all(flows.map(({ plan }) => started.node(plan.from).waitForPeer(plan.to)));
      return started;
    } catch (error) {
      await started[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The node of the machine of that name; throws where there is none. */
  node(name: string): NodeProcess {
    const found = this.#nodes.get(name);
    if (found === undefined) throw new Error(`the field has no node ${name}`);
    return found;
  }

  /** Where a probe of that flow has its two ends. */
  placesOf({ plan, datagramPort, target }: FlowPlace): readonly [ProbePlace, ProbePlace] {
    const [from, to] = [this.#field.machine(plan.from), this.#field.machine(plan.to)];
    return [
      { namespace: from.namespace, host: "127.0.0.1", port: datagramPort },
      { namespace: to.namespace, ...target },
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }

  #configure(machine: Machine, networks: readonly object[], options: FieldNodesOptions): object {
    const { peers = [], ...more } = options.more?.(machine) ?? {};
    const out = this.flows.filter(({ plan }) => plan.from === machine.name);
    const isTarget = this.flows.some(({ plan }) => plan.to === machine.name);
    const own = [`${machine.address}/32:*`];
    return {
      links: [{ name: "wan", kind: "udp", listen: `0.0.0.0:${LINK_PORT}`, ...options.link }],
      networks,
      peers: [...this.#neighboursOf(machine), ...this.#farPeersOf(machine, networks.length > 0), ...peers],
      ...(isTarget && { outbounds: [{ udp: { allow: own } }, { tcp: { allow: own } }] }),
      ...(out.length > 0 && {
        inbounds: [
          { socks5: `127.0.0.1:${SOCKS_PORT}` },
          ...out.map(({ datagramPort, target }) => ({
            udp: `127.0.0.1:${datagramPort}`,
            to: `${target.host}:${target.port}`,
          })),
        ],
        routes: out.map(({ plan, target }) => ({ to: `${target.host}/32`, through: plan.to })),
      }),
      ...more,
    };
  }

  #neighboursOf({ cables }: Machine): readonly object[] {
    return cables.map(({ other, otherAddress }) => {
      const address = `${otherAddress}:${LINK_PORT}`;
      return { name: other, id: this.node(other).id, link: "wan", address };
    });
  }

  /** Ends of flows that are no neighbours. Members are known; they are listed where the way to them is said. */
  #farPeersOf({ name, cables }: Machine, areMembers: boolean): readonly object[] {
    const far = new Map<string, object>();
    for (const { plan } of this.flows) {
      const isFrom = plan.from === name;
      if (!isFrom && plan.to !== name) continue;
      const other = isFrom ? plan.to : plan.from;
      const way = isFrom ? plan.way : undefined;
      if (cables.some((cable) => cable.other === other) || (areMembers && way === undefined)) continue;
      far.set(other, { ...far.get(other), name: other, id: this.node(other).id, ...way });
    }
    return [...far.values()];
  }
}
