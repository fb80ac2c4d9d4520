/** All streams of one connection: the table, both parts, and the control frames that they owe. RFC 9000 sections 2 to 4. */
import { frameType } from "../frame/frame-type.ts";
import type { PacketBuilder } from "../frame/packet-builder.ts";
import type { RttEstimator } from "../recovery/rtt-estimator.ts";
import { sentFrame } from "../recovery/sent-frames.ts";
import type { BlockPool } from "./block-pool.ts";
import { OWES_BLOCKED, OWES_MAX_STREAM_DATA, OWES_RESET, OWES_STOP_SENDING, type Stream } from "./stream.ts";
import type { StreamLimits } from "./stream-limits.ts";
import { StreamQueue } from "./stream-queue.ts";
import { type StreamOwner, StreamReceiver } from "./stream-receiver.ts";
import { StreamSender } from "./stream-sender.ts";
import { StreamTable } from "./stream-table.ts";

/** The longest control frame: a type and four integers. */
const CONTROL_FRAME_MAX_OCTETS = 1 + 4 * 8;
/** MAX_STREAMS goes when this part of the streams may be opened again. */
const MAX_STREAMS_SHARE = 8;

export class Streams implements StreamOwner {
  readonly table: StreamTable;
  readonly receiver: StreamReceiver;
  readonly sender: StreamSender;
  readonly #limits: StreamLimits;
  readonly #control = new StreamQueue();
  #owesMaxStreams = false;
  #owesMaxData = false;

  constructor(role: "client" | "server", limits: StreamLimits, rtt: RttEstimator, pool: BlockPool) {
    this.#limits = limits;
    this.table = new StreamTable(role, limits, pool);
    this.receiver = new StreamReceiver(this.table, limits, rtt, this);
    this.sender = new StreamSender(this.table, this);
  }

  owe(stream: Stream, bits: number): void {
    stream.owed |= bits;
    if (stream.isInControl) return;
    stream.isInControl = true;
    this.#control.push(stream);
  }

  settle(stream: Stream): void {
    if (!stream.isSendDone || !stream.isReceiveDone || this.table.get(stream.id) !== stream) return;
    stream.send.drop();
    stream.receive.drop();
    this.table.delete(stream);
    const { maxStreams, toldMaxStreams } = this.table;
    const step = Math.max(1, Math.floor(this.#limits.maxPeerStreams / MAX_STREAMS_SHARE));
    if (maxStreams - toldMaxStreams >= step) this.#owesMaxStreams = true;
  }

  /** Whether control frames are to be sent. */
  get owesControl(): boolean {
    if (this.#control.size > 0 || this.#owesMaxStreams || this.#owesMaxData) return true;
    if (this.sender.isBlocked && this.sender.toldBlockedAt !== this.sender.maxData) return true;
    return this.receiver.owesMaxData;
  }

  /** Writes control frames, as many as there is room for. */
  fillControl(packet: PacketBuilder): void {
    if (this.#owesMaxData || this.receiver.owesMaxData) this.#writeMaxData(packet);
    if (this.#owesMaxStreams) this.#writeMaxStreams(packet);
    this.#writeBlocked(packet);
    while (packet.room >= 2 * CONTROL_FRAME_MAX_OCTETS) {
      const stream = this.#control.shift();
      if (stream === undefined) return;
      stream.isInControl = false;
      this.#writeOwed(packet, stream);
    }
  }

  /** Takes back everything that was to be sent and is no more needed. */
  handleAcked(kind: number, id: number, offset: number, end: number): void {
    if (kind === sentFrame.stream) return this.sender.handleAcked(id, offset, end, false);
    if (kind === sentFrame.streamWithFin) return this.sender.handleAcked(id, offset, end, true);
    const stream = this.table.get(id);
    if (kind !== sentFrame.resetStream || stream === undefined) return;
    // `end` is the reliable size that it told: a STOP_SENDING since then may have lowered it.
    if (end === stream.reliableSize) stream.isResetAcked = true;
    this.settle(stream);
  }

  handleLost(kind: number, id: number, offset: number, end: number): void {
    if (kind === sentFrame.stream) return this.sender.handleLost(id, offset, end, false);
    if (kind === sentFrame.streamWithFin) return this.sender.handleLost(id, offset, end, true);
    if (kind === sentFrame.maxData) this.#owesMaxData = true;
    if (kind === sentFrame.maxStreamsBidi) this.#owesMaxStreams = true;
    const stream = this.table.get(id);
    if (stream === undefined) return;
    if (kind === sentFrame.resetStream && !stream.isResetAcked) this.owe(stream, OWES_RESET);
    if (kind === sentFrame.stopSending && stream.finalSize < 0) this.owe(stream, OWES_STOP_SENDING);
    if (kind === sentFrame.maxStreamData && stream.finalSize < 0) this.owe(stream, OWES_MAX_STREAM_DATA);
  }

  #writeMaxData(packet: PacketBuilder): void {
    if (packet.room < CONTROL_FRAME_MAX_OCTETS) return;
    this.#owesMaxData = false;
    this.receiver.toldMaxData = this.receiver.maxData;
    packet.octet(frameType.maxData);
    packet.varint(this.receiver.toldMaxData);
    this.#record(packet, sentFrame.maxData, 0, 0);
  }

  #writeMaxStreams(packet: PacketBuilder): void {
    if (packet.room < CONTROL_FRAME_MAX_OCTETS) return;
    this.#owesMaxStreams = false;
    this.table.toldMaxStreams = this.table.maxStreams;
    packet.octet(frameType.maxStreamsBidi);
    packet.varint(this.table.toldMaxStreams);
    this.#record(packet, sentFrame.maxStreamsBidi, 0, 0);
  }

  #writeBlocked(packet: PacketBuilder): void {
    const { sender } = this;
    if (!sender.isBlocked || sender.toldBlockedAt === sender.maxData || packet.room < CONTROL_FRAME_MAX_OCTETS) return;
    sender.toldBlockedAt = sender.maxData;
    packet.octet(frameType.dataBlocked);
    packet.varint(sender.maxData);
    this.#record(packet, sentFrame.dataBlocked, 0, 0);
  }

  #writeOwed(packet: PacketBuilder, stream: Stream): void {
    const { owed } = stream;
    stream.owed = 0;
    if ((owed & OWES_STOP_SENDING) !== 0 && stream.finalSize < 0) {
      this.#begin(packet, frameType.stopSending, stream);
      packet.varint(stream.stopCode >= 0 ? stream.stopCode : this.#limits.stalledCode);
      this.#record(packet, sentFrame.stopSending, stream.id, 0);
    }
    if ((owed & OWES_MAX_STREAM_DATA) !== 0 && stream.finalSize < 0) {
      this.#begin(packet, frameType.maxStreamData, stream);
      packet.varint(this.receiver.streamLimit(stream));
      this.#record(packet, sentFrame.maxStreamData, stream.id, 0);
    }
    if ((owed & OWES_RESET) !== 0) this.#writeReset(packet, stream);
    if ((owed & OWES_BLOCKED) !== 0 && stream.resetCode < 0) {
      this.#begin(packet, frameType.streamDataBlocked, stream);
      packet.varint(stream.sendLimit);
      packet.markEliciting();
    }
  }

  /** RESET_STREAM, or RESET_STREAM_AT while octets must be delivered before it. */
  #writeReset(packet: PacketBuilder, stream: Stream): void {
    const { reliableSize } = stream;
    const isAt = reliableSize > 0 && this.sender.hasResetStreamAt;
    this.#begin(packet, isAt ? frameType.resetStreamAt : frameType.resetStream, stream);
    packet.varint(stream.resetCode);
    packet.varint(stream.send.written);
    if (isAt) packet.varint(reliableSize);
    this.#record(packet, sentFrame.resetStream, stream.id, reliableSize);
  }

  #begin(packet: PacketBuilder, type: number, stream: Stream): void {
    packet.octet(type);
    packet.varint(stream.id);
  }

  #record(packet: PacketBuilder, kind: number, id: number, end: number): void {
    packet.frames.add(kind, id, 0, end);
    packet.markEliciting();
  }
}
