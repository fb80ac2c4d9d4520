/** What people ask a running node about its layer: echoes, traces, paths, and a flow to try. */
import { randomBytes } from "node:crypto";
import { setImmediate as aTurn, setTimeout as wait } from "node:timers/promises";
import { parseAuthority } from "@flor/inbounds";
import {
  ECHO_RUN_CHARACTERS,
  type EchoOutcome,
  type FlorNode,
  LayerView,
  probe,
  type SeenHop,
  type SeenLayer,
  type SeenPath,
  type SeenPaths,
  UnknownNameError,
} from "@flor/node";
import { Cause, causeName, type Destination } from "@flor/wire";
import type { TakenRoute } from "./taken-route.ts";
import { type TriedFlow, tryFlow } from "./try-flow.ts";

/** Probes of each node of a trace, and the time between two. */
const TRACE_PROBES = 5;
const TRACE_INTERVAL_MS = 50;
/** A reply later than that is none. */
const REPLY_TIMEOUT_MS = 2000;
/** What becomes of an echo to a peer without a path. */
const NO_PATH = "no path to it now";
/** Asked of nobody: the name is of a network of this node, and no service of it. */
const NO_SUCH_NAME = causeName(Cause.NAME_NOT_FOUND);

/** One echo. */
export interface EchoParams {
  readonly to: string;
  /** Names of the nodes on the way; `undefined`: the path in use. */
  readonly path?: readonly string[];
  /** 16 hexadecimal digits. */
  readonly run: string;
  readonly sequence: number;
  /** Of the echo, and of its reply. @default as few as it needs */
  readonly octets?: number;
  readonly timeoutMs?: number;
}

/** What became of it. */
export interface EchoReport {
  readonly outcome: EchoOutcome;
  /** Names of the nodes on the way, it last. */
  readonly path: readonly string[];
}

/** One node of a trace. */
export interface TracedHop extends SeenHop {
  readonly sent: number;
  /** Of them, those that reached it; `undefined`: nothing came back that would tell. */
  readonly reached: number | undefined;
  /** Replies. */
  readonly replied: number;
  /** Round trips, milliseconds; `undefined`: no reply. */
  readonly leastMs: number | undefined;
  readonly meanMs: number | undefined;
  readonly mostMs: number | undefined;
  /** Why there is none. */
  readonly problem: string | undefined;
}

/** A destination that was asked for. */
export interface TracedDestination {
  readonly text: string;
  /** The first route that fits; absent: none does, or the destination is a service of this network. */
  readonly route?: TakenRoute;
  /** What became of a flow to it. */
  readonly flow: TriedFlow;
}

/** A trace. */
export interface TraceReport {
  /** Name of the peer. */
  readonly peer: string;
  /** Where a destination was asked for. */
  readonly destination: TracedDestination | undefined;
  readonly path: Omit<SeenPath, "hops">;
  /** The peer is a host of another network: the hops end at its gateway; absent: it is none. */
  readonly beyond?: { readonly gateway: string; readonly network: string };
  readonly hops: readonly TracedHop[];
}

/** What people's questions need beside the node. */
export interface SeeingHost {
  readonly now: () => number;
  /** Asks for a turn of the node. */
  readonly wake: () => void;
  /** The route that a destination takes now; `undefined`: none leads there. */
  readonly routeFor: (destination: Destination) => TakenRoute | undefined;
}

/** See the head of this file. Every method throws an Error for people. */
export class Seeing {
  readonly #node: FlorNode;
  readonly #view: LayerView;
  readonly #host: SeeingHost;

  constructor(node: FlorNode, host: SeeingHost) {
    this.#node = node;
    this.#view = new LayerView(node);
    this.#host = host;
  }

  /** An echo; that there is no path to the peer now is its outcome. */
  async echo(params: EchoParams): Promise<EchoReport> {
    const key = this.#view.keyOf(params.to);
    this.#refuseForeign(key);
    const hops = params.path === undefined ? this.#pathInUse(key) : this.#pathOver(params.path, key);
    if (hops === undefined) return { outcome: { problem: NO_PATH }, path: [] };
    return { outcome: await this.#send(hops, params), path: hops.map((hop) => this.#view.nameOf(hop)) };
  }

  /** @param to a peer, the beginning of a node's id, or `host:port` */
  async trace(to: string): Promise<TraceReport> {
    const destination = to.includes(":") ? destinationOf(to) : undefined;
    // The flow goes first: it says which of a route's peers, or of a service's publishers, is asked.
    const asked = destination && (await this.#tryDestination(to, destination));
    const peer = asked === undefined ? to : peerOf(asked);
    if (peer === undefined) throw new Error(whyNowhere(to, asked));
    const key = this.#view.keyOf(peer);
    const more = this.#beyondOf(key);
    const hops = this.#pathTo(this.#view.gatewayTo(key) ?? key, asked);
    const path = this.#node.topology.peerPaths.along(hops);
    const seen = path && this.#view.path(path);
    if (seen === undefined) throw new Error(`the path to ${peer} is changing: try again`);
    const traced = await Promise.all(seen.hops.map((hop, index) => this.#traceHop(hops.slice(0, index + 1), hop)));
    const { hops: _, ...rest } = this.#view.throughGateway(key, seen);
    return { peer, destination: asked, path: rest, ...more, hops: traced };
  }

  /** @param peer `undefined`: all */
  async paths(peer: string | undefined): Promise<readonly SeenPaths[]> {
    const keys = peer === undefined ? [...this.#node.sessions.peers.keys()] : [this.#view.keyOf(peer)];
    const seen: SeenPaths[] = [];
    // Each is some computations of the whole layer: in a large one frames must not wait for all of them.
    for (const key of keys) {
      if (seen.length > 0) await aTurn();
      seen.push(this.#view.paths(key, this.#host.now()));
    }
    return seen;
  }

  topology(): SeenLayer {
    return this.#view.layer();
  }

  /** Opens a flow through a peer, and ends it. Throws at once where the peer is unknown. */
  tryFlow(peer: string): Promise<TriedFlow> {
    const { sessions, areas } = this.#node;
    if (sessions.named(peer) === undefined && !areas.areas.isForeignName(peer))
      throw new UnknownNameError(`${peer} is not a peer of this node`);
    return tryFlow(this.#node, this.#host.now, { through: [peer] });
  }

  async #traceHop(hops: readonly string[], hop: SeenHop): Promise<TracedHop> {
    const run = randomRun();
    const asked = Array.from({ length: TRACE_PROBES }, async (_, index) => {
      await wait(index * TRACE_INTERVAL_MS);
      return this.#send(hops, { to: "", run, sequence: index + 1 });
    });
    return tracedHop(hop, await Promise.all(asked));
  }

  #send(hops: readonly string[], { run, sequence, octets, timeoutMs }: EchoParams): Promise<EchoOutcome> {
    const { promise, resolve } = Promise.withResolvers<EchoOutcome>();
    const nameOf = (key: string): string => this.#view.nameOf(key);
    const asked = { run, sequence, octets: octets ?? 0, isWhole: octets !== undefined };
    const options = { ...asked, timeoutMs: timeoutMs ?? REPLY_TIMEOUT_MS, nameOf };
    probe(this.#node, hops, options, this.#host.now(), resolve);
    this.#host.wake();
    return promise;
  }

  async #tryDestination(text: string, destination: Destination): Promise<TracedDestination> {
    const flow = await tryFlow(this.#node, this.#host.now, { destination });
    const route = flow.service === undefined ? this.#host.routeFor(destination) : undefined;
    return { text, ...(route && { route }), flow };
  }

  /** The nodes on the path that is used, or would be; `undefined`: there is none. */
  #pathInUse(key: string): readonly string[] | undefined {
    const { peerPaths } = this.#node.topology;
    return (peerPaths.inUse(key)?.path ?? peerPaths.cheapest(key))?.hops;
  }

  #pathTo(key: string, asked: TracedDestination | undefined): readonly string[] {
    const hops = this.#pathInUse(key);
    if (hops !== undefined) return hops;
    const name = this.#view.nameOf(key);
    const why = asked?.route && `the route to ${asked.route.to} sends ${asked.text} through ${name}, and `;
    throw new Error(`${why ?? ""}there is no path to ${name} now: flor doctor ${name} says why`);
  }

  /** The path that people demand. */
  #pathOver(names: readonly string[], key: string): readonly string[] {
    const hops = [...names.map((name) => this.#view.keyOf(name)), key];
    if (this.#node.topology.peerPaths.edgesOf(hops) !== undefined) return hops;
    const said = hops.map((hop) => this.#view.nameOf(hop)).join(" → ");
    throw new Error(`there is no path by ${said}: each must be adjacent to the next; flor topology shows who is`);
  }

  /** Echoes are answered along labels that both ends know of; a gateway's lead from host to host. */
  #refuseForeign(key: string): void {
    const network = this.#view.foreignNetworkOf(key);
    if (network === undefined) return;
    const [name, gateway] = [this.#view.nameOf(key), this.#view.gatewayTo(key)];
    const advice = gateway === undefined ? `flor doctor ${name}` : `try flor ping ${this.#view.nameOf(gateway)}`;
    throw new Error(`${name} is of another network, ${network}, and echoes end at the gateway: ${advice}`);
  }

  #beyondOf(key: string): Pick<TraceReport, "beyond"> {
    const [network, gateway] = [this.#view.foreignNetworkOf(key), this.#view.gatewayTo(key)];
    if (network === undefined) return {};
    const name = this.#view.nameOf(key);
    if (gateway === undefined) throw new Error(`no way leads to ${name} now: flor doctor ${name} says why`);
    return { beyond: { gateway: this.#view.nameOf(gateway), network } };
  }
}

function destinationOf(text: string): Destination {
  const destination = parseAuthority(text);
  if (destination !== undefined) return destination;
  throw new UnknownNameError(`${text} is not host:port; an IPv6 address stands in brackets, as in [2001:db8::7]:443`);
}

/** The peer that was asked, or would be if it could; `undefined`: nobody. */
function peerOf({ flow, route }: TracedDestination): string | undefined {
  if (flow.peer !== "") return flow.peer;
  return flow.service !== undefined || flow.cause === NO_SUCH_NAME ? undefined : route?.through[0];
}

function whyNowhere(text: string, asked: TracedDestination | undefined): string {
  const { service, cause } = asked?.flow ?? {};
  if (service !== undefined)
    return `${text} is the service ${service}, which no other node served: ${cause}; flor services lists who publishes it`;
  if (cause === NO_SUCH_NAME)
    return `${text} has a name of this network and is no service of it: flor services lists them`;
  return `no route of this node leads to ${text}: list one in the configuration, under routes`;
}

function tracedHop(hop: SeenHop, outcomes: readonly EchoOutcome[]): TracedHop {
  const replies = outcomes.filter((outcome) => "rttMs" in outcome);
  const rtts = replies.map(({ rttMs }) => rttMs);
  const problem = outcomes.find((outcome) => "problem" in outcome)?.problem;
  return {
    ...hop,
    sent: outcomes.length,
    reached: replies.length === 0 ? undefined : Math.max(...replies.map(({ reached }) => reached)),
    replied: replies.length,
    leastMs: rtts.length === 0 ? undefined : Math.min(...rtts),
    meanMs: rtts.length === 0 ? undefined : rtts.reduce((sum, rtt) => sum + rtt, 0) / rtts.length,
    mostMs: rtts.length === 0 ? undefined : Math.max(...rtts),
    problem: replies.length === 0 ? problem : undefined,
  };
}

function randomRun(): string {
  return randomBytes(ECHO_RUN_CHARACTERS / 2).toString("hex");
}
