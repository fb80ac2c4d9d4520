/**
 * Straight ways to peers that are relayed: this node and such a peer tell each other their addresses over the session
 * that they have, both links send probes, and what comes through is an adjacency like any other. Link state takes it
 * into use, and back when it falls silent: the way over others stays all the time.
 */
import { ReachAsk, type ReachAddresses, type ReachAnswer } from "@flor/flows";
import { earlier, type Instant, KeyedBudgets } from "@flor/machine";
import { Approach, ownCandidates, takeCandidates } from "@flor/reach";
import { Cause, type Token, TOKEN_OCTETS, tokenFrom, viewOf, writeToken } from "@flor/wire";
import type { Adjacency } from "./adjacency.ts";
import type { WantedNeighbour } from "./node-host.ts";
import type { NodeLink } from "./node-link.ts";
import type { Peer } from "./peer.ts";
import type { Sessions } from "./sessions.ts";
import { type Seeker, whyNotStraight } from "./straight-trouble.ts";
import type { ReachStatus } from "./status.ts";

/** Peers that are reached straight so, or looked for, at once. */
export const STRAIGHT_PEERS_MAX = 64;
/** Which peers to look for is looked at this often. */
const REVIEW_MS = 1000;
/** Without a session for this long nobody needs the straight way any more. */
export const UNUSED_MS = 60_000;
/** Questions of one peer answered a second, and at once: each makes this node send probes. */
const QUESTIONS_PER_SECOND = 0.5;
export const QUESTIONS_AT_ONCE = 10;
/** As many as a configuration may list. */
const QUESTIONS_PEERS_MAX = 1024;

/** The links of a node, by name. */
interface LinksOfNode {
  get(name: string): NodeLink | undefined;
  values(): Iterable<NodeLink>;
}

/** What straight paths need of their node. */
export interface StraightPathsOptions {
  readonly sessions: Sessions;
  readonly links: () => LinksOfNode;
  readonly randomFill: (octets: Uint8Array) => void;
  /** What {@link StraightPaths.wanted} has for the link changed. */
  readonly retell: (link: NodeLink) => void;
  readonly log: (level: "info", step: string, fields: Readonly<Record<string, unknown>>) => void;
}

interface Entry extends Seeker {
  readonly link: NodeLink;
  readonly approach: Approach;
  readonly token: Uint8Array;
  peerToken: Uint8Array | undefined;
  /** What the peer told last, whole. */
  told: readonly string[];
  candidates: readonly string[];
  round: number;
  usedAt: Instant;
}

/** See the head of this file. */
export class StraightPaths {
  readonly #options: StraightPathsOptions;
  /** By peer's node key. */
  readonly #entries = new Map<string, Entry>();
  readonly #questions = new KeyedBudgets<string>({
    perSecond: QUESTIONS_PER_SECOND,
    burst: QUESTIONS_AT_ONCE,
    capacity: QUESTIONS_PEERS_MAX,
  });
  #reviewAt: Instant = -Infinity;
  #now: Instant = -Infinity;

  constructor(options: StraightPathsOptions) {
    this.#options = options;
  }

  /** A link tells where it listens. */
  setAddresses(link: NodeLink, addresses: readonly string[], now: Instant): void {
    link.addresses = addresses;
    this.#handleChanged(now);
  }

  /** A neighbour tells where our frames come from. */
  handleObserved({ link, neighbour }: Adjacency, address: string, now: Instant): void {
    if (neighbour !== undefined && link.observations.set(neighbour.key, address)) this.#handleChanged(now);
  }

  /** A neighbour is heard over an adjacency, or not any more. */
  handleAlive(adjacency: Adjacency, isAlive: boolean, now: Instant): void {
    const { neighbour, link } = adjacency;
    if (neighbour === undefined) return;
    const entry = this.#entries.get(neighbour.key);
    if (entry?.link === link) entry.approach.handleDirect(isAlive, now);
    if (!link.observations.setHeard(neighbour.key, isAlive)) return;
    // Of what a silent one told others learn with the next change; what counts again may be what a round lacked.
    if (isAlive) this.#handleChanged(now);
    else this.#reviewAt = now;
  }

  /** A peer tells where it may be reached, and asks the same. */
  handleQuestion(peer: Peer, told: ReachAddresses, now: Instant): ReachAnswer {
    if (!this.#questions.take(peer.key, 1, now)) return { cause: Cause.OVERLOADED, text: "asked too often" };
    const entry = this.#entryOf(peer, now);
    if (entry === undefined) return this.#whyNot(peer);
    entry.usedAt = now;
    entry.approach.handleRound(now);
    this.#begin(entry, told);
    return { token: entry.token, addresses: this.#own(entry) };
  }

  /** The neighbours that a link is to look for, by the id of their node. */
  *wanted(link: NodeLink): IterableIterator<WantedNeighbour> {
    for (const { link: own, peer, token, peerToken, candidates, round } of this.#entries.values()) {
      if (own !== link || peerToken === undefined) continue;
      const { id } = peer.settings;
      const punch = { candidates: [...candidates], candidateToken: peerToken, round };
      yield { key: id, address: "", token, port: 0, peer: id, ...punch };
    }
  }

  /** The token that an adjacency with that node is to have; `undefined`: any. */
  tokenOf(link: NodeLink, id: string): Token | undefined {
    const entry = this.#entryWith(link, id);
    return entry && tokenFrom(entry.token);
  }

  /** Whether a link looks for that node, or has found it. */
  isSought(link: NodeLink, id: string): boolean {
    return this.#entryWith(link, id) !== undefined;
  }

  /** How a peer is reached; `undefined`: not at all. */
  status({ key, path, settings }: Peer): ReachStatus | undefined {
    if (path === undefined || settings.network !== undefined) return undefined;
    const { nextHop } = path;
    const entry = this.#entries.get(key);
    if (nextHop.key === key) {
      const isPunched = entry !== undefined && nextHop.best?.link === entry.link;
      return { kind: isPunched ? "punched" : "direct" };
    }
    const why = whyNotStraight(
      this.#link(),
      entry,
      this.#options.sessions.peers.get(key),
      this.#isConfigured(settings),
    );
    return { kind: "relayed", through: nextHop.name, ...(why !== undefined && { why }) };
  }

  nextTimeout(): Instant | undefined {
    if (this.#link() === undefined) return undefined;
    let next: Instant | undefined = this.#reviewAt;
    for (const { approach } of this.#entries.values()) next = earlier(next, approach.nextTimeout());
    return next === undefined ? undefined : Math.max(next, this.#now + 1);
  }

  handleTimeout(now: Instant): void {
    if (this.#link() === undefined) return;
    this.#now = now;
    if (now >= this.#reviewAt) this.#review(now);
    for (const entry of this.#entries.values()) if (entry.approach.isDue(now)) this.#ask(entry, now);
  }

  #review(now: Instant): void {
    this.#reviewAt = now + REVIEW_MS;
    const { sessions } = this.#options;
    for (const { peer } of sessions.carried) {
      const known = this.#entries.get(peer.key);
      if (known !== undefined) known.usedAt = now;
      else if (this.#isRelayed(peer)) this.#entryOf(peer, now);
    }
    for (const [key, { usedAt, link }] of this.#entries) {
      if (sessions.peers.has(key) && now - usedAt < UNUSED_MS && this.#options.links().get(link.name) === link)
        continue;
      this.#entries.delete(key);
      if (link.door !== undefined) this.#options.retell(link);
    }
  }

  /** A session with it is open, and what it carries crosses other nodes. */
  #isRelayed({ session, path, key, settings }: Peer): boolean {
    const isForeign = settings.network !== undefined;
    return !isForeign && session?.established === true && path !== undefined && path.nextHop.key !== key;
  }

  #entryOf(peer: Peer, now: Instant): Entry | undefined {
    const known = this.#entries.get(peer.key);
    if (known !== undefined) return known;
    const link = this.#link();
    if (link === undefined || this.#isConfigured(peer.settings) || this.#entries.size >= STRAIGHT_PEERS_MAX)
      return undefined;
    const token = new Uint8Array(TOKEN_OCTETS);
    const adjacency = link.adjacencies.get(peer.settings.id);
    if (adjacency !== undefined) writeToken(viewOf(token), 0, adjacency.localToken);
    else this.#options.randomFill(token);
    const entry: Entry = {
      peer,
      link,
      approach: new Approach(),
      token,
      peerToken: undefined,
      told: [],
      candidates: [],
      round: 0,
      usedAt: now,
    };
    if (adjacency?.alive === true) entry.approach.handleDirect(true, now);
    this.#entries.set(peer.key, entry);
    return entry;
  }

  /** Why there is no entry for a peer. */
  #whyNot({ settings }: Peer): ReachAnswer {
    const isFull = this.#link() !== undefined && !this.#isConfigured(settings);
    return isFull
      ? { cause: Cause.OVERLOADED, text: `this node looks for direct paths to ${STRAIGHT_PEERS_MAX} peers already` }
      : { cause: Cause.NOT_ALLOWED, text: "this node has no link for direct paths, or dials the peer itself" };
  }

  #ask(entry: Entry, now: Instant): void {
    const { session } = entry.peer;
    // Who has no session of its own is asked by the peer that has.
    if (session?.established !== true) return entry.approach.handleRound(now);
    const addresses = this.#own(entry);
    if (addresses.length === 0) return entry.approach.handleNothingToTell(now);
    const stream = session.connection.openStream();
    if (stream === undefined) return entry.approach.handleRound(now);
    entry.approach.handleAsked(now);
    const ask = new ReachAsk(session.connection, stream, { token: entry.token, addresses }, (answer) => {
      session.joins.delete(stream);
      if (this.#entries.get(entry.peer.key) !== entry) return;
      if (answer === undefined) entry.approach.handleRefused(this.#now);
      else {
        entry.approach.handleAnswer(this.#now);
        this.#begin(entry, answer);
      }
    });
    if (!ask.isOver) session.joins.set(stream, ask);
    this.#options.sessions.carried.touch(session);
  }

  #begin(entry: Entry, { token, addresses }: ReachAddresses): void {
    const { link, peer } = entry;
    const { taken, refused } = takeCandidates(addresses, link.observations.addresses, link.addresses);
    entry.told = addresses;
    entry.candidates = taken;
    entry.peerToken = token;
    entry.round += 1;
    const { malformed, forbidden, elsewhere } = refused;
    const fields = { peer: peer.settings.name, link: link.name, addresses: taken.join(" ") };
    this.#options.log("info", "straight-way-sought", { ...fields, refused: malformed + forbidden + elsewhere });
    this.#options.retell(link);
  }

  #own({ link, told }: Entry): readonly string[] {
    return ownCandidates(link.addresses, link.observations.addresses, told);
  }

  #handleChanged(now: Instant): void {
    for (const { approach } of this.#entries.values()) if (approach.state !== "direct") approach.handleChanged(now);
    this.#reviewAt = now;
  }

  #entryWith(link: NodeLink, id: string): Entry | undefined {
    for (const entry of this.#entries.values())
      if (entry.link === link && entry.peer.settings.id === id && entry.peerToken !== undefined) return entry;
    return undefined;
  }

  /** The link that looks for peers: the first in the configuration that can. */
  #link(): NodeLink | undefined {
    for (const link of this.#options.links().values()) if (link.canPunch && link.door !== undefined) return link;
    return undefined;
  }

  /** Its address or its way is in the configuration: that is what the operator wants. */
  #isConfigured({ links, via }: Peer["settings"]): boolean {
    return (
      via.length > 0 ||
      links.some(({ link, address }) => address !== undefined && this.#options.links().get(link) !== undefined)
    );
  }
}
