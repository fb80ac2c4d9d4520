/**
 * The verdict of traffic on a path. Hellos tell of each link alone: a node on the way that drops what it should forward
 * still answers them. So where a session's packets are not acknowledged, an echo as long as they are asks the path in use
 * and others; if it is silent while another answers, it is left.
 */
import { earlier, type Instant } from "@flor/machine";
import type { Path } from "@flor/link-state";
import type { EchoOutcome } from "./echoes.ts";
import type { NodeHost } from "./node-host.ts";
import { probe, type Probing } from "./probe.ts";
import type { Sessions } from "./sessions.ts";
import { viewOf } from "@flor/wire";
import type { CarriedSession } from "./carried-session.ts";
import type { Peer } from "./peer.ts";

/** Nothing is acknowledged for this long after a time-out, and for two in a row. */
const SILENT_MS = 1000;
/** A time-out, and one twice as long (RFC 9002 section 6.2.1). */
const TWO_TIMEOUTS = 3;
/** Time for echoes to come back, beside some round trips. */
const ECHO_MS = 500;
/** Likewise where a second path is ready. */
const READY_ECHO_MS = 30;
const ECHO_ROUND_TRIPS = 3;
/** Other paths that are asked at once. */
const OTHERS_MAX = 2;
/** A peer whose path answered, or that nothing reaches, is looked at again after this time. */
const AGAIN_MS = 5000;
/** Likewise where a second path is ready: a late acknowledgement must not hide that the path is gone. */
const READY_AGAIN_MS = 500;

/** Before flows may return to a path that was left, it is asked again. */
const TRY_BEFORE_MS = 2000;
const TRY_TIMEOUT_MS = 1500;
/** As long as any packet of a session that did not probe its path yet. */
const TRY_OCTETS = 1232;

/** What the verdict needs of the node. */
export interface PathVerdictOptions {
  readonly sessions: () => Iterable<CarriedSession>;
  readonly inUse: (nodeKey: string) => Path | undefined;
  readonly alternatives: (nodeKey: string, now: Instant) => readonly Path[];
  /** Sends an echo of so many octets over the nodes of a path, and back. */
  readonly echo: (
    path: Path,
    options: { readonly octets: number; readonly timeoutMs: number },
    now: Instant,
    settle: (outcome: EchoOutcome) => void,
  ) => void;
  readonly leave: (peer: Peer, other: Path) => void;
  /** Paths that were left, and until when. */
  readonly held: () => Iterable<{ readonly key: string; readonly path: Path; readonly until: Instant }>;
  readonly keepLeft: (nodeKey: string, path: Path) => void;
}

/** See the head of this file. */
export class PathVerdict {
  readonly #options: PathVerdictOptions;
  /** Peers that were looked at, and when they may be again; no more than there are peers. */
  readonly #again = new Map<Peer, Instant>();

  #now: Instant = -Infinity;
  /** Paths that were left and are asked for this end of their time. */
  readonly #tried = new Map<Path, Instant>();

  constructor(options: PathVerdictOptions) {
    this.#options = options;
  }

  nextTimeout(): Instant | undefined {
    let next: Instant | undefined;
    for (const session of this.#options.sessions()) next = earlier(next, this.#dueAt(session));
    for (const { path, until } of this.#options.held())
      if (this.#tried.get(path) !== until && until > this.#now) next = earlier(next, until - TRY_BEFORE_MS);
    return next;
  }

  handleTimeout(now: Instant): void {
    this.#now = now;
    for (const session of this.#options.sessions()) {
      const dueAt = this.#dueAt(session);
      if (dueAt !== undefined && dueAt <= now) this.#examine(session, now);
    }
    for (const [peer, at] of this.#again) if (at <= now) this.#again.delete(peer);
    for (const { key, path, until } of this.#options.held())
      if (now >= until - TRY_BEFORE_MS && this.#tried.get(path) !== until) this.#try(key, path, until, now);
    for (const [path, until] of this.#tried) if (until <= now) this.#tried.delete(path);
  }

  /**
   * A hop that is silent is left by its hellos; where nothing carries yet, nothing can be compared. Time-outs are not waited
   * for: each packet of a steady stream puts them off. Where a second path is ready, one is enough to ask.
   */
  #dueAt({ connection, peer }: CarriedSession): Instant | undefined {
    const { silentSince: since, probeTimeoutMs } = connection;
    if (since === undefined || peer.path?.nextHop.isHeard !== true) return undefined;
    const silentMs = isReady(peer)
      ? probeTimeoutMs
      : Math.max(TWO_TIMEOUTS * probeTimeoutMs, probeTimeoutMs + SILENT_MS);
    return Math.max(since + silentMs, this.#again.get(peer) ?? -Infinity);
  }

  #try(key: string, path: Path, until: Instant, now: Instant): void {
    if (until <= now) return;
    this.#tried.set(path, until);
    const asked = { octets: Math.min(path.payloadMtu, TRY_OCTETS), timeoutMs: TRY_TIMEOUT_MS };
    this.#options.echo(path, asked, now, (outcome) => {
      if (!("rttMs" in outcome)) this.#options.keepLeft(key, path);
    });
  }

  #examine({ connection, peer }: CarriedSession, now: Instant): void {
    this.#again.set(peer, now + (isReady(peer) ? READY_AGAIN_MS : AGAIN_MS));
    const used = this.#options.inUse(peer.key);
    const others = this.#options.alternatives(peer.key, now).slice(0, OTHERS_MAX);
    if (used === undefined || others.length === 0) return;
    const { rttMs, datagramOctets } = connection.statistics();
    const timeoutMs = (isReady(peer) ? READY_ECHO_MS : ECHO_MS) + ECHO_ROUND_TRIPS * rttMs;
    const octetsOf = ({ payloadMtu }: Path): number => Math.min(payloadMtu, datagramOctets);
    const outcomes = new Map<Path, boolean>();
    for (const path of [used, ...others]) {
      this.#options.echo(path, { octets: octetsOf(path), timeoutMs }, now, (outcome) => {
        outcomes.set(path, "rttMs" in outcome);
        const isWhole = outcomes.size === others.length + 1;
        const other = others.find((one) => outcomes.get(one) === true);
        if (!isWhole || other === undefined || outcomes.get(used) === true) return;
        if (this.#options.inUse(peer.key) === used) this.#options.leave(peer, other);
      });
    }
  }
}

/** A second path that shares no node with the one in use is ready. */
function isReady({ settings }: Peer): boolean {
  return settings.disjoint === true;
}

/** The verdict of a node's traffic on its paths. */
export function pathVerdictOf(
  node: Probing & { readonly sessions: Pick<Sessions, "carried"> },
  host: Pick<NodeHost, "randomFill" | "log">,
  now: () => Instant,
): PathVerdict {
  const { sessions, topology } = node;
  return new PathVerdict({
    sessions: () => sessions.carried,
    inUse: (key) => topology.peerPaths.inUse(key)?.path,
    alternatives: (key, at) => topology.peerPaths.alternatives(key, at),
    echo: ({ hops }, asked, at, settle) => {
      const request = { ...asked, run: runOf(host), sequence: 1, isWhole: true, nameOf: String };
      probe(node, hops, request, at, settle);
    },
    held: () => topology.peerPaths.held(),
    keepLeft: (key, path) => topology.peerPaths.keepLeft(key, path, now()),
    leave: ({ key, settings: { name } }, other) => {
      host.log("warn", "path-left", { peer: name, reason: "it carries nothing, and another does" });
      topology.leavePath(key, other, now());
    },
  });
}

/** A run of echoes of its own. */
function runOf(host: Pick<NodeHost, "randomFill">): string {
  const octets = new Uint8Array(8);
  host.randomFill(octets);
  return viewOf(octets).getBigUint64(0).toString(16).padStart(16, "0");
}
