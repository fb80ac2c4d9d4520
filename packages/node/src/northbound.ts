/**
 * Northbound: this node as a link for nodes above it. An upper node attaches to a network by name; for each peer of
 * ours that has the same network attached, it gets a port. A channel is the two labels, one each way, that such a port
 * stands for: frames of the upper node are payload under them, and nobody on the way opens them.
 *
 *   upper frame from port p ⇒ | header | path labels … | peer's label of the channel | upper frame, port zeroed |
 */
import type { Instant } from "@flor/machine";
import { Cause, FRAME_HEADER_OCTETS, frameField } from "@flor/wire";
import type { IncomingLabelMap } from "@flor/label";
import { type JoinAnswer, JoinFlow, type JoinRequest } from "@flor/session";
import type { CarriedSession } from "./carried-session.ts";
import type { LocalConsumer, NextHop } from "./forward.ts";
import type { FrameDoor } from "./frame-door.ts";
import type { AnnouncedPort } from "./ports.ts";
import type { Peer } from "./peer.ts";
import { sendFrame, writerOf } from "./sender.ts";
import type { Sessions } from "./sessions.ts";

/** A peer that has not the network yet is asked again after this time. */
const JOIN_AGAIN_MS = 2000;
/** Channels that unlisted neighbours above made wait for adoption; there is one a peer, so peers bound them. */
const FIRST_PORT = 1;

/** An upper node as attached: the Flor IO end toward it. */
export interface UpperDoor extends FrameDoor {
  /** Tells the upper node its ports, whole. */
  setPorts(ports: readonly AnnouncedPort[]): void;
  /** Tells the upper node that its frame does not fit. */
  sendTooBig(port: number, mtu: number, octets: number): void;
}

/** What an upper node wants of us: a neighbour of its own behind a peer of ours. */
export interface UpperNeighbour {
  readonly key: string;
  /** Name of our peer; empty: it comes to us. */
  readonly address: string;
  /** Adopt this port. */
  readonly port: number;
}

/** Why a frame of an upper node, or for it, was dropped. */
export type NorthboundDrop =
  | "northbound-port"
  | "northbound-path"
  | "northbound-too-big"
  | "northbound-credit"
  | "northbound-absent";

interface Channel extends LocalConsumer {
  readonly peer: Peer;
  readonly port: number;
  readonly localLabel: number;
  remoteLabel: number | undefined;
  /** The key under which the upper node knows the port. */
  key: string;
  isAdopted: boolean;
  isJoining: boolean;
  joinAt: Instant;
}

/** Options of {@link Northbound}. */
export interface NorthboundOptions {
  readonly network: string;
  readonly labels: IncomingLabelMap<NextHop>;
  readonly sessions: Sessions;
  readonly drop: (reason: NorthboundDrop, count?: number) => void;
  readonly now: () => Instant;
}

/** One northbound network of this node. */
export class Northbound {
  readonly network: string;
  readonly #options: NorthboundOptions;
  /** By peer's node key. */
  readonly #channels: Map<string, Channel> = new Map();
  #byPort: (Channel | undefined)[] = [];
  #upper: UpperDoor | undefined;
  #wanted: readonly UpperNeighbour[] = [];

  constructor(options: NorthboundOptions) {
    this.#options = options;
    this.network = options.network;
  }

  get isAttached(): boolean {
    return this.#upper !== undefined;
  }

  /** The Flor IO end toward the upper node; frames in transit to it are flushed with the turn. */
  get door(): FrameDoor | undefined {
    return this.#upper;
  }

  /** An upper node attached; one that was there before is replaced. */
  attach(upper: UpperDoor): void {
    this.#upper = upper;
    for (const peer of this.#options.sessions.peers.values()) {
      peer.wanted = true;
      this.#channelOf(peer);
    }
    this.#announce();
  }

  /** The upper node is gone; the labels stay, for its return. */
  detach(upper: UpperDoor): void {
    if (this.#upper === upper) this.#upper = undefined;
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

  /** A peer started anew: its labels mean nothing any more. */
  handleInstanceChanged(nodeKey: string): void {
    const channel = this.#channels.get(nodeKey);
    if (channel === undefined) return;
    channel.joinAt = -Infinity;
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
      this.#sendDown(octets, view, at, next, now);
      at = next;
    }
  }

  nextTimeout(): Instant | undefined {
    if (this.#upper === undefined) return undefined;
    let next: Instant | undefined;
    for (const channel of this.#channels.values()) {
      if (!this.#wantsJoin(channel)) continue;
      if (next === undefined || channel.joinAt < next) next = channel.joinAt;
    }
    return next;
  }

  handleTimeout(now: Instant): void {
    if (this.#upper === undefined) return;
    for (const channel of this.#channels.values()) {
      if (this.#wantsJoin(channel) && channel.joinAt <= now) this.#join(channel, now);
    }
  }

  #wantsJoin(channel: Channel): boolean {
    return channel.remoteLabel === undefined && !channel.isJoining && channel.peer.session?.established === true;
  }

  #join(channel: Channel, now: Instant): void {
    const session = channel.peer.session;
    const stream = session?.connection.openStream();
    channel.joinAt = now + JOIN_AGAIN_MS;
    if (session === undefined || stream === undefined) return;
    channel.isJoining = true;
    const request = { network: this.network, label: channel.localLabel };
    const flow = new JoinFlow(
      session.connection,
      stream,
      request,
      (label) => this.#joined(session, stream, channel, label),
      now,
    );
    if (!flow.isOver) session.flows.set(stream, flow);
    this.#options.sessions.touch(session);
  }

  #joined(session: CarriedSession, stream: number, channel: Channel, label: number | undefined): void {
    session.flows.delete(stream);
    channel.isJoining = false;
    if (label !== undefined) this.#setRemoteLabel(channel, label);
  }

  #setRemoteLabel(channel: Channel, label: number | undefined): void {
    if (channel.remoteLabel === label) return;
    channel.remoteLabel = label;
    this.#announce();
  }

  #sendDown(octets: Uint8Array, view: DataView, at: number, end: number, now: Instant): void {
    const channel = this.#byPort[view.getUint16(at + frameField.port)];
    if (channel?.remoteLabel === undefined) return this.#options.drop("northbound-port");
    const { path } = channel.peer;
    const adjacency = path?.nextHop.best;
    if (path === undefined || adjacency === undefined) return this.#options.drop("northbound-path");
    if (end - at > path.payloadMtu) {
      this.#upper?.sendTooBig(channel.port, path.payloadMtu, end - at);
      return this.#options.drop("northbound-too-big");
    }
    view.setUint16(at + frameField.port, 0);
    const stack = [...path.stack.slice(0, -1), channel.remoteLabel];
    const frame = octets.subarray(at, end);
    if (sendFrame(writerOf(frame), adjacency, stack, frame.length, now) <= 0) this.#options.drop("northbound-credit");
  }

  /** A frame from a peer's upper node to ours: its payload goes up with the port's number. */
  #sendUp(channel: Channel, octets: Uint8Array, offset: number, end: number): void {
    const upper = this.#upper;
    if (upper === undefined) return this.#options.drop("northbound-absent");
    if (end - offset < FRAME_HEADER_OCTETS) return this.#options.drop("northbound-port");
    const at = upper.reserve(end - offset);
    if (at < 0) return this.#options.drop("northbound-credit");
    upper.bundle.octets.set(octets.subarray(offset, end), at);
    upper.bundle.view.setUint16(at + frameField.port, channel.port);
    // The length is the upper link's word; ours is what arrived.
    upper.bundle.view.setUint16(at + frameField.length, end - offset - FRAME_HEADER_OCTETS);
    upper.commit(end - offset);
  }

  #channelOf(peer: Peer): Channel | undefined {
    const known = this.#channels.get(peer.key);
    if (known !== undefined) return known;
    const port = FIRST_PORT + this.#channels.size;
    const consumer: LocalConsumer = {
      handlePayload: (octets, offset, end) => this.#sendUp(channel, octets, offset, end),
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
      key: key ?? peer.settings.name,
      isAdopted: key !== undefined,
      isJoining: false,
      joinAt: -Infinity,
    };
    this.#channels.set(peer.key, channel);
    this.#byPort[port] = channel;
    return channel;
  }

  #announce(): void {
    const ports: AnnouncedPort[] = [];
    for (const { peer, port, key, remoteLabel, isAdopted } of this.#channels.values()) {
      const { path } = peer;
      if (remoteLabel === undefined) continue;
      ports.push({
        port,
        key,
        up: path !== undefined,
        mtu: path?.payloadMtu ?? 0,
        segmentMtu: path?.unsegmentedPayloadMtu ?? 0,
        address: peer.settings.name,
        provisional: !isAdopted,
      });
    }
    this.#upper?.setPorts(ports);
  }
}
