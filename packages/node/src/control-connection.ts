import type { Instant } from "@flor/machine";
import { type QuicConnection, STREAM_BLOCKED } from "@flor/quic";
import { type ControlMessage, ControlMessageReader, encodeControlMessage } from "@flor/wire";
import type { Adjacency } from "./adjacency.ts";

/** Octets that wait for a control stream at most; a neighbour that does not read is let go. */
export const CONTROL_QUEUE_MAX_OCTETS = 1_048_576;

/** Advertisements that a neighbour may bring at once, and each second from then on: checking a signature takes time. */
export const ADVERTISEMENTS_BURST = 1024;
const ADVERTISEMENTS_PER_SECOND = 64;

/** The stream of a control connection: the first that its client opens. */
const CONTROL_STREAM = 0;
const READ_OCTETS = 65_536;

/** Framing and queue of one control connection's only stream. */
export class ControlConnection {
  readonly connection: QuicConnection<Adjacency>;
  #reader = new ControlMessageReader();
  /** The stream exists here: at once where it is opened, with its first octet at the other end. */
  #isOpen: boolean;
  #waiting: Uint8Array[] = [];
  #waitingOctets = 0;
  #scratch = new Uint8Array(READ_OCTETS);
  #advertisements: number = ADVERTISEMENTS_BURST;
  #budgetedAt: Instant | undefined;

  constructor(connection: QuicConnection<Adjacency>) {
    this.connection = connection;
    this.#isOpen = connection.role === "client";
  }

  /** How many of `wanted` advertisements may be taken now. */
  advertisementBudget(now: Instant, wanted: number): number {
    const refill = ((now - (this.#budgetedAt ?? now)) * ADVERTISEMENTS_PER_SECOND) / 1000;
    this.#budgetedAt = now;
    this.#advertisements = Math.min(ADVERTISEMENTS_BURST, this.#advertisements + refill);
    const granted = Math.min(wanted, Math.floor(this.#advertisements));
    this.#advertisements -= granted;
    return granted;
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

  /** The messages that arrived; or that the neighbour ended the stream, or broke its format. */
  receive(): readonly ControlMessage[] | "ended" | "malformed" {
    const messages: ControlMessage[] = [];
    for (;;) {
      const received = this.connection.receive(CONTROL_STREAM, this.#scratch);
      if (received < STREAM_BLOCKED && this.#isOpen) return "ended";
      if (received <= 0) return messages;
      this.#isOpen = true;
      const complete = this.#reader.push(this.#scratch.subarray(0, received));
      if (complete === undefined) return "malformed";
      if (this.connection.lastFin) return "ended";
      messages.push(...complete);
    }
  }
}
