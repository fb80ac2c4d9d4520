/**
 * Networks of different owners at a node: crossings (packages/areas) over streams of its sessions, their labels in its label map,
 * and hosts of other networks as peers that exchange flows with it, and nothing else.
 */
import {
  type AreaSettings,
  Areas,
  type ForeignHost,
  type HostWay,
  narrower,
  NO_AREAS,
  type Room,
  type Side,
} from "@flor/areas";
import { AreaChannel, type EgressFlow, type IngressFlow } from "@flor/flows";
import type { IncomingLabelMap, LabelPath } from "@flor/label";
import { earlier, type Instant } from "@flor/machine";
import { type AllowedPeers, encodeNodeId, type Verifier } from "@flor/quic";
import { type AreaMessage, Cause } from "@flor/wire";
import type { CarriedSession } from "../carried-session.ts";
import type { NextHop } from "../forward.ts";
import type { Neighbour } from "../neighbour.ts";
import type { NodeHost } from "../node-host.ts";
import { type Peer, WAITING_FLOWS_MAX } from "../peer.ts";
import type { Sessions } from "../sessions.ts";
import type { PeerSettings } from "../settings.ts";
import { AreaLabels, stackBy } from "./area-labels.ts";
import { ForeignWaits } from "./foreign-waits.ts";

/** Messages for one peer that wait for a session with it at most; what is beyond is asked for again. */
export const AREA_PENDING_MAX = 1024;
/** Sessions that no crossing needs are let go this often. */
const REVIEW_MS = 60_000;

/** Options of {@link NodeAreas}. */
export interface NodeAreasOptions {
  readonly ownKey: string;
  readonly settings: AreaSettings | undefined;
  readonly verify: Verifier;
  readonly host: NodeHost;
  readonly sessions: Sessions;
  readonly labels: IncomingLabelMap<NextHop>;
  readonly allowed: AllowedPeers;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly now: () => Instant;
  /** A frame carried the label of a way that is gone. */
  readonly handleGoneLabel: () => void;
  /** The session sends what it has, now. */
  readonly serve: (session: CarriedSession) => void;
  /** A host that the flow waits for is known now, or has a way again. */
  readonly retry: (flow: IngressFlow) => void;
  /** A host that the flow waits for cannot be reached. */
  readonly handleUnreachable: (flow: IngressFlow, cause: Cause, by: string, text: string) => void;
}

/** See the head of this file. */
export class NodeAreas {
  readonly areas: Areas;
  readonly #options: NodeAreasOptions;
  readonly #labels: AreaLabels;
  readonly #waits = new ForeignWaits();
  /** By the peer's node key. */
  readonly #channels = { asking: new Map<string, AreaChannel>(), asked: new Map<string, AreaChannel>() };
  /** Messages for peers with whom a session is being opened. */
  readonly #pending = new Map<string, AreaMessage[]>();
  /** Channels that ended since the last turn. */
  #lost: (readonly [peer: string, side: Side])[] = [];
  /** Names that flows want since the last turn: what an answer does to a flow must not happen while it is being routed. */
  #wanted: string[] = [];
  /** Peers with whom a session is held for crossings. */
  readonly #held = new Set<Peer>();
  #reviewAt: Instant | undefined;

  constructor(options: NodeAreasOptions) {
    this.#options = options;
    const { ownKey, host, labels, sessions, handleGoneLabel, random, verify } = options;
    this.#labels = new AreaLabels({ labels, peer: (key) => sessions.peers.get(key), handleGone: handleGoneLabel });
    const doors = {
      send: (peer: string, side: Side, message: AreaMessage): void => this.#send(peer, side, message),
      wayTo: (peer: string): Room | undefined => this.#wayTo(peer),
      bind: (way: Pick<HostWay, "peer" | "label">, now: Instant): number | undefined => this.#labels.bind(way, now),
      release: (label: number, now: Instant): void => this.#labels.release(label, now),
      isInUse: (key: string): boolean => this.#isInUse(key),
    };
    const observer = {
      handleForeign: (foreign: ForeignHost): string | undefined => this.#handleForeign(foreign),
      handleForeignGone: (foreign: ForeignHost, reason: string): void => this.#handleForeignGone(foreign, reason),
      handleRefused: (name: string, { cause, text }: { readonly cause: Cause; readonly text: string }): void => {
        host.log("info", "foreign-refused", { host: name, reason: text });
        for (const flow of this.#waits.take(name))
          if (!this.#waits.has(flow)) options.handleUnreachable(flow, cause, name, text);
      },
    };
    const unixMs = (): number => host.unixSeconds() * 1000;
    this.areas = new Areas({ ownKey, verify, unixMs, random, doors, observer }, options.settings ?? NO_AREAS);
  }

  /** Takes other settings; what they do not allow any more ends now. */
  apply(settings: AreaSettings): void {
    this.areas.apply(settings, this.#options.now());
  }

  /** This node has another key from now on: gateways are asked over sessions with it, those before are left. */
  takeKey(ownKey: string): void {
    this.areas.takeKey(ownKey, this.#options.now());
    const asking = [...this.#channels.asking];
    for (const session of this.#options.sessions.carried)
      for (const [, channel] of asking)
        if (session.joins.get(channel.stream) === channel) this.#leave(session, channel);
  }

  #leave(session: CarriedSession, channel: AreaChannel): void {
    channel.close("this node has another key");
    this.#options.sessions.carried.touch(session);
  }

  /** Who is a member of this node's networks may be others now. */
  handleMembersChanged(): void {
    this.areas.handleMembersChanged(this.#options.now());
  }

  /** Who became a peer is no host of another network any more; and who is no peer any more leads nowhere. */
  handlePeers(added: readonly string[], removed: readonly string[]): void {
    const now = this.#options.now();
    for (const key of added) this.areas.removeHost(key, "it is a peer of this node now", now);
    for (const key of removed) {
      this.#pending.delete(key);
      this.areas.handleLost(key, undefined, now);
    }
  }

  /** Step 3 for a name such as `b.work`: whether it is one, the flow waits for its host then, or why not. */
  want(name: string, flow: IngressFlow): Cause | "not-foreign" | "known" | undefined {
    if (!this.areas.isForeignName(name)) return "not-foreign";
    const isKnown = this.#options.sessions.named(name) !== undefined;
    if (!isKnown && !this.#waits.add(name, flow, WAITING_FLOWS_MAX)) return Cause.OVERLOADED;
    this.#note(name);
    return isKnown ? "known" : undefined;
  }

  /** A flow goes over a session with a peer: a host of another network is wanted, whose way may have ended since. */
  handleFlow({ settings: { name, network } }: Peer): void {
    if (network !== undefined) this.#note(name);
  }

  /** The flow waits for no name any more. */
  stopWaiting(flow: IngressFlow): void {
    this.#waits.delete(flow);
  }

  /** A peer opens a channel: it leads hosts of another network here, or wants to be led. */
  accept(flow: EgressFlow, session: CarriedSession, early: Uint8Array): void {
    const { peer } = session;
    const before = this.#channels.asked.get(peer.key);
    // It may be over at once: the peer has left it already.
    let channel: AreaChannel | undefined;
    const owner = this.#ownerOf(session, "asked", flow.stream, () => channel);
    channel = AreaChannel.accept(session.connection, flow.stream, owner);
    if (channel.isOver) return this.#options.sessions.carried.touch(session);
    session.joins.set(flow.stream, channel);
    this.#channels.asked.set(peer.key, channel);
    // What was asked for over an older one went with it.
    if (before !== undefined) this.areas.handleLost(peer.key, "asked", this.#options.now());
    channel.handleEarly(early);
    this.#options.sessions.carried.touch(session);
  }

  /** A session of this node's stands: what waited for it goes out. */
  handleSessionReady(session: CarriedSession): void {
    if (this.#pending.has(session.peer.key)) this.#open(session);
  }

  /** The path to a peer is another. */
  handlePathChanged({ key }: Peer): void {
    this.#labels.handlePathChanged(key);
    this.areas.handlePathChanged(key, this.#options.now());
    for (const host of this.areas.hosts.all()) if (host.way?.peer === key) this.#setPath(host);
  }

  /** What is known of the layer changed: peers on ways may be out of reach, or within it again. */
  handleLayerChanged(): void {
    const { sessions, now } = this.#options;
    for (const key of this.areas.crossings.peers)
      if (sessions.peers.get(key)?.path?.nextHop.isHeard !== true) this.areas.handlePathChanged(key, now());
  }

  nextTimeout(): Instant | undefined {
    if (this.#lost.length > 0 || this.#wanted.length > 0) return -Infinity;
    const next = earlier(this.areas.nextTimeout(), this.#labels.nextTimeout());
    return earlier(next, this.#reviewAt);
  }

  handleTimeout(now: Instant): void {
    const [lost, wanted] = [this.#lost, this.#wanted];
    this.#lost = [];
    this.#wanted = [];
    for (const [peer, side] of lost) this.areas.handleLost(peer, side, now);
    for (const name of new Set(wanted)) this.areas.want(name, now);
    this.areas.handleTimeout(now);
    this.#labels.handleTimeout(now);
    if ((this.#reviewAt ?? Infinity) <= now) this.#review(now);
  }

  #note(name: string): void {
    this.#wanted.push(name);
    this.#options.host.wake();
  }

  #send(key: string, side: Side, message: AreaMessage): void {
    const channel = this.#channels[side].get(key);
    if (channel !== undefined) return this.#sendOn(key, channel, message);
    const peer = this.#options.sessions.peers.get(key);
    if (side === "asked" || peer === undefined) return;
    const pending = this.#pending.get(key) ?? [];
    if (pending.length < AREA_PENDING_MAX) pending.push(message);
    this.#pending.set(key, pending);
    const { session } = peer;
    // What is asked with a new key goes over a session with it.
    if (session?.established === true && !session.isRetiring) return this.#open(session);
    this.#held.add(peer);
    this.#options.sessions.lean(peer, true);
    this.#reviewAt ??= this.#options.now() + REVIEW_MS;
    this.#options.host.wake();
  }

  #sendOn(key: string, channel: AreaChannel, message: AreaMessage): void {
    channel.send(message);
    for (const session of this.#options.sessions.carried)
      if (session.peer.key === key && session.joins.get(channel.stream) === channel)
        this.#options.sessions.carried.touch(session);
  }

  #open(session: CarriedSession): void {
    const { key } = session.peer;
    const stream = session.connection.openStream();
    // Without one now, the ask is over in time, and made again.
    if (stream === undefined) return void this.#pending.delete(key);
    let channel: AreaChannel | undefined;
    const owner = this.#ownerOf(session, "asking", stream, () => channel);
    channel = AreaChannel.open(session.connection, stream, owner);
    if (channel.isOver) return void this.#pending.delete(key);
    session.joins.set(stream, channel);
    this.#channels.asking.set(key, channel);
    const pending = this.#pending.get(key) ?? [];
    this.#pending.delete(key);
    for (const message of pending) channel.send(message);
    this.#options.sessions.carried.touch(session);
  }

  #ownerOf(
    session: CarriedSession,
    side: Side,
    stream: number,
    channel: () => AreaChannel | undefined,
  ): ConstructorOwner {
    const { key } = session.peer;
    return {
      handleMessage: (message) => this.areas.handleMessage(key, side, message, this.#options.now()),
      handleBlocked: (writer) => session.handleStreamBlocked(writer),
      handleEnded: (reason) => {
        session.joins.delete(stream);
        const ended = channel();
        if (ended === undefined || this.#channels[side].get(key) !== ended) return;
        this.#channels[side].delete(key);
        this.#options.host.log("debug", "area-channel-ended", { peer: session.peerName, side, reason });
        this.#lost.push([key, side]);
        this.#options.host.wake();
      },
    };
  }

  #wayTo(key: string): Room | undefined {
    const path = this.#options.sessions.peers.get(key)?.path;
    // A neighbour that is silent leads nowhere: another gateway may.
    if (path?.nextHop.isHeard !== true) return undefined;
    return { whole: path.payloadMtu, unsegmented: path.unsegmentedPayloadMtu };
  }

  #isInUse(key: string): boolean {
    const peer = this.#options.sessions.peers.get(key);
    if (peer === undefined || peer.waiting.size > 0) return peer !== undefined;
    for (const session of this.#options.sessions.carried)
      if (session.peer === peer && session.flows.size > 0) return true;
    return false;
  }

  #handleForeign(foreign: ForeignHost): string | undefined {
    const { sessions, allowed, host } = this.#options;
    const { key, name, publicKey } = foreign;
    const known = sessions.peers.get(key);
    if (known === undefined) {
      if (sessions.named(name) !== undefined) return `a peer of this node is called ${name}`;
      try {
        allowed.add(publicKey, "session");
      } catch {
        return "its key cannot be told from another peer's";
      }
      const settings = settingsOf(foreign);
      sessions.apply({ wanted: [], added: [settings], changed: [], removed: [] }, () => "");
      host.log("info", "foreign-host", { host: name, id: settings.id });
    } else if (known.settings.network === undefined) return `it is the peer ${known.settings.name} of this node`;
    this.#setPath(foreign);
    if (foreign.way !== undefined) for (const flow of this.#waits.take(name)) this.#options.retry(flow);
    return undefined;
  }

  #handleForeignGone(foreign: ForeignHost, reason: string): void {
    const { sessions, allowed, host } = this.#options;
    const peer = sessions.peers.get(foreign.key);
    if (peer?.settings.network === undefined) return;
    allowed.delete(foreign.publicKey);
    host.log("info", "foreign-host-gone", { host: foreign.name, reason });
    const changes = { wanted: [], added: [], changed: [], removed: [peer.settings] };
    // The last packet of a session goes the way that it has until now.
    for (const session of sessions.apply(changes, () => reason)) this.#options.serve(session);
  }

  #setPath({ key, way }: ForeignHost): void {
    const { sessions, now } = this.#options;
    const peer = sessions.peers.get(key);
    if (peer !== undefined) sessions.setPath(peer.settings, way && this.#pathBy(way), now());
  }

  #pathBy({ peer, label, room }: HostWay): LabelPath<Neighbour> | undefined {
    const path = this.#options.sessions.peers.get(peer)?.path;
    if (path === undefined) return undefined;
    const { whole, unsegmented } = narrower(room, { whole: path.payloadMtu, unsegmented: path.unsegmentedPayloadMtu });
    const stack = stackBy(path.stack, label);
    const { nextHop, hops } = path;
    return { nextHop, stack, payloadMtu: whole, unsegmentedPayloadMtu: unsegmented, ...(hops && { hops }) };
  }

  #review(now: Instant): void {
    for (const peer of this.#held) {
      if (this.#pending.has(peer.key) || this.areas.crossings.of(peer.key).some(({ down }) => down?.peer === peer.key))
        continue;
      this.#options.sessions.lean(peer, false);
      this.#held.delete(peer);
    }
    this.#reviewAt = this.#held.size > 0 ? now + REVIEW_MS : undefined;
  }
}

type ConstructorOwner = Parameters<typeof AreaChannel.open>[2];

function settingsOf({ name, publicKey, network }: ForeignHost): PeerSettings {
  return { name, id: encodeNodeId(publicKey), publicKey, links: [], via: [], network };
}
