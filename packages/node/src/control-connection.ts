import { type QuicConnection, STREAM_BLOCKED } from "@flor/quic";
import { type ControlMessage, ControlMessageReader, encodeControlMessage } from "@flor/wire";
import type { Adjacency } from "./adjacency.ts";

/** Octets that wait for a control stream at most; a neighbour that does not read is let go. */
export const CONTROL_QUEUE_MAX_OCTETS = 1_048_576;

/** The stream of a control connection: the first that its client opens. */
const CONTROL_STREAM = 0;
const READ_OCTETS = 65_536;
/** What is read is copied at once: one buffer serves all connections. */
const scratch = new Uint8Array(READ_OCTETS);

/** Framing and queue of one control connection's only stream. */
export class ControlConnection {
  readonly connection: QuicConnection<Adjacency>;
  /** The neighbour introduced itself with version 1. */
  isFormerVersion = false;
  #reader = new ControlMessageReader();
  /** The stream exists here: at once where it is opened, with its first octet at the other end. */
  #isOpen: boolean;
  #waiting: Uint8Array[] = [];
  #waitingOctets = 0;

  constructor(connection: QuicConnection<Adjacency>) {
    this.connection = connection;
    this.#isOpen = connection.role === "client";
  }

  /** Octets that wait for the stream. */
  get waitingOctets(): number {
    return this.#waitingOctets;
  }

  /** Queues a message; false when the neighbour leaves too much unread. */
  send(message: ControlMessage): boolean {
    const octets = encodeControlMessage(message);
    if (this.#waitingOctets + octets.length > CONTROL_QUEUE_MAX_OCTETS) return false;
    this.#waiting.push(octets);
    this.#waitingOctets += octets.length;
    this.flush();
    return true;
  }

  /** Gives the stream what it takes. */
  flush(): void {
    for (let octets = this.#waiting[0]; octets !== undefined; octets = this.#waiting[0]) {
      const accepted = Math.max(0, this.connection.send(CONTROL_STREAM, octets, false));
      this.#waitingOctets -= accepted;
      if (accepted < octets.length) {
        this.#waiting[0] = octets.subarray(accepted);
        return;
      }
      this.#waiting.shift();
    }
  }

  /** Some messages that arrived; none: there are no more now; or that the neighbour ended the stream, or broke its format. */
  receive(): readonly ControlMessage[] | "ended" | "malformed" {
    for (;;) {
      const received = this.connection.receive(CONTROL_STREAM, scratch);
      if (received < STREAM_BLOCKED && this.#isOpen) return "ended";
      if (received <= 0) return [];
      this.#isOpen = true;
      const complete = this.#reader.push(scratch.subarray(0, received));
      if (complete === undefined) return "malformed";
      if (this.connection.lastFin) return "ended";
      if (complete.length > 0) return complete;
    }
  }
}
