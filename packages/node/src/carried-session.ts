import type { QuicConnection } from "@flor/quic";
import type { BlockedWriter, EgressFlow, IngressFlow, JoinFlow, Relay, RelayOwner } from "@flor/session";
import type { Peer } from "./peer.ts";

/** A flow on a stream of a session. */
export type Flow = IngressFlow | EgressFlow | JoinFlow;

/** One end-to-end QUIC connection and the flows it carries. */
export class CarriedSession implements RelayOwner {
  readonly connection: QuicConnection<undefined>;
  readonly peer: Peer;
  /** By stream. */
  readonly flows: Map<number, Flow> = new Map();
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
    for (const [stream, flow] of this.flows) {
      if (ended >= max) return true;
      ended += 1;
      this.flows.delete(stream);
      flow.handleCarrierLost();
    }
    return false;
  }
}
