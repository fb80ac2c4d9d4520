/**
 * Northbound: this node as a link for nodes above it. An upper node attaches to a network by name; for each peer of
 * ours that has the same network attached, it gets a port. A channel is the two labels, one each way, that such a port
 * stands for; upper-frames.ts moves the frames.
 */
import type { Instant } from "@flor/machine";
import { Cause, FRAME_HEADER_OCTETS, frameField } from "@flor/wire";
import type { IncomingLabelMap } from "@flor/label";
import { type JoinAnswer, Join, type JoinRequest } from "@flor/flows";
import type { CarriedSession } from "./carried-session.ts";
import { announcedPortOf, type Channel } from "./channel.ts";
import type { DropReason } from "./drop-reason.ts";
import type { LocalConsumer, NextHop } from "./forward.ts";
import { nodeKeyOf } from "@flor/link-state";
import type { PeerChanges } from "./peer-changes.ts";
import type { Peer } from "./peer.ts";
import type { Sessions } from "./sessions.ts";
import type { UpperDoor, UpperNeighbour } from "./upper-door.ts";
import { UpperFrames } from "./upper-frames.ts";

/**
 * A peer without the network is asked again after this time, doubling. It asks us as soon as it has the network; this
 * only covers messages lost on the way.
 */
const JOIN_AGAIN_MS = 2000;
const JOIN_AGAIN_MAX_MS = 60_000;
const FIRST_PORT = 1;

/** Longer than the hello interval of an upper node, and than the time between two dials of a neighbour. */
const SILENT_AFTER_MS = 10_000;

/** Options of {@link Northbound}. */
export interface NorthboundOptions {
  readonly network: string;
  readonly labels: IncomingLabelMap<NextHop>;
  readonly sessions: Sessions;
  readonly drop: (reason: DropReason, count?: number) => void;
  readonly now: () => Instant;
}

/** One northbound network of this node. */
export class Northbound {
  readonly network: string;
  readonly #options: NorthboundOptions;
  /** By peer's node key; there is one a peer at most, so peers bound them. */
  readonly #channels: Map<string, Channel> = new Map();
  readonly #byPort: (Channel | undefined)[] = [];
  readonly #frames: UpperFrames;
  #upper: UpperDoor | undefined;
  #wanted: readonly UpperNeighbour[] = [];

  constructor(options: NorthboundOptions) {
    this.#options = options;
    this.network = options.network;
    this.#frames = new UpperFrames(options.drop);
  }

  get isAttached(): boolean {
    return this.#upper !== undefined;
  }

  /** The peers whose upper nodes ours can reach, as far as they said. */
  joinedPeers(): readonly Peer[] {
    return [...this.#channels.values()].filter(({ remoteLabel }) => remoteLabel !== undefined).map(({ peer }) => peer);
  }

  /** The peers whose upper nodes are heard here; none while no upper node is attached. */
  heardPeers(now: Instant): readonly Peer[] {
    if (this.#upper === undefined) return [];
    const isHeard = ({ heardAt }: Channel): boolean => now - heardAt < SILENT_AFTER_MS;
    return [...this.#channels.values()].filter(isHeard).map(({ peer }) => peer);
  }

  /** An upper node attached; one that was there before is replaced. */
  attach(upper: UpperDoor): void {
    this.#upper = upper;
    for (const peer of this.#options.sessions.peers.values()) this.#ask(peer);
    this.#announce();
  }

  /** Other peers: the channels of removed ones are closed, new ones are asked for this network. */
  apply({ added, changed, removed }: PeerChanges): void {
    for (const { publicKey } of removed) this.#closeChannel(nodeKeyOf(publicKey));
    if (this.#upper === undefined) return;
    for (const { publicKey } of added) this.#ask(this.#options.sessions.peers.get(nodeKeyOf(publicKey)));
    if (changed.length > 0) this.setNeighbours(this.#wanted);
    else this.#announce();
  }

  /** Stops serving: its labels are invalid from now on. */
  close(): void {
    this.#upper = undefined;
    this.#frames.clear();
    for (const key of this.#channels.keys()) this.#closeChannel(key);
  }

  /** The upper node is gone; the labels stay, for its return. */
  detach(upper: UpperDoor): void {
    if (this.#upper !== upper) return;
    this.#upper = undefined;
    this.#frames.clear();
  }

  /** What the upper node wants, whole. */
  setNeighbours(wanted: readonly UpperNeighbour[]): void {
    this.#wanted = wanted;
    for (const channel of this.#channels.values()) {
      const neighbour =
        wanted.find(({ port }) => port === channel.port) ??
        wanted.find(({ address }) => address === channel.peer.settings.name);
      channel.isAdopted = neighbour !== undefined;
      channel.key = neighbour?.key ?? channel.peer.settings.name;
    }
    this.#announce();
  }

  /** A peer asks for this network: its label for us, ours for it. */
  handleJoin(peer: Peer, request: JoinRequest): JoinAnswer {
    if (this.#upper === undefined) return { cause: Cause.NAME_NOT_FOUND };
    const channel = this.#channelOf(peer);
    if (channel === undefined) return { cause: Cause.OVERLOADED };
    this.#setRemoteLabel(channel, request.label);
    return { label: channel.localLabel };
  }

  /** A peer restarted: its labels are no longer valid. */
  handleInstanceChanged(nodeKey: string): void {
    const channel = this.#channels.get(nodeKey);
    if (channel === undefined) return;
    askAtOnce(channel);
    this.#setRemoteLabel(channel, undefined);
  }

  /** The path to a peer changed, and with it what a port carries. */
  handlePathChanged(peer: Peer): void {
    if (this.#channels.has(peer.key)) this.#announce();
  }

  /** Frames of the upper node, a run, borrowed. */
  handleFrames(octets: Uint8Array, view: DataView, offset: number, end: number, now: Instant): void {
    for (let at = offset; at < end;) {
      const next = at + FRAME_HEADER_OCTETS + view.getUint16(at + frameField.length);
      const channel = this.#byPort[view.getUint16(at + frameField.port)];
      if (channel === undefined) this.#options.drop("northbound-port");
      else this.#frames.sendDown(channel, this.#upper, octets, view, at, next, now);
      at = next;
    }
  }

  /** Sends the upper node what this turn brought, and what waited for its credit. */
  flush(): void {
    if (this.#upper !== undefined) this.#frames.flush(this.#upper);
  }

  nextTimeout(): Instant | undefined {
    if (this.#upper === undefined) return undefined;
    let next: Instant | undefined;
    for (const channel of this.#channels.values()) {
      if (!wantsJoin(channel)) continue;
      if (next === undefined || channel.joinAt < next) next = channel.joinAt;
    }
    return next;
  }

  handleTimeout(now: Instant): void {
    if (this.#upper === undefined) return;
    for (const channel of this.#channels.values()) {
      if (wantsJoin(channel) && channel.joinAt <= now) this.#join(channel, now);
    }
  }

  #ask(peer: Peer | undefined): void {
    if (peer === undefined) return;
    this.#options.sessions.hold(peer);
    const channel = this.#channelOf(peer);
    if (channel !== undefined) askAtOnce(channel);
  }

  #closeChannel(nodeKey: string): void {
    const channel = this.#channels.get(nodeKey);
    if (channel === undefined) return;
    this.#channels.delete(nodeKey);
    this.#byPort[channel.port] = undefined;
    this.#options.labels.release(channel.localLabel, this.#options.now());
    // An answer that is still under way finds a channel that is in no table.
  }

  #freePort(): number {
    let port = FIRST_PORT;
    while (this.#byPort[port] !== undefined) port += 1;
    return port;
  }

  #join(channel: Channel, now: Instant): void {
    const session = channel.peer.session;
    const stream = session?.connection.openStream();
    channel.joinAt = now + Math.min(JOIN_AGAIN_MAX_MS, JOIN_AGAIN_MS * 2 ** channel.failedJoins);
    if (session === undefined || stream === undefined) return;
    channel.isJoining = true;
    const request = { network: this.network, label: channel.localLabel };
    const joined = (label: number | undefined): void => this.#joined(session, stream, channel, label);
    const join = new Join(session.connection, stream, request, joined);
    if (!join.isOver) session.joins.set(stream, join);
    this.#options.sessions.carried.touch(session);
  }

  #joined(session: CarriedSession, stream: number, channel: Channel, label: number | undefined): void {
    session.joins.delete(stream);
    channel.isJoining = false;
    if (label === undefined) channel.failedJoins += 1;
    else this.#setRemoteLabel(channel, label);
  }

  #setRemoteLabel(channel: Channel, label: number | undefined): void {
    if (label !== undefined) channel.failedJoins = 0;
    if (channel.remoteLabel === label) return;
    channel.remoteLabel = label;
    this.#announce();
  }

  #channelOf(peer: Peer): Channel | undefined {
    const known = this.#channels.get(peer.key);
    if (known !== undefined) return known;
    const port = this.#freePort();
    const consumer: LocalConsumer = {
      handlePayload: (octets, offset, end, _from, now) => {
        channel.heardAt = now;
        this.#frames.sendUp(channel, this.#upper, octets, offset, end);
      },
    };
    const localLabel = this.#options.labels.bind({ nextHop: { consumer }, push: [] }, this.#options.now());
    if (localLabel === undefined) return undefined;
    const key = this.#wanted.find(({ address }) => address === peer.settings.name)?.key;
    const channel: Channel = {
      ...consumer,
      peer,
      port,
      localLabel,
      remoteLabel: undefined,
      heardAt: -Infinity,
      key: key ?? peer.settings.name,
      isAdopted: key !== undefined,
      isJoining: false,
      joinAt: -Infinity,
      failedJoins: 0,
    };
    this.#channels.set(peer.key, channel);
    this.#byPort[port] = channel;
    return channel;
  }

  #announce(): void {
    this.#upper?.setPorts([...this.#channels.values()].flatMap((channel) => announcedPortOf(channel) ?? []));
  }
}

function wantsJoin({ remoteLabel, isJoining, peer }: Channel): boolean {
  return remoteLabel === undefined && !isJoining && peer.session?.established === true;
}

function askAtOnce(channel: Channel): void {
  channel.joinAt = -Infinity;
  channel.failedJoins = 0;
}
