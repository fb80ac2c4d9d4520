import type { Instant } from "@flor/machine";
import { type QuicConnection, readVarint, varintLength } from "@flor/quic";
import {
  type BlockedWriter,
  type DatagramDrop,
  type Flow,
  type Relay,
  type StreamOwner,
  STREAMS_PER_FLOW,
  type StreamUser,
} from "@flor/flows";
import { OpenWatch } from "./open-watch.ts";
import type { Peer } from "./peer.ts";

/** What could not be sent when it was due is tried again after this time, or when a path or credit comes. */
export const STALLED_MS = 25;

/** What a {@link CarriedSession} is made of. */
export interface CarriedSessionOptions {
  readonly connection: QuicConnection<undefined>;
  readonly peer: Peer;
  /** Wants the session served this turn. */
  readonly touch: (session: CarriedSession) => void;
  /** A datagram went nowhere. */
  readonly drop: (reason: DatagramDrop, count?: number) => void;
  /** So many more streams were refused since their readers stalled. */
  readonly noteRefused: (streams: number) => void;
}

/** One end-to-end QUIC connection and the flows it carries. */
export class CarriedSession implements StreamOwner {
  readonly connection: QuicConnection<undefined>;
  readonly peer: Peer;
  /** By stream. */
  readonly flows: Map<number, Flow> = new Map();
  /** Joins of northbound networks that we asked for, by stream. */
  readonly joins: Map<number, StreamUser> = new Map();
  established = false;
  /** When the peer opened another one, which stands: this one is kept no longer than one without flows. */
  supersededAt: Instant | undefined;
  /** Another one is to take new flows, or does: those that it has end by themselves, and it with the last, and says this. */
  retirement: { readonly code: number; readonly text: string } | undefined;
  /** Whether the flows that are asked for here are answered. */
  readonly opens: OpenWatch = new OpenWatch();
  /** Packets arrived since the blocked writers were last tried: only they can open a window. */
  hasProgress = false;
  /** Octets of flows that ended: taken from TCP connections, given to them. */
  readonly finished: { toStream: number; toSocket: number } = { toStream: 0, toSocket: 0 };
  readonly #blocked = new Set<BlockedWriter>();
  readonly #touch: (session: CarriedSession) => void;
  readonly #drop: (reason: DatagramDrop, count?: number) => void;
  /** Datagrams that the connection gave up, as far as they are counted. */
  #countedDrops = 0;
  /** Streams that the connection refused, likewise. */
  #countedRefused = 0;
  readonly #noteRefused: (streams: number) => void;

  /** The time-out that was handled last, and until when it is left alone, should it still be due. */
  #handled: Instant | undefined;
  #stalledUntil: Instant = -Infinity;

  constructor({ connection, peer, touch, drop, noteRefused }: CarriedSessionOptions) {
    this.connection = connection;
    this.peer = peer;
    this.#touch = touch;
    this.#drop = drop;
    this.#noteRefused = noteRefused;
    connection.onDatagram((octets, start, end) => this.handleDatagram(octets, start, end));
  }

  /** The connection is closed; its flows end one by one. */
  get isOver(): boolean {
    return this.connection.state === "closed";
  }

  get isRetiring(): boolean {
    return this.retirement !== undefined;
  }

  get peerName(): string {
    return this.peer.settings.name;
  }

  /** When to call {@link handleTimeout}. */
  nextTimeout(): Instant | undefined {
    const due = this.connection.nextTimeout();
    // Another time-out means that what was stuck is gone: a pacer, say, waits for no more than its own time.
    return due === undefined || due !== this.#handled ? due : Math.max(due, this.#stalledUntil);
  }

  /** An acknowledgement that cannot be sent, for lack of a path or of credit, stays due: it is looked at at intervals. */
  handleTimeout(now: Instant): void {
    const due = this.connection.nextTimeout();
    this.#stalledUntil = due === this.#handled ? now + STALLED_MS : -Infinity;
    this.#handled = due;
    this.connection.handleTimeout(now);
  }

  /** A DATAGRAM frame arrived, octets[start, end), borrowed: of the flow whose number it begins with. */
  handleDatagram(octets: Uint8Array, start: number, end: number): void {
    const at = start + varintLength(octets, start);
    if (at > end || start === end) return this.#drop("malformed");
    const door = this.flows.get(readVarint(octets, start) * STREAMS_PER_FLOW)?.datagrams;
    if (door === undefined) this.#drop("unknown-flow");
    else door.handleDatagram(octets, at, end);
  }

  /** Counts the datagrams that the connection gave up, and the streams that it refused, since the last time. */
  countDrops(): void {
    const { droppedDatagrams, refusedStreams } = this.connection;
    if (droppedDatagrams > this.#countedDrops) this.#drop("queue", droppedDatagrams - this.#countedDrops);
    this.#countedDrops = droppedDatagrams;
    if (refusedStreams > this.#countedRefused) this.#noteRefused(refusedStreams - this.#countedRefused);
    this.#countedRefused = refusedStreams;
  }

  handleStreamLeft(stream: number): void {
    this.flows.delete(stream);
    this.#touch(this);
  }

  handleRelayTouched(): void {
    this.#touch(this);
  }

  handleStreamBlocked(writer: BlockedWriter): void {
    this.#blocked.add(writer);
  }

  handleRelayEnded(relay: Relay): void {
    this.finished.toStream += relay.octetsToStream;
    this.finished.toSocket += relay.octetsToSocket;
    this.#blocked.delete(relay);
    this.flows.delete(relay.stream);
  }

  /** Step 5, write, again: what the connection did not take before. */
  writeBlocked(): void {
    if (!this.hasProgress || this.#blocked.size === 0) return;
    this.hasProgress = false;
    const blocked = [...this.#blocked];
    this.#blocked.clear();
    for (const writer of blocked) writer.handleWritable();
  }

  /**
   * The connection is over: every flow of it ends with RST.
   *
   * @param max of them now
   * @returns whether some are left
   */
  abandonFlows(max: number): boolean {
    this.#blocked.clear();
    let ended = 0;
    for (const users of [this.flows, this.joins]) {
      for (const [stream, user] of users) {
        if (ended >= max) return true;
        ended += 1;
        users.delete(stream);
        user.handleCarrierLost();
      }
    }
    return false;
  }
}
