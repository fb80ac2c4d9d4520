/**
 * One end of a UDP flow, at its client or at its target. To the flow it is a {@link LocalSocket} whose octets are the
 * records of its stream (proto/datagram.md); what fits a DATAGRAM frame goes by that beside the stream.
 *
 *   client or target ◀─datagrams─▶ DatagramEnd ◀─records─▶ Relay ◀─▶ stream
 *                                       └──────datagrams──────┴────▶ DATAGRAM frames
 */
import {
  type Cause,
  causeOfNumber,
  encodeReport,
  payloadAt,
  RECORD_HEADER_OCTETS,
  RECORD_MAX_OCTETS,
  recordLength,
  RecordType,
  writeRecordHeader,
} from "@flor/wire";
import { RecordHold } from "./record-hold.ts";
import type { DatagramDrop } from "./datagram-drop.ts";
import type { DatagramCarriage, DatagramDoor, LocalSocket, LocalSocketListener } from "./local-socket.ts";

/** Who is behind a {@link DatagramEnd}. */
export interface DatagramUser {
  /**
   * A datagram for it: remote and payload, octets[start, payload) and octets[payload, end). Borrowed; the three octets
   * before `start` are free to be overwritten.
   */
  handleDatagram(octets: Uint8Array, start: number, payload: number, end: number): void;
  /** Datagrams to the remote that octets[start, payload) name do not arrive. Borrowed. */
  handleReport(cause: Cause, octets: Uint8Array, start: number, payload: number): void;
  /** The flow is over; nothing more is told. */
  handleOver(): void;
  /** A datagram went nowhere. */
  handleDropped(reason: DatagramDrop): void;
}

/** Where a record is put together: it is used up before the next one. */
const record = new Uint8Array(RECORD_HEADER_OCTETS + RECORD_MAX_OCTETS);

/** One end of a UDP flow. */
export class DatagramEnd implements LocalSocket, DatagramDoor {
  readonly #user: DatagramUser;
  #listener: LocalSocketListener | undefined;
  #beside: DatagramCarriage | undefined;
  /** The stream takes no records for now. */
  #isPaused = false;
  #isOver = false;
  /** What arrived of a record that is not whole. */
  readonly #hold = new RecordHold();

  constructor(user: DatagramUser) {
    this.#user = user;
  }

  /** For the flow: what arrives beside the stream. */
  get datagrams(): DatagramDoor {
    return this;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Sends the datagram octets[start, end), remote and payload; borrowed. What finds no room is dropped and told. */
  send(octets: Uint8Array, start: number, end: number): void {
    if (this.#isOver) return this.#user.handleDropped("flow-over");
    if (this.#beside?.sendDatagram(octets, start, end) === true) return;
    this.#sendRecord(RecordType.datagram, octets, start, end);
  }

  /** Tells the far end what came of datagrams to a remote, as `encodeRemote` has it. */
  report(cause: Cause, remote: Uint8Array): void {
    const content = encodeReport(cause, remote);
    if (!this.#isOver) this.#sendRecord(RecordType.report, content, 0, content.length);
  }

  /** Ends the flow in order, from this end. */
  close(): void {
    if (this.#isOver) return;
    this.#over();
    this.#listener?.handleEnd();
  }

  // What the flow does with it, as with a socket:

  listen(listener: LocalSocketListener): void {
    this.#listener = listener;
    if (this.#isOver) listener.handleEnd();
  }

  attach(beside: DatagramCarriage): void {
    this.#beside = beside;
  }

  handleDatagram(octets: Uint8Array, start: number, end: number): void {
    if (this.#isOver) return;
    const payload = payloadAt(octets, start, end);
    if (payload < 0) return this.#user.handleDropped("malformed");
    this.#beside?.countDatagram(end - start);
    this.#user.handleDatagram(octets, start, payload, end);
  }

  write(octets: Uint8Array): number {
    let at = 0;
    while (at < octets.length && !this.#isOver) {
      const end = this.#hold.isEmpty ? wholeRecordEnd(octets, at) : 0;
      if (end > 0) {
        this.#handleRecord(octets, at, end);
        at = end;
        continue;
      }
      const taken = this.#hold.take(octets, at);
      if (taken < 0) {
        this.#fail("malformed record");
        break;
      }
      at += taken;
      if (this.#hold.isSkipped) this.#user.handleDropped("stream-memory");
      const whole = this.#hold.whole();
      if (whole !== undefined) this.#handleRecord(whole, 0, whole.length);
    }
    return 0;
  }

  end(): void {
    if (this.#isOver) return;
    this.#over();
    this.#user.handleOver();
    this.#listener?.handleEnd();
  }

  reset(): void {
    if (this.#isOver) return;
    this.#over();
    this.#user.handleOver();
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
  }

  #handleRecord(octets: Uint8Array, at: number, end: number): void {
    const start = at + RECORD_HEADER_OCTETS;
    const type = octets[at];
    if (type !== RecordType.datagram && type !== RecordType.report) return;
    const remoteAt = type === RecordType.report ? start + 1 : start;
    const payload = payloadAt(octets, remoteAt, end);
    if (payload < 0) this.#user.handleDropped("malformed");
    else if (type === RecordType.datagram) this.#user.handleDatagram(octets, start, payload, end);
    else this.#user.handleReport(causeOfNumber(octets[start] ?? 0), octets, remoteAt, payload);
  }

  #sendRecord(type: number, octets: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (length > RECORD_MAX_OCTETS) return this.#user.handleDropped("malformed");
    if (this.#isPaused || this.#listener === undefined) return this.#user.handleDropped("stream-full");
    writeRecordHeader(record, 0, type, length);
    record.set(octets.subarray(start, end), RECORD_HEADER_OCTETS);
    this.#listener.handleOctets(record.subarray(0, RECORD_HEADER_OCTETS + length));
  }

  #fail(code: string): void {
    this.#over();
    this.#user.handleOver();
    this.#listener?.handleReset(code);
  }

  #over(): void {
    this.#isOver = true;
    this.#beside = undefined;
    this.#hold.release();
  }
}

/** Where the record at octets[at, …) ends; 0: it is not whole. */
function wholeRecordEnd(octets: Uint8Array, at: number): number {
  if (at + RECORD_HEADER_OCTETS > octets.length) return 0;
  const end = at + RECORD_HEADER_OCTETS + recordLength(octets, at);
  return end <= octets.length ? end : 0;
}
