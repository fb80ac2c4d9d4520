/**
 * A Flor IO end on its loopback socket. Datagrams go from the socket to the end, and frames from there to the end's sink,
 * with nothing in between; this file keeps the end's timer and hands its events up.
 */
import { randomFillSync } from "node:crypto";
import type { FlorIoEnd, FlorIoEvent, FlorIoOptions } from "@flor/io";
import type { Instant } from "@flor/machine";
import type { DatagramCounters, DatagramSocket } from "./datagram-socket.ts";
import { LazyTimer } from "./lazy-timer.ts";

/** What an end needs of its socket and of this machine. */
export type EndSurroundings = Pick<FlorIoOptions, "transmit" | "queue" | "receiveBufferOctets" | "randomFill">;

/** Takes what an end says. */
export interface FlorIoSocketOwner {
  handleEvent(event: FlorIoEvent, now: Instant): void;
  /** The end was served: datagrams or its timer came, and no event is left. */
  handleServed(now: Instant): void;
  /** The kernel's hint, such as "ECONNREFUSED"; the socket stays usable. */
  handleSocketError(code: string): void;
}

/** One end, its socket and its timer. */
export class FlorIoSocket {
  readonly end: FlorIoEnd;
  readonly #socket: DatagramSocket;
  readonly #owner: FlorIoSocketOwner;
  readonly #timer = new LazyTimer(() => this.#serve());
  #isConnected = false;
  #isClosed = false;

  /** Takes over `socket`. Call {@link start} when the owner can take events. */
  constructor(socket: DatagramSocket, createEnd: (of: EndSurroundings) => FlorIoEnd, owner: FlorIoSocketOwner) {
    this.#socket = socket;
    this.#owner = owner;
    this.end = createEnd({
      transmit: (octets, offset, length) => {
        // Before the session stands, a node answers where the datagram in hand came from.
        if (this.#isConnected) socket.send(octets, offset, length);
        else socket.sendTo(octets, offset, length, socket.sourcePort);
      },
      queue: socket,
      receiveBufferOctets: socket.receiveBufferOctets,
      randomFill: (octets) => void randomFillSync(octets),
    });
    socket.onReceive = (octets, length) => {
      this.end.handleReceive(octets, length, performance.now());
      // What a stranger sends after it must not be taken for the source of what made the session.
      if (!this.#isConnected) this.#serve();
    };
    socket.onBurstEnd = () => this.#serve();
    socket.onError = (code) => owner.handleSocketError(code);
  }

  /** What the kernel did with datagrams. */
  get counters(): Readonly<DatagramCounters> {
    return this.#socket.counters;
  }

  get localPort(): number {
    return this.#socket.localPort;
  }

  /** Sends what is due at once, as a link's Hello. */
  start(): void {
    this.#serve();
  }

  /** From now on speaks with this port alone. @param port 0: the one that the last datagram came from */
  connect(port = 0): void {
    this.#isConnected = true;
    this.#socket.connect(port === 0 ? this.#socket.sourcePort : port);
  }

  /** Closes the socket; no event comes after it. */
  close(): void {
    this.#isClosed = true;
    this.#timer.stop();
    this.#socket.close();
  }

  #serve(): void {
    if (this.#isClosed) return;
    const now = performance.now();
    const { end } = this;
    if ((end.nextTimeout() ?? Infinity) <= now) end.handleTimeout(now);
    for (let event = end.pollEvent(); event !== undefined; event = end.pollEvent()) this.#owner.handleEvent(event, now);
    if (this.#isClosed) return;
    this.#owner.handleServed(now);
    this.#timer.set(end.nextTimeout());
  }
}
