import type { Instant } from "@flor/machine";
import type { BlockPool } from "./block-pool.ts";
import { ReceiveBuffer } from "./receive-buffer.ts";
import { SendBuffer } from "./send-buffer.ts";

/** Control frames of a stream that are to be sent: bits of `owed`. */
export const OWES_MAX_STREAM_DATA = 1;
export const OWES_STOP_SENDING = 2;
export const OWES_RESET = 4;
export const OWES_BLOCKED = 8;

/** One bidirectional stream, RFC 9000 sections 2 and 3: plain state, which {@link Streams} moves. */
export class Stream {
  readonly id: number;
  readonly send: SendBuffer;
  readonly receive: ReceiveBuffer;
  /** Bits of control frames to send. */
  owed = 0;

  // The sending part, RFC 9000 section 3.1.
  /** The peer's MAX_STREAM_DATA. */
  sendLimit: number;
  /** The limit that STREAM_DATA_BLOCKED told, or -1. */
  toldBlockedAt = -1;
  /** The owner wrote the end. */
  hasFin = false;
  isFinSent = false;
  isFinAcked = false;
  isFinLost = false;
  /** The code of our reset, or -1. */
  resetCode = -1;
  isResetAcked = false;
  /** RESET_STREAM_AT: octets that are delivered before the reset; all that was written, or none. */
  reliableSize = 0;
  /** RESET_STREAM goes when all of it is acknowledged: the peer knows no RESET_STREAM_AT. */
  isResetHeld = false;
  /** The code of the peer's STOP_SENDING, or -1. */
  stoppedCode = -1;

  // The receiving part, RFC 9000 section 3.2.
  /** Our MAX_STREAM_DATA. */
  receiveLimit: number;
  /** How far beyond what is read the limit lies. */
  window: number;
  windowAt: Instant = -Infinity;
  /** -1: unknown. */
  finalSize = -1;
  /** The code of the peer's reset, or of our refusal; -1: none. */
  peerResetCode = -1;
  /** Octets that are delivered before the peer's reset. */
  peerReliableSize = 0;
  /** The code of our STOP_SENDING, or -1: what arrives is discarded. */
  stopCode = -1;
  /** The owner has seen the end or the reset. */
  isEndTaken = false;
  /** Octets that count as taken for the connection's credit. */
  taken = 0;
  /** Octets wait for their reader since then. */
  waitsSince: Instant = Infinity;

  /** Not shown to the owner yet. */
  isNew: boolean;
  isInReadable = false;
  isInControl = false;
  isInSendable = false;
  isInResend = false;

  constructor(id: number, isNew: boolean, sendLimit: number, receiveLimit: number, pool: BlockPool) {
    this.id = id;
    this.isNew = isNew;
    this.sendLimit = sendLimit;
    this.receiveLimit = receiveLimit;
    this.window = receiveLimit;
    this.send = new SendBuffer(pool);
    this.receive = new ReceiveBuffer(pool);
  }

  /** Whether the sending part needs nothing any more. */
  get isSendDone(): boolean {
    if (this.resetCode >= 0) return this.isResetAcked && this.send.base >= this.reliableSize;
    return this.isFinAcked && this.send.isAcked;
  }

  /** Whether the receiving part needs nothing any more. */
  get isReceiveDone(): boolean {
    return this.finalSize >= 0 && (this.isEndTaken || this.stopCode >= 0);
  }

  /** Whether nobody will read what arrives. */
  get isDiscarding(): boolean {
    if (this.isEndTaken || this.stopCode >= 0) return true;
    return this.peerResetCode >= 0 && this.receive.read >= this.peerReliableSize;
  }

  /** Whether octets or the end are to be sent that were not sent before. */
  get hasFresh(): boolean {
    return this.send.sent < this.send.written || (this.hasFin && !this.isFinSent);
  }

  /** Whether octets or the end are to be sent again. */
  get hasLost(): boolean {
    return this.send.hasLost || this.isFinLost;
  }

  /** Octets that the owner can read now: not beyond what a reset lets through. */
  get readable(): number {
    if (this.isEndTaken || this.stopCode >= 0) return 0;
    const { available, read } = this.receive;
    return this.peerResetCode < 0 ? available : Math.min(available, Math.max(0, this.peerReliableSize - read));
  }

  /** The end or the reset stands right behind what was read. */
  get isAtEnd(): boolean {
    if (this.isEndTaken || this.stopCode >= 0) return false;
    if (this.peerResetCode >= 0) return this.receive.read >= this.peerReliableSize;
    return this.finalSize >= 0 && this.receive.read === this.finalSize;
  }
}
