/**
 * Receiving from our own descriptor: the loop says that there is something, recvmmsg(2) takes it, as far as a turn
 * goes; what is left makes the loop say so again.
 *
 *   readable ─▶ recvmmsg, 8 at a time, at most 16 a turn ─▶ onDatagram … onDatagram ─▶ onBurstEnd
 */
import { bulkScheduling } from "./bulk-scheduling.ts";
import { DatagramSource } from "./datagram-source.ts";
import { close, errorName } from "./libc.ts";
import { ERRNO } from "./linux-socket.ts";
import { Readiness } from "./readiness.ts";
import { ReceiveBatch } from "./receive-batch.ts";

/** Datagrams of one recvmmsg(2): beyond eight the saving per datagram is below a tenth of a microsecond. */
const BATCH = 8;
/** Work of one turn, so that timers and other sockets have theirs: about a millisecond of frames. */
const TURN_DATAGRAMS = 16;
const TURN_OCTETS = 512 * 1024;

/** What a received datagram is given to. */
export interface DatagramSink {
  /**
   * Takes `octets[offset, end)`, borrowed. Returns how far it got: less than `end` stops reception until `resume`,
   * which offers the rest again.
   */
  onDatagram: (octets: Uint8Array, offset: number, end: number) => number;
  /** Everything that arrived for now was handed over. */
  onBurstEnd: () => void;
  onError: (code: string) => void;
  /** The descriptor's queue of errors has some; they are to be taken from there. */
  onErrorsQueued?: () => void;
}

/** How datagrams are received. */
export interface PolledSocketOptions {
  /** Octets left free before each. @default 0 */
  readonly headroom?: number;
  /** The descriptor says which of our addresses each was sent to. @default false */
  readonly wantsLocal?: boolean;
}

/** Reads one descriptor for a {@link DatagramSink}. */
export class PolledSocket {
  /** During `onDatagram`: where it came from. */
  readonly source: DatagramSource = new DatagramSource();
  readonly #fd: number;
  readonly #sink: DatagramSink;
  readonly #batch: ReceiveBatch;
  readonly #readiness: Readiness;
  #isPaused = false;
  #isClosed = false;
  /** Datagrams of the batch not yet handed on: [next, count). */
  #next = 0;
  #count = 0;
  /** Octets of datagram `next` that the sink took already. */
  #taken = 0;

  constructor(fd: number, sink: DatagramSink, { headroom = 0, wantsLocal = false }: PolledSocketOptions = {}) {
    this.#fd = fd;
    this.#sink = sink;
    this.#batch = new ReceiveBatch(BATCH, headroom, wantsLocal);
    this.#readiness = new Readiness(fd, (hasError) => this.#receive(hasError));
  }

  /** Starts reception. Throws when the loop cannot watch the descriptor. */
  start(): void {
    this.#readiness.start();
  }

  /** Offers what was left over again and, unless that stops again, receives again. */
  resume(): void {
    if (!this.#isPaused || this.#isClosed) return;
    this.#isPaused = false;
    this.#receive(false);
  }

  /** Ends reception and closes the descriptor. Harmless when closed already. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#readiness.close();
    close(this.#fd);
  }

  #receive(hasError: boolean): void {
    // First: an error that is told by the queue is not told again by the socket.
    if (hasError) this.#sink.onErrorsQueued?.();
    bulkScheduling.note(this.#drain());
    if (!this.#isPaused && !this.#isClosed) this.#sink.onBurstEnd();
    if (this.#isClosed) return;
    if (this.#isPaused) this.#readiness.stop();
    else this.#readiness.start();
  }

  /** Returns how many octets were handed on. */
  #drain(): number {
    let datagrams = 0;
    let octets = 0;
    let isEmpty = false;
    while (!this.#isPaused && !this.#isClosed) {
      if (this.#next === this.#count) {
        if (isEmpty || datagrams >= TURN_DATAGRAMS || octets >= TURN_OCTETS) break;
        isEmpty = this.#fill() < BATCH;
        if (this.#count === 0) break;
      }
      octets += this.#handNext();
      datagrams += 1;
    }
    return octets;
  }

  /** Takes what the kernel has; less than a batch: it has no more. */
  #fill(): number {
    this.#next = 0;
    const count = this.#batch.receive(this.#fd, BATCH);
    this.#count = Math.max(0, count);
    if (count < 0 && this.#batch.errno !== ERRNO.EAGAIN) this.#sink.onError(errorName(this.#batch.errno));
    return this.#count;
  }

  /** Hands on datagram `next`, or what is left of it. Returns its octets. */
  #handNext(): number {
    const batch = this.#batch;
    const octets = batch.buffers[this.#next];
    if (octets === undefined) throw new Error("no such datagram");
    batch.copySource(this.#next, this.source);
    const length = batch.lengthOf(this.#next);
    const end = batch.headroom + length;
    const taken = this.#sink.onDatagram(octets, batch.headroom + this.#taken, end);
    this.#isPaused = taken < end;
    this.#taken = this.#isPaused ? taken - batch.headroom : 0;
    if (!this.#isPaused) this.#next += 1;
    return length;
  }
}
