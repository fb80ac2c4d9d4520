import type { QuicConnection } from "@flor/quic";
import type { BlockedWriter, Flow, Relay, StreamOwner, StreamUser } from "@flor/flows";
import type { Peer } from "./peer.ts";

/** One end-to-end QUIC connection and the flows it carries. */
export class CarriedSession implements StreamOwner {
  readonly connection: QuicConnection<undefined>;
  readonly peer: Peer;
  /** By stream. */
  readonly flows: Map<number, Flow> = new Map();
  /** Joins of northbound networks that we asked for, by stream. */
  readonly joins: Map<number, StreamUser> = new Map();
  established = false;
  /** Packets arrived since the blocked writers were last tried: only they can open a window. */
  hasProgress = false;
  /** Octets of flows that ended: taken from TCP connections, given to them. */
  readonly finished: { toStream: number; toSocket: number } = { toStream: 0, toSocket: 0 };
  readonly #blocked = new Set<BlockedWriter>();
  readonly #touch: (session: CarriedSession) => void;

  /** @param touch wants the session served this turn */
  constructor(connection: QuicConnection<undefined>, peer: Peer, touch: (session: CarriedSession) => void) {
    this.connection = connection;
    this.peer = peer;
    this.#touch = touch;
  }

  /** The connection is closed; its flows end one by one. */
  get isOver(): boolean {
    return this.connection.state === "closed";
  }

  get peerName(): string {
    return this.peer.settings.name;
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
