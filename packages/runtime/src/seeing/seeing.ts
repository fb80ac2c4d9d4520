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

/** See the head of this file. Every method throws an Error for people. */
export interface Seeing {
  echo(params: EchoParams): Promise<EchoReport>;
  /** @param to a peer, the beginning of a node's id, or `host:port` */
  trace(to: string): Promise<TraceReport>;
  /** @param peer `undefined`: all */
  paths(peer: string | undefined): readonly SeenPaths[];
  topology(): SeenLayer;
  /** Opens a flow through a peer, and ends it. */
  tryFlow(peer: string): Promise<TriedFlow>;
}

/** Time, and a turn of the node. */
export interface SeeingClock {
  readonly now: () => number;
  readonly wake: () => void;
}

/** What people may ask of this node. */
export function seeingOf(node: FlorNode, { now, wake }: SeeingClock): Seeing {
  const view = new LayerView(node);
  const nameOf = (key: string): string => view.nameOf(key);

  const send = (hops: readonly string[], { run, sequence, octets, timeoutMs }: EchoParams): Promise<EchoOutcome> => {
    const { promise, resolve } = Promise.withResolvers<EchoOutcome>();
    const asked = { run, sequence, octets: octets ?? 0, isWhole: octets !== undefined };
    probe(node, hops, { ...asked, timeoutMs: timeoutMs ?? REPLY_TIMEOUT_MS, nameOf }, now(), resolve);
    wake();
    return promise;
  };

  const pathTo = (key: string): readonly string[] => {
    const { peerPaths } = node.topology;
    const path = peerPaths.inUse(key)?.path ?? peerPaths.cheapest(key);
    if (path === undefined) throw new Error(`there is no path to ${nameOf(key)} at the moment: flor status says why`);
    return path.hops;
  };

  /** Echoes are answered along labels that both ends know of; a gateway's lead from host to host. */
  const refuseForeign = (key: string): void => {
    const network = view.foreignNetworkOf(key);
    if (network === undefined) return;
    const gateway = view.gatewayTo(key);
    const advice = gateway === undefined ? `flor doctor ${nameOf(key)}` : `try flor ping ${nameOf(gateway)}`;
    throw new Error(`${nameOf(key)} is of another network, ${network}, and echoes end at the gateway: ${advice}`);
  };

  const beyondOf = (key: string): Pick<TraceReport, "beyond"> => {
    const [network, gateway] = [view.foreignNetworkOf(key), view.gatewayTo(key)];
    if (network === undefined) return {};
    if (gateway === undefined)
      throw new Error(`no way leads to ${nameOf(key)} now: flor doctor ${nameOf(key)} says why`);
    return { beyond: { gateway: nameOf(gateway), network } };
  };

  const traceHop = async (hops: readonly string[], hop: SeenHop): Promise<TracedHop> => {
    const run = randomRun();
    const asked = Array.from({ length: TRACE_PROBES }, async (_, index) => {
      await wait(index * TRACE_INTERVAL_MS);
      return send(hops, { to: "", run, sequence: index + 1 });
    });
    return tracedHop(hop, await Promise.all(asked));
  };

  return {
    async echo(params) {
      const key = view.keyOf(params.to);
      refuseForeign(key);
      const hops = params.path === undefined ? pathTo(key) : [...params.path.map((name) => view.keyOf(name)), key];
      return { outcome: await send(hops, params), path: hops.map(nameOf) };
    },
    async trace(to) {
      const destination = to.includes(":") ? parseDestination(to) : undefined;
      if (destination === undefined && to.includes(":")) throw new Error(`${to} is not host:port`);
      const peer = destination === undefined ? to : peerFor(node, destination);
      if (peer === undefined) throw new Error(`no route of this node leads to ${to}`);
      const key = view.keyOf(peer);
      const more = beyondOf(key);
      const hops = pathTo(view.gatewayTo(key) ?? key);
      const path = node.topology.peerPaths.along(hops);
      const seen = path && view.path(path);
      if (seen === undefined) throw new Error(`the path to ${peer} is changing: try again`);
      const traced = await Promise.all(seen.hops.map((hop, index) => traceHop(hops.slice(0, index + 1), hop)));
      const { hops: _, ...rest } = view.throughGateway(key, seen);
      const flow = destination && (await tryFlow(node, now, { destination }));
      return { peer, destination: flow && { text: to, flow }, path: rest, ...more, hops: traced };
    },
    paths: (peer) => {
      const keys = peer === undefined ? [...node.sessions.peers.keys()] : [view.keyOf(peer)];
      return keys.map((key) => view.paths(key, now()));
    },
    topology: () => view.layer(),
    tryFlow: (peer) => {
      if (node.sessions.named(peer) === undefined && !node.areas.areas.isForeignName(peer))
        throw new Error(`${peer} is not a peer of this node`);
      return tryFlow(node, now, { through: [peer] });
    },
  };
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
