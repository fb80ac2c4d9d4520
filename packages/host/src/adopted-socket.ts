/**
 * Receiving from a descriptor of ours. libuv has no readiness without reading, so `node:dgram` adopts a duplicate
 * of the descriptor and reads the first datagram of each wake-up; recvmmsg(2) drains the rest.
 *
 *   readable ─▶ libuv reads one ─▶ copy into our buffer ─┐
 *                                                        ├─▶ onDatagram
 *   drain: recvmmsg, 8 at a time, at most 16 a turn ─────┘
 */
import { createSocket, type RemoteInfo, type Socket, type SocketType } from "node:dgram";
import { DatagramSource } from "./datagram-source.ts";
import { errorCode } from "./error-code.ts";
import { freeMessage } from "./free-message.ts";
import { close, dup, errorName, watchReadable } from "./libc.ts";
import { AF_INET6, ERRNO } from "./linux-socket.ts";
import { ReceiveBatch, RECEIVE_BUFFER_OCTETS } from "./receive-batch.ts";
import { check, forbidReuse } from "./socket-descriptor.ts";

/** Datagrams of one recvmmsg(2): beyond eight the saving per datagram is below a tenth of a microsecond. */
const BATCH = 8;
/** Work of one turn, so that timers and other sockets have theirs: about a millisecond of frames. */
const TURN_DATAGRAMS = 16;
const TURN_OCTETS = 512 * 1024;
/** When the kernel could not be asked to wake us, it is asked again, and looked at, this often. */
const ADOPT_AGAIN_MS = 50;

/** What a received datagram is given to. */
export interface DatagramSink {
  /**
   * Takes `octets[offset, end)`, borrowed. Returns how far it got: less than `end` stops reception until `resume`,
   * which offers the rest again.
   */
  onDatagram: (octets: Uint8Array, offset: number, end: number) => number;
  onError: (code: string) => void;
}

/** Reads one descriptor for a {@link DatagramSink}. */
export class AdoptedSocket {
  /** During `onDatagram`: where it came from. */
  readonly source: DatagramSource = new DatagramSource();
  readonly #fd: number;
  readonly #type: SocketType;
  readonly #sink: DatagramSink;
  readonly #batch: ReceiveBatch;
  readonly #wantsLocal: boolean;
  readonly #first: Uint8Array;
  #socket: Socket | undefined;
  #unwatch: (() => void) | undefined;
  #scheduled: NodeJS.Immediate | undefined;
  #retry: NodeJS.Timeout | undefined;
  #paused = false;
  #closed = false;
  /** Datagrams of the batch not yet handed on: [next, count). */
  #next = 0;
  #count = 0;
  /** What the sink did not take. */
  #rest: { octets: Uint8Array; offset: number; end: number } | undefined;

  /** @param wantsLocal the descriptor says which of our addresses a datagram was sent to */
  constructor(fd: number, family: number, headroom: number, sink: DatagramSink, wantsLocal = false) {
    this.#fd = fd;
    this.#type = family === AF_INET6 ? "udp6" : "udp4";
    this.#sink = sink;
    this.#wantsLocal = wantsLocal;
    this.#batch = new ReceiveBatch(BATCH, headroom, wantsLocal);
    this.#first = new Uint8Array(headroom + RECEIVE_BUFFER_OCTETS);
  }

  /**
   * Starts reception; resolves when the kernel wakes us. To be called before the descriptor is bound, so that it is
   * never bound with SO_REUSEADDR.
   */
  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      try {
        this.#adopt(resolve);
      } catch (error) {
        reject(error);
      }
    });
  }

  /** Offers what was left over again and, unless that stops again, receives again. */
  resume(): void {
    if (!this.#paused || this.#closed) return;
    this.#paused = false;
    this.#drain();
    // The sink may have stopped us again during the drain.
    if (!this.isPaused && this.#socket === undefined && this.#unwatch === undefined) this.#adoptAgain();
  }

  /** Whether the sink stopped reception. */
  get isPaused(): boolean {
    return this.#paused;
  }

  /** Ends reception and closes the descriptor. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearImmediate(this.#scheduled);
    this.#release();
    close(this.#fd);
  }

  #adopt(whenReady?: () => void): void {
    if (this.#wantsLocal) {
      // node:dgram does not say where a datagram was sent to, so that even the first is read by recvmmsg(2).
      this.#unwatch = watchReadable(this.#fd, () => this.#handleReadable());
      return whenReady?.();
    }
    const socket = createSocket(this.#type);
    this.#socket = socket;
    socket.on("message", (message, remote) => {
      if (socket === this.#socket) this.#handleMessage(message, remote);
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (!this.#closed) this.#sink.onError(error.code ?? error.message);
    });
    const duplicate = check("dup", dup(this.#fd));
    try {
      socket.bind({ fd: duplicate }, whenReady);
    } catch (error) {
      close(duplicate);
      throw error;
    }
    forbidReuse(this.#fd);
  }

  /** Without descriptors there is no duplicate: until there is one, what came is fetched now and then. */
  #adoptAgain(): void {
    this.#retry = undefined;
    try {
      this.#adopt();
    } catch (error) {
      this.#release();
      this.#retry = setTimeout(() => this.#retryAdoption(), ADOPT_AGAIN_MS);
      this.#sink.onError(errorCode(error));
    }
  }

  #retryAdoption(): void {
    this.#drain();
    if (!this.#paused && !this.#closed) this.#adoptAgain();
  }

  #release(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    const socket = this.#socket;
    this.#socket = undefined;
    try {
      socket?.close();
    } catch {
      // It was never bound.
    }
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  #handleReadable(): void {
    if (this.#scheduled === undefined) this.#continueNextTurn();
  }

  #handleMessage(message: Uint8Array, remote: RemoteInfo): void {
    this.source.setHost(remote.address, remote.port);
    // Copied, so that consumers see the same few buffers for ever, each with headroom.
    const { headroom } = this.#batch;
    const { length } = message;
    this.#first.set(message, headroom);
    freeMessage(message);
    this.#hand(this.#first, headroom, headroom + length);
    // A drain that is due already has spent this turn's budget.
    if (this.#scheduled === undefined) this.#drain();
  }

  #drain(): void {
    this.#scheduled = undefined;
    if (this.#paused) return;
    let datagrams = 0;
    let octets = 0;
    this.#handRest();
    while (!this.#paused && !this.#closed) {
      if (this.#next === this.#count) {
        // Between batches only: what libuv reads meanwhile must not overtake the rest of a batch.
        if (datagrams >= TURN_DATAGRAMS || octets >= TURN_OCTETS) return this.#continueNextTurn();
        if (!this.#fill()) return;
      }
      datagrams += 1;
      octets += this.#handNext();
    }
  }

  #fill(): boolean {
    this.#next = 0;
    const count = this.#batch.receive(this.#fd, BATCH);
    this.#count = Math.max(0, count);
    if (count < 0 && this.#batch.errno !== ERRNO.EAGAIN) this.#sink.onError(errorName(this.#batch.errno));
    return count > 0;
  }

  #handNext(): number {
    const index = this.#next;
    this.#next += 1;
    const batch = this.#batch;
    const octets = batch.buffers[index];
    if (octets === undefined) return 0;
    this.source.setWords(
      batch.sourceWord(index, 0),
      batch.sourceWord(index, 1),
      batch.sourceWord(index, 2),
      batch.sourceWord(index, 3),
      batch.sourceScope(index),
    );
    this.source.local = batch.localOf(index);
    this.source.port = batch.sourcePort(index);
    const length = batch.lengthOf(index);
    this.#hand(octets, batch.headroom, batch.headroom + length);
    return length;
  }

  #hand(octets: Uint8Array, offset: number, end: number): void {
    const taken = this.#sink.onDatagram(octets, offset, end);
    if (taken >= end || this.#closed) return;
    this.#rest = { octets, offset: taken, end };
    this.#paused = true;
    this.#release();
  }

  #handRest(): void {
    const rest = this.#rest;
    if (rest === undefined) return;
    this.#rest = undefined;
    this.#hand(rest.octets, rest.offset, rest.end);
  }

  #continueNextTurn(): void {
    this.#scheduled = setImmediate(() => this.#drain());
  }
}
