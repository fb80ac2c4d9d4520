/**
 * The receiving parts of all streams, RFC 9000 sections 3.2, 4 and 4.5. Credit is what the readers took. What is
 * discarded counts as taken. A stream whose reader stalls holds its own window, which shrinks for others as memory
 * fills; when memory is used up the one that has stalled longest is refused, so that the connection always goes on.
 */
import { type Instant, LARGE_COUNT, type Pieces } from "@flor/machine";
import { transportError } from "../packet/transport-error.ts";
import { STREAM_BLOCKED, STREAM_ENDED_BY_PEER, STREAM_GONE } from "../quic-engine.ts";
import type { RttEstimator } from "../recovery/rtt-estimator.ts";
import { OWES_MAX_STREAM_DATA, OWES_STOP_SENDING, type Stream } from "./stream.ts";
import { STALLED_MS, type StreamLimits } from "./stream-limits.ts";
import { StreamQueue } from "./stream-queue.ts";
import type { StreamTable } from "./stream-table.ts";

/** A stream's window is at most this part of what is left of the connection's memory. */
const WINDOW_SHARE = 8;
/** Above this share of the connection's window, the memory counts as used up. */
const MEMORY_FULL = 7 / 8;
/** MAX_DATA goes when a quarter of the window was taken, and MAX_STREAM_DATA at a half … */
const MAX_DATA_SHARE = 4;
/** … and MAX_DATA sooner where readers that stall leave less credit than that, but not for less than this part. */
const MAX_DATA_LEAST_SHARE = 64;

/** What the receiving parts ask of the connection. */
export interface StreamOwner {
  /** A control frame of the stream is to be sent. */
  owe(stream: Stream, bits: number): void;
  /** A part of the stream is done. */
  settle(stream: Stream): void;
}

export class StreamReceiver {
  readonly #table: StreamTable;
  readonly #limits: StreamLimits;
  readonly #rtt: RttEstimator;
  readonly #owner: StreamOwner;
  readonly #readable = new StreamQueue();
  /** Streams with octets that wait for their reader, the one that waits longest first. */
  readonly #waiting = new Set<Stream>();
  /** Octets received, by the highest offset of each stream. */
  received: number = LARGE_COUNT;
  /** Octets that count as taken. */
  taken: number = LARGE_COUNT;
  /** What our last MAX_DATA said. */
  toldMaxData: number = LARGE_COUNT;
  /** Streams refused since their readers stalled. */
  refused = 0;
  lastFin = false;
  lastErrorCode = 0;

  constructor(table: StreamTable, limits: StreamLimits, rtt: RttEstimator, owner: StreamOwner) {
    this.#table = table;
    this.#limits = limits;
    this.#rtt = rtt;
    this.#owner = owner;
    this.toldMaxData = limits.connectionWindowOctets;
  }

  /** What MAX_DATA may say now. */
  get maxData(): number {
    return this.taken + this.#limits.connectionWindowOctets;
  }

  get owesMaxData(): boolean {
    const more = this.maxData - this.toldMaxData;
    if (more === 0) return false;
    const { connectionWindowOctets: window } = this.#limits;
    const left = this.toldMaxData - this.received;
    return more >= Math.min(window / MAX_DATA_SHARE, Math.max(left, window / MAX_DATA_LEAST_SHARE));
  }

  /** A STREAM frame with octets[start, end); 0 or a transport error. */
  handleStream(
    id: number,
    offset: number,
    isFin: boolean,
    octets: Uint8Array,
    start: number,
    end: number,
    now: Instant,
  ): number {
    const stream = this.#table.resolve(id);
    if (stream === undefined) return this.#table.error;
    const to = offset + end - start;
    if (to > stream.receiveLimit) return transportError.flowControl;
    if (isFin) {
      const error = this.#setFinalSize(stream, to);
      if (error !== 0) return error;
    } else if (stream.finalSize >= 0 && to > stream.finalSize) return transportError.finalSize;
    if (!this.#countReceived(stream, to)) return transportError.flowControl;
    if (stream.isDiscarding) {
      this.#discard(stream);
      return 0;
    }
    if (!stream.receive.insert(offset, octets, start, end)) return transportError.internal;
    this.#noteArrival(stream, now);
    return 0;
  }

  /** RESET_STREAM, or RESET_STREAM_AT; 0 or a transport error. */
  handleReset(id: number, code: number, finalSize: number, reliableSize: number): number {
    if (reliableSize > finalSize) return transportError.frameEncoding;
    const stream = this.#table.resolve(id);
    if (stream === undefined) return this.#table.error;
    if (finalSize > stream.receiveLimit) return transportError.flowControl;
    const error = this.#setFinalSize(stream, finalSize);
    if (error !== 0) return error;
    if (!this.#countReceived(stream, finalSize)) return transportError.flowControl;
    if (stream.isEndTaken || stream.stopCode >= 0) {
      this.#discard(stream);
      return 0;
    }
    // The reliable size may fall, and never grows; a code does not change.
    if (stream.peerResetCode < 0) {
      stream.peerResetCode = code;
      stream.peerReliableSize = reliableSize;
    } else stream.peerReliableSize = Math.min(stream.peerReliableSize, reliableSize);
    if (stream.isDiscarding) {
      this.#drop(stream);
      this.#setTaken(stream, finalSize);
    }
    this.#show(stream);
    return 0;
  }

  /** Reads, and sets `lastFin` and `lastErrorCode`. A read of nothing tells of a reset, whatever waits before it. */
  receive(id: number, into: Uint8Array, now: Instant): number {
    const stream = this.#table.get(id);
    this.lastFin = false;
    if (stream === undefined || stream.stopCode >= 0) return STREAM_GONE;
    if (into.length === 0 && stream.peerResetCode >= 0) return this.#toldReset(stream, false);
    if (stream.isEndTaken) return stream.peerResetCode >= 0 ? this.#toldReset(stream, false) : STREAM_GONE;
    return this.#take(stream, stream.receive.take(into, stream.readable), now);
  }

  /** Sets `pieces` to what can be read of a stream, where it lies. */
  lend(id: number, pieces: Pieces): void {
    const stream = this.#table.get(id);
    if (stream === undefined || stream.stopCode >= 0 || stream.isEndTaken) pieces.clear();
    else stream.receive.lend(stream.readable, pieces);
  }

  /** Reads what `lend` showed, or the first octets of it; returns as `receive` does. */
  takeLent(id: number, octets: number, now: Instant): number {
    const stream = this.#table.get(id);
    this.lastFin = false;
    if (stream === undefined || stream.stopCode >= 0) return STREAM_GONE;
    if (stream.isEndTaken) return stream.peerResetCode >= 0 ? this.#toldReset(stream, false) : STREAM_GONE;
    if (octets > 0) stream.receive.skip(octets);
    return this.#take(stream, octets, now);
  }

  /** Updates credit, and the end of the stream, after this many octets were read. */
  #take(stream: Stream, length: number, now: Instant): number {
    if (length > 0) this.#noteTaken(stream, now);
    if (!stream.isAtEnd) return length > 0 ? length : STREAM_BLOCKED;
    if (stream.peerResetCode >= 0) return length > 0 ? length : this.#toldReset(stream, true);
    this.lastFin = true;
    this.#endTaken(stream);
    return length;
  }

  /** STOP_SENDING: what arrived and what will is discarded. */
  stop(id: number, code: number): void {
    const stream = this.#table.get(id);
    if (stream === undefined || stream.isReceiveDone) return;
    const isDone = stream.finalSize >= 0 && stream.receive.arrived === stream.finalSize;
    stream.stopCode = code;
    this.#discard(stream);
    if (!isDone && stream.peerResetCode < 0) this.#owner.owe(stream, OWES_STOP_SENDING);
    this.#owner.settle(stream);
  }

  /** Visits streams with something to read, in turn, until a visit returns false; returns whether some were left. */
  forEachReadable(visit: (id: number, isNew: boolean) => boolean): boolean {
    for (let left = this.#readable.size; left > 0; left -= 1) {
      const stream = this.#readable.shift();
      if (stream === undefined) return false;
      stream.isInReadable = false;
      if (stream.readable === 0 && !stream.isAtEnd) continue;
      const { isNew } = stream;
      stream.isNew = false;
      const goesOn = visit(stream.id, isNew);
      if (stream.readable > 0 || stream.isAtEnd) this.#show(stream);
      if (!goesOn && left > 1) return true;
    }
    return false;
  }

  /** When `relieve` has something to do, Infinity: while there is memory. */
  get reliefAt(): Instant {
    if (!this.#isMemoryFull()) return Infinity;
    for (const stream of this.#waiting) return stream.waitsSince + STALLED_MS;
    return Infinity;
  }

  #isMemoryFull(): boolean {
    return this.received - this.taken > MEMORY_FULL * this.#limits.connectionWindowOctets;
  }

  /** Refuses the stream whose reader has stalled longest, when the memory of all is used up. */
  relieve(now: Instant): void {
    if (!this.#isMemoryFull()) return;
    for (const stream of this.#waiting) {
      if (now - stream.waitsSince < STALLED_MS) return;
      this.refused += 1;
      this.#waiting.delete(stream);
      stream.peerResetCode = this.#limits.stalledCode;
      stream.peerReliableSize = 0;
      this.#drop(stream);
      this.#setTaken(stream, stream.receive.highest);
      this.#owner.owe(stream, OWES_STOP_SENDING);
      this.#show(stream);
      return;
    }
  }

  /** What MAX_STREAM_DATA of the stream may say now. */
  streamLimit(stream: Stream): number {
    stream.receiveLimit = Math.max(stream.receiveLimit, stream.receive.read + stream.window);
    return stream.receiveLimit;
  }

  #noteArrival(stream: Stream, now: Instant): void {
    if (stream.readable === 0 && !stream.isAtEnd) return;
    if (stream.waitsSince === Infinity && stream.readable > 0) {
      stream.waitsSince = now;
      this.#waiting.add(stream);
    }
    this.#show(stream);
  }

  #noteTaken(stream: Stream, now: Instant): void {
    const { read } = stream.receive;
    this.#waiting.delete(stream);
    stream.waitsSince = Infinity;
    if (stream.readable > 0) {
      stream.waitsSince = now;
      this.#waiting.add(stream);
    }
    this.#setTaken(stream, read);
    if (stream.finalSize >= 0 || read + stream.window - stream.receiveLimit < stream.window / 2) return;
    this.#grow(stream, now);
    this.#owner.owe(stream, OWES_MAX_STREAM_DATA);
  }

  /** The window doubles when its half was taken within two round trips, RFC 9000 section 4.2. */
  #grow(stream: Stream, now: Instant): void {
    const { initialStreamWindowOctets, maxStreamWindowOctets, connectionWindowOctets } = this.#limits;
    const left = (connectionWindowOctets - (this.received - this.taken)) / WINDOW_SHARE;
    const most = Math.max(initialStreamWindowOctets, Math.min(maxStreamWindowOctets, left));
    const wasFast = now - stream.windowAt < 2 * this.#rtt.smoothed;
    stream.window = Math.min(most, wasFast ? stream.window * 2 : stream.window);
    stream.windowAt = now;
  }

  #setFinalSize(stream: Stream, size: number): number {
    if (stream.finalSize >= 0 && stream.finalSize !== size) return transportError.finalSize;
    if (size < stream.receive.highest) return transportError.finalSize;
    stream.finalSize = size;
    return 0;
  }

  /** Counts up to the stream's offset `to`; false beyond the connection's limit. */
  #countReceived(stream: Stream, to: number): boolean {
    const more = to - stream.receive.highest;
    if (more <= 0) return true;
    this.received += more;
    stream.receive.highest = to;
    return this.received <= this.toldMaxData;
  }

  #setTaken(stream: Stream, taken: number): void {
    const to = Math.min(taken, stream.receive.highest);
    if (to <= stream.taken) return;
    this.taken += to - stream.taken;
    stream.taken = to;
  }

  #discard(stream: Stream): void {
    this.#drop(stream);
    this.#setTaken(stream, stream.receive.highest);
    this.#owner.settle(stream);
  }

  #drop(stream: Stream): void {
    stream.receive.drop();
    this.#waiting.delete(stream);
    stream.waitsSince = Infinity;
  }

  #toldReset(stream: Stream, isTaken: boolean): number {
    this.lastErrorCode = stream.peerResetCode;
    if (isTaken) this.#endTaken(stream);
    return STREAM_ENDED_BY_PEER;
  }

  #endTaken(stream: Stream): void {
    stream.isEndTaken = true;
    this.#discard(stream);
  }

  #show(stream: Stream): void {
    if (stream.isInReadable || (stream.readable === 0 && !stream.isAtEnd)) return;
    stream.isInReadable = true;
    this.#readable.push(stream);
  }
}
