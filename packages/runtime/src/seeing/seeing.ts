/** What people ask a running node about its layer: echoes, traces, paths, and a flow to try. */
import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
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
} from "@flor/node";
import { parseDestination, peerFor, type TriedFlow, tryFlow } from "./try-flow.ts";

/** Probes of each node of a trace, and the time between two. */
const TRACE_PROBES = 5;
const TRACE_INTERVAL_MS = 50;
/** A reply later than that is none. */
const REPLY_TIMEOUT_MS = 2000;

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

/** A trace. */
export interface TraceReport {
  /** Name of the peer. */
  readonly peer: string;
  /** Where a destination was asked for: which one, and what became of a flow to it. */
  readonly destination: { readonly text: string; readonly flow: TriedFlow } | undefined;
  readonly path: Omit<SeenPath, "hops">;
  /** The peer is a host of another network: the hops end at its gateway; absent: it is none. */
  readonly beyond?: { readonly gateway: string; readonly network: string };
  readonly hops: readonly TracedHop[];
}

/** Time, and a turn of the node. */
export interface SeeingClock {
  readonly now: () => number;
  readonly wake: () => void;
}

/** See the head of this file. Every method throws an Error for people. */
export class Seeing {
  readonly #node: FlorNode;
  readonly #view: LayerView;
  readonly #clock: SeeingClock;

  constructor(node: FlorNode, clock: SeeingClock) {
    this.#node = node;
    this.#view = new LayerView(node);
    this.#clock = clock;
  }

  async echo(params: EchoParams): Promise<EchoReport> {
    const key = this.#view.keyOf(params.to);
    this.#refuseForeign(key);
    const hops =
      params.path === undefined ? this.#pathTo(key) : [...params.path.map((name) => this.#view.keyOf(name)), key];
    return { outcome: await this.#send(hops, params), path: hops.map((hop) => this.#view.nameOf(hop)) };
  }

  /** @param to a peer, the beginning of a node's id, or `host:port` */
  async trace(to: string): Promise<TraceReport> {
    const destination = to.includes(":") ? parseDestination(to) : undefined;
    if (destination === undefined && to.includes(":")) throw new Error(`${to} is not host:port`);
    const peer = destination === undefined ? to : peerFor(this.#node, destination);
    if (peer === undefined) throw new Error(`no route of this node leads to ${to}`);
    const key = this.#view.keyOf(peer);
    const more = this.#beyondOf(key);
    const hops = this.#pathTo(this.#view.gatewayTo(key) ?? key);
    const path = this.#node.topology.peerPaths.along(hops);
    const seen = path && this.#view.path(path);
    if (seen === undefined) throw new Error(`the path to ${peer} is changing: try again`);
    const traced = await Promise.all(seen.hops.map((hop, index) => this.#traceHop(hops.slice(0, index + 1), hop)));
    const { hops: _, ...rest } = this.#view.throughGateway(key, seen);
    const flow = destination && (await tryFlow(this.#node, this.#clock.now, { destination }));
    return { peer, destination: flow && { text: to, flow }, path: rest, ...more, hops: traced };
  }

  /** @param peer `undefined`: all */
  paths(peer: string | undefined): readonly SeenPaths[] {
    const keys = peer === undefined ? [...this.#node.sessions.peers.keys()] : [this.#view.keyOf(peer)];
    return keys.map((key) => this.#view.paths(key, this.#clock.now()));
  }

  topology(): SeenLayer {
    return this.#view.layer();
  }

  /** Opens a flow through a peer, and ends it. Throws at once where the peer is unknown. */
  tryFlow(peer: string): Promise<TriedFlow> {
    const { sessions, areas } = this.#node;
    if (sessions.named(peer) === undefined && !areas.areas.isForeignName(peer))
      throw new Error(`${peer} is not a peer of this node`);
    return tryFlow(this.#node, this.#clock.now, { through: [peer] });
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
    probe(this.#node, hops, options, this.#clock.now(), resolve);
    this.#clock.wake();
    return promise;
  }

  #pathTo(key: string): readonly string[] {
    const { peerPaths } = this.#node.topology;
    const path = peerPaths.inUse(key)?.path ?? peerPaths.cheapest(key);
    if (path !== undefined) return path.hops;
    throw new Error(`there is no path to ${this.#view.nameOf(key)} at the moment: flor status says why`);
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
