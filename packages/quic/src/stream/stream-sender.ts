/**
 * The sending parts of all streams, RFC 9000 section 3.1: they take turns, a packet each; what was lost goes first. A
 * reset follows the octets that were accepted before it (RESET_STREAM_AT).
 */
import { LARGE_COUNT, type OctetSource } from "@flor/machine";
import { frameType, STREAM_FIN, STREAM_LENGTH, STREAM_OFFSET } from "../frame/frame-type.ts";
import type { PacketBuilder } from "../frame/packet-builder.ts";
import { varintOctets, writeVarint2 } from "../packet/varint.ts";
import { STREAM_ENDED_BY_PEER, STREAM_GONE } from "../quic-engine.ts";
import { sentFrame } from "../recovery/sent-frames.ts";
import { OWES_BLOCKED, OWES_RESET, type Stream } from "./stream.ts";
import { CONNECTION_UNSENT_MAX_OCTETS, STREAM_UNSENT_MAX_OCTETS } from "./stream-limits.ts";
import type { StreamOwner } from "./stream-receiver.ts";
import { StreamQueue } from "./stream-queue.ts";
import type { StreamTable } from "./stream-table.ts";

/** Below this many octets, copying into the packet is cheaper than sealing from elsewhere. */
const SEAL_FROM_MIN_OCTETS = 512;
/** With less room behind a frame, it takes what is left of the packet. */
const FRAME_MIN_OCTETS = 16;
/** A frame is not begun in less room: header and some octets. */
const FRAME_ROOM_MIN_OCTETS = 40;
/** Octets of `Length`, below 16,384. */
const LENGTH_OCTETS = 2;

export class StreamSender {
  readonly #table: StreamTable;
  readonly #owner: StreamOwner;
  readonly #sendable = new StreamQueue();
  readonly #resend = new StreamQueue();
  /** The peer's MAX_DATA. */
  maxData: number = LARGE_COUNT;
  /** Octets sent for the first time, all streams. */
  sentOctets: number = LARGE_COUNT;
  /** Octets accepted and not sent, all streams. */
  unsent = 0;
  /** The limit that DATA_BLOCKED told, or -1. */
  toldBlockedAt = -1;
  lastErrorCode = 0;
  /** The peer understands RESET_STREAM_AT. */
  hasResetStreamAt = false;

  constructor(table: StreamTable, owner: StreamOwner) {
    this.#table = table;
    this.#owner = owner;
  }

  /** Whether a packet would have stream octets or an end in it. */
  get isPending(): boolean {
    return this.#resend.size > 0 || (this.#sendable.size > 0 && !this.isBlocked);
  }

  /** The peer's credit is used up. */
  get isBlocked(): boolean {
    return this.sentOctets >= this.maxData && this.unsent > 0;
  }

  handleMaxStreamData(id: number, limit: number): number {
    const stream = this.#table.resolve(id);
    if (stream === undefined) return this.#table.error;
    stream.sendLimit = Math.max(stream.sendLimit, limit);
    return 0;
  }

  /** STOP_SENDING: RFC 9000 section 3.5 has a reset follow. */
  handleStopSending(id: number, code: number): number {
    const stream = this.#table.resolve(id);
    if (stream === undefined) return this.#table.error;
    if (stream.stoppedCode >= 0 || stream.isSendDone) return 0;
    stream.stoppedCode = code;
    this.#drop(stream);
    if (stream.resetCode < 0) stream.resetCode = code;
    stream.reliableSize = 0;
    stream.isResetHeld = false;
    this.#owner.owe(stream, OWES_RESET);
    return 0;
  }

  /** Takes octets, copied: as many as the stream's credit and the memory allow. */
  send(id: number, octets: Uint8Array, isFin: boolean): number {
    const stream = this.#table.get(id);
    const refusal = this.#refusalOf(stream);
    if (stream === undefined || refusal !== 0) return refusal;
    const { send } = stream;
    const credit = stream.sendLimit - send.written;
    const accepted = Math.max(0, Math.min(octets.length, credit, this.#roomOf(stream)));
    if (accepted > 0) send.write(octets, 0, accepted);
    this.unsent += accepted;
    if (accepted < octets.length && accepted === credit) this.#tellBlocked(stream);
    if (isFin && accepted === octets.length) stream.hasFin = true;
    if (accepted > 0 || stream.hasFin) this.#queueFresh(stream);
    return accepted;
  }

  /** Has `source` write octets where they will be sent from: as many as the stream's credit and the memory allow. */
  sendFrom(id: number, source: OctetSource): number {
    const stream = this.#table.get(id);
    const refusal = this.#refusalOf(stream);
    if (stream === undefined || refusal !== 0) return refusal;
    const { send } = stream;
    const accepted = send.writeFrom(source, Math.min(stream.sendLimit - send.written, this.#roomOf(stream)));
    this.unsent += accepted;
    if (accepted > 0) this.#queueFresh(stream);
    return accepted;
  }

  /** Ends the sending part with a reset, after what was accepted. */
  reset(id: number, code: number): void {
    const stream = this.#table.get(id);
    if (stream === undefined || stream.hasFin || stream.resetCode >= 0) return;
    stream.resetCode = code;
    stream.reliableSize = stream.send.written;
    stream.isResetHeld = !this.hasResetStreamAt && !stream.send.isAcked;
    if (!stream.isResetHeld) this.#owner.owe(stream, OWES_RESET);
  }

  /** Writes STREAM frames, as many as there is room for. The last may leave its octets where they lie. */
  fill(packet: PacketBuilder): void {
    while (packet.room > FRAME_ROOM_MIN_OCTETS) {
      const stream = this.#nextStream();
      if (stream === undefined) return;
      this.#writeFrame(packet, stream);
    }
  }

  handleAcked(id: number, offset: number, end: number, isFin: boolean): void {
    const stream = this.#table.get(id);
    if (stream === undefined) return;
    stream.send.handleAcked(offset, end);
    if (isFin) {
      stream.isFinAcked = true;
      stream.isFinLost = false;
    }
    if (stream.isResetHeld && stream.send.isAcked) {
      stream.isResetHeld = false;
      this.#owner.owe(stream, OWES_RESET);
    }
    if (stream.isSendDone) this.#owner.settle(stream);
  }

  handleLost(id: number, offset: number, end: number, isFin: boolean): void {
    const stream = this.#table.get(id);
    if (stream === undefined || stream.stoppedCode >= 0) return;
    stream.send.handleLost(offset, end);
    if (isFin && !stream.isFinAcked) stream.isFinLost = true;
    if (stream.hasLost) this.#queueLost(stream);
  }

  /** Why a stream takes nothing, as `send` tells it; 0: it does. */
  #refusalOf(stream: Stream | undefined): number {
    if (stream === undefined) return STREAM_GONE;
    if (stream.stoppedCode >= 0) {
      this.lastErrorCode = stream.stoppedCode;
      return STREAM_ENDED_BY_PEER;
    }
    return stream.hasFin || stream.resetCode >= 0 ? STREAM_GONE : 0;
  }

  /** Octets of a stream that there is memory for before some are sent. */
  #roomOf({ send }: Stream): number {
    return Math.min(STREAM_UNSENT_MAX_OCTETS - (send.written - send.sent), CONNECTION_UNSENT_MAX_OCTETS - this.unsent);
  }

  #nextStream(): Stream | undefined {
    for (let stream = this.#resend.front; stream !== undefined; stream = this.#resend.front) {
      if (stream.hasLost) return stream;
      this.#resend.shift();
      stream.isInResend = false;
    }
    for (let stream = this.#sendable.front; stream !== undefined; stream = this.#sendable.front) {
      if (stream.hasFresh) return this.#mayGo(stream) ? stream : undefined;
      this.#sendable.shift();
      stream.isInSendable = false;
    }
    return undefined;
  }

  /** Connection credit is left, or only an end is to be sent. */
  #mayGo(stream: Stream): boolean {
    return this.sentOctets < this.maxData || stream.send.sent === stream.send.written;
  }

  #writeFrame(packet: PacketBuilder, stream: Stream): void {
    const { send } = stream;
    const isAgain = stream.hasLost;
    const offset = isAgain && !send.hasLost ? send.written : send.nextOffset;
    let end = isAgain
      ? send.hasLost
        ? send.nextEnd
        : offset
      : Math.min(send.written, offset + this.maxData - this.sentOctets);
    const header = 1 + varintOctets(stream.id) + (offset === 0 ? 0 : varintOctets(offset));
    const room = packet.room - header;
    const isLast = end - offset > room - LENGTH_OCTETS - FRAME_MIN_OCTETS || this.#isAlone(stream);
    end = Math.min(end, offset + room - (isLast ? 0 : LENGTH_OCTETS));
    const hasFin = stream.hasFin && end === send.written && (!isAgain || stream.isFinSent);
    packet.octet(
      frameType.stream | (offset === 0 ? 0 : STREAM_OFFSET) | (isLast ? 0 : STREAM_LENGTH) | (hasFin ? STREAM_FIN : 0),
    );
    packet.varint(stream.id);
    if (offset > 0) packet.varint(offset);
    if (!isLast) packet.at = writeVarint2(packet.octets, packet.at, end - offset);
    this.#writeOctets(packet, stream, offset, end, isLast);
    packet.markEliciting();
    packet.frames.add(hasFin ? sentFrame.streamWithFin : sentFrame.stream, stream.id, offset, end);
    const fresh = Math.max(0, end - send.sent);
    this.sentOctets += fresh;
    this.unsent -= fresh;
    send.handleSent(offset, end);
    if (hasFin) {
      stream.isFinSent = true;
      stream.isFinLost = false;
    }
    if (!isAgain) this.#rotate(stream);
  }

  /** The frame's octets: copied, or left where they are to be sealed from there. */
  #writeOctets(packet: PacketBuilder, stream: Stream, offset: number, end: number, isLast: boolean): void {
    const { blocks } = stream.send;
    // Of offsets beyond 2 GiB, yet itself an integer of 32 bits, as all places in a packet are.
    const length = (end - offset) | 0;
    if (length === 0) {
      if (isLast) packet.limit = packet.at;
      return;
    }
    blocks.locate(offset);
    if (isLast && length >= SEAL_FROM_MIN_OCTETS && blocks.blockEnd - blocks.blockAt >= length) {
      packet.source = blocks.block;
      packet.sourceStart = blocks.blockAt;
      packet.sourceEnd = blocks.blockAt + length;
      return;
    }
    blocks.read(offset, length, packet.octets, packet.at);
    packet.at += length;
    // Without a length, the frame is what is left of the packet.
    if (isLast) packet.limit = packet.at;
  }

  #isAlone(stream: Stream): boolean {
    const others =
      this.#resend.size + this.#sendable.size - (stream.isInResend ? 1 : 0) - (stream.isInSendable ? 1 : 0);
    return others === 0 && !(stream.isInResend && stream.isInSendable);
  }

  #rotate(stream: Stream): void {
    if (this.#sendable.front !== stream) return;
    this.#sendable.shift();
    if (stream.hasFresh) this.#sendable.push(stream);
    else stream.isInSendable = false;
  }

  #queueFresh(stream: Stream): void {
    if (stream.isInSendable || !stream.hasFresh) return;
    stream.isInSendable = true;
    this.#sendable.push(stream);
  }

  #queueLost(stream: Stream): void {
    if (stream.isInResend) return;
    stream.isInResend = true;
    this.#resend.push(stream);
  }

  #drop(stream: Stream): void {
    this.unsent -= stream.send.written - stream.send.sent;
    stream.send.drop();
    stream.hasFin = false;
    stream.isFinLost = false;
  }

  #tellBlocked(stream: Stream): void {
    if (stream.toldBlockedAt === stream.sendLimit) return;
    stream.toldBlockedAt = stream.sendLimit;
    this.#owner.owe(stream, OWES_BLOCKED);
  }
}
