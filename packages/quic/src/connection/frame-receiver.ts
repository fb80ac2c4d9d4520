/** Takes the frames of one packet, RFC 9000 sections 12.4 and 19. */
import type { Instant } from "@flor/machine";
import { decodeAscii } from "../ascii.ts";
import { frameType, STREAM_FIN, STREAM_LENGTH, STREAM_OFFSET } from "../frame/frame-type.ts";
import { CONNECTION_ID_MAX_OCTETS } from "../connection-id.ts";
import type { OctetReader } from "../packet/octet-reader.ts";
import { meaningOf, transportError } from "../packet/transport-error.ts";
import { RESET_TOKEN_OCTETS } from "../packet/transport-parameters.ts";
import type { PacketSpace } from "../recovery/packet-space.ts";
import { type ConnectionState, PATH_RESPONSES_MAX } from "./connection-state.ts";
import { REASON_MAX_CHARACTERS } from "./termination.ts";

/** No stream, and no flow-controlled count, is beyond this: RFC 9000 sections 4.6 and 16. */
const STREAMS_MAX = 2 ** 60;
const OFFSET_MAX = 2 ** 62 - 1;
const PATH_DATA_OCTETS = 8;

/** Frames that Initial and Handshake packets may have, RFC 9000 section 12.5. */
const HANDSHAKE_FRAMES: ReadonlySet<number> = new Set([
  frameType.padding,
  frameType.ping,
  frameType.ack,
  frameType.ackEcn,
  frameType.crypto,
  frameType.connectionClose,
]);

export class FrameReceiver {
  readonly #state: ConnectionState;
  /** The packet had a frame other than ACK, PADDING and CONNECTION_CLOSE. */
  isEliciting = false;

  constructor(state: ConnectionState) {
    this.#state = state;
  }

  /** Takes the payload that the reader stands at; false when it ended the connection. */
  take(space: PacketSpace, reader: OctetReader, now: Instant): boolean {
    this.isEliciting = false;
    const state = this.#state;
    if (reader.left === 0) return this.#fail(transportError.protocolViolation, 0, "packet without frames");
    while (reader.left > 0 && state.termination.state !== "draining") {
      const type = reader.varint();
      if (type === frameType.padding) {
        skipPadding(reader);
        continue;
      }
      if (space.level !== "application" && !HANDSHAKE_FRAMES.has(type))
        return this.#fail(transportError.protocolViolation, type, "frame of another packet type");
      const error = this.#takeFrame(space, type, reader, now);
      if (reader.isBroken) return this.#fail(transportError.frameEncoding, type, "frame is cut short");
      if (error !== 0) return this.#fail(error, type, meaningOf(error));
    }
    return true;
  }

  #fail(code: number, type: number, text: string): false {
    this.#state.fail(code, type, text);
    return false;
  }

  #takeFrame(space: PacketSpace, type: number, reader: OctetReader, now: Instant): number {
    if (type === frameType.ack || type === frameType.ackEcn) return this.#takeAck(space, type, reader, now);
    if (type === frameType.connectionClose || type === frameType.connectionCloseApplication)
      return this.#takeClose(type, reader, now);
    this.isEliciting = true;
    if (type >= frameType.stream && type < frameType.maxData) return this.#takeStream(type, reader, now);
    if (type === frameType.crypto) return this.#takeCrypto(space, reader);
    const error = this.#takeStreamControl(type, reader);
    return error < 0 ? this.#takeOther(type, reader, now) : error;
  }

  #takeStream(type: number, reader: OctetReader, now: Instant): number {
    const id = reader.varint();
    const offset = (type & STREAM_OFFSET) === 0 ? 0 : reader.varint();
    const length = (type & STREAM_LENGTH) === 0 ? reader.left : reader.varint();
    const { octets, at } = reader;
    reader.skip(length);
    if (reader.isBroken) return 0;
    if (offset + length > OFFSET_MAX) return transportError.frameEncoding;
    const { receiver } = this.#state.streams;
    return receiver.handleStream(id, offset, (type & STREAM_FIN) !== 0, octets, at, at + length, now);
  }

  #takeCrypto(space: PacketSpace, reader: OctetReader): number {
    const offset = reader.varint();
    const length = reader.varint();
    const { octets, at } = reader;
    reader.skip(length);
    if (reader.isBroken) return 0;
    if (offset + length > OFFSET_MAX) return transportError.frameEncoding;
    const error = this.#state.handshake.handleCrypto(space, offset, octets, at, at + length);
    this.#state.followHandshake();
    return error;
  }

  /** ACK, RFC 9000 section 19.3. */
  #takeAck(space: PacketSpace, type: number, reader: OctetReader, now: Instant): number {
    const { recovery, handshake } = this.#state;
    const largest = reader.varint();
    const delay = reader.varint();
    const count = reader.varint();
    let last = largest;
    let first = last - reader.varint();
    if (reader.isBroken) return 0;
    if (first < 0) return transportError.frameEncoding;
    if (!recovery.beginAck(space, largest)) return transportError.protocolViolation;
    if (!recovery.ackRange(space, first, last, now)) return transportError.protocolViolation;
    for (let index = 0; index < count; index += 1) {
      last = first - reader.varint() - 2;
      first = last - reader.varint();
      if (reader.isBroken) return 0;
      if (first < 0) return transportError.frameEncoding;
      if (!recovery.ackRange(space, first, last, now)) return transportError.protocolViolation;
    }
    if (type === frameType.ackEcn) for (let index = 0; index < 3; index += 1) reader.varint();
    const exponent = space.level === "application" ? (handshake.peer?.ackDelayExponent ?? 3) : 3;
    recovery.endAck(space, largest, (delay * 2 ** exponent) / 1000, now);
    return 0;
  }

  #takeClose(type: number, reader: OctetReader, now: Instant): number {
    const isApplication = type === frameType.connectionCloseApplication;
    const code = reader.varint();
    if (!isApplication) reader.varint();
    const text = decodeAscii(reader.view(reader.varint()), REASON_MAX_CHARACTERS);
    if (!reader.isBroken) this.#state.drain("peer", isApplication, code, text, now);
    return 0;
  }

  /** Frames about streams; -1 when it is none. */
  #takeStreamControl(type: number, reader: OctetReader): number {
    const { sender, receiver, table } = this.#state.streams;
    switch (type) {
      case frameType.resetStream:
      case frameType.resetStreamAt: {
        const [id, code, finalSize] = [reader.varint(), reader.varint(), reader.varint()];
        const reliableSize = type === frameType.resetStreamAt ? reader.varint() : 0;
        return reader.isBroken ? 0 : receiver.handleReset(id, code, finalSize, reliableSize);
      }
      case frameType.stopSending: {
        const [id, code] = [reader.varint(), reader.varint()];
        return reader.isBroken ? 0 : sender.handleStopSending(id, code);
      }
      case frameType.maxData:
        sender.maxData = Math.max(sender.maxData, reader.varint());
        return 0;
      case frameType.maxStreamData: {
        const [id, limit] = [reader.varint(), reader.varint()];
        return reader.isBroken ? 0 : sender.handleMaxStreamData(id, limit);
      }
      case frameType.maxStreamsBidi:
      case frameType.maxStreamsUni: {
        const count = reader.varint();
        if (count > STREAMS_MAX) return transportError.frameEncoding;
        if (type === frameType.maxStreamsBidi) table.peerMaxStreams = Math.max(table.peerMaxStreams, count);
        return 0;
      }
      case frameType.streamDataBlocked: {
        const id = reader.varint();
        reader.varint();
        if (reader.isBroken) return 0;
        return table.resolve(id) === undefined ? table.error : 0;
      }
      case frameType.dataBlocked:
        reader.varint();
        return 0;
      case frameType.streamsBlockedBidi:
      case frameType.streamsBlockedUni:
        return reader.varint() > STREAMS_MAX ? transportError.frameEncoding : 0;
      default:
        return -1;
    }
  }

  #takeOther(type: number, reader: OctetReader, now: Instant): number {
    const state = this.#state;
    switch (type) {
      case frameType.ping:
        return 0;
      case frameType.newToken:
        return this.#takeNewToken(reader);
      case frameType.newConnectionId:
        return this.#takeNewConnectionId(reader);
      case frameType.retireConnectionId:
        // Our only id is the one that this packet came to: it may not be retired, section 19.16.
        reader.varint();
        return reader.isBroken ? 0 : transportError.protocolViolation;
      case frameType.pathChallenge: {
        const data = reader.view(PATH_DATA_OCTETS);
        if (!reader.isBroken && state.pathResponses.length < PATH_RESPONSES_MAX) state.pathResponses.push(data.slice());
        return 0;
      }
      case frameType.pathResponse:
        // We challenge nobody, section 19.18.
        reader.skip(PATH_DATA_OCTETS);
        return reader.isBroken ? 0 : transportError.protocolViolation;
      case frameType.handshakeDone:
        if (state.role === "server") return transportError.protocolViolation;
        state.confirm();
        return 0;
      case frameType.datagram:
      case frameType.datagramWithLength: {
        const length = type === frameType.datagram ? reader.left : reader.varint();
        const { octets, at } = reader;
        reader.skip(length);
        if (!reader.isBroken) state.datagrams.handleReceived(octets, at, at + length);
        return 0;
      }
      case frameType.ackFrequency:
        return this.#takeAckFrequency(reader);
      case frameType.immediateAck:
        state.application.ackDueAt = now;
        state.owesImmediateAck = true;
        return 0;
      default:
        return transportError.frameEncoding;
    }
  }

  #takeNewToken(reader: OctetReader): number {
    if (this.#state.role === "server") return transportError.protocolViolation;
    const length = reader.varint();
    reader.skip(length);
    return length === 0 && !reader.isBroken ? transportError.frameEncoding : 0;
  }

  #takeNewConnectionId(reader: OctetReader): number {
    const [sequence, retirePriorTo] = [reader.varint(), reader.varint()];
    const length = reader.octet();
    const id = reader.view(length);
    const token = reader.view(RESET_TOKEN_OCTETS);
    if (reader.isBroken) return 0;
    if (length < 1 || length > CONNECTION_ID_MAX_OCTETS) return transportError.frameEncoding;
    return this.#state.peerIds.handleNew(sequence, retirePriorTo, id, token);
  }

  #takeAckFrequency(reader: OctetReader): number {
    const [sequence, threshold, delay] = [reader.varint(), reader.varint(), reader.varint()];
    const reordering = reader.varint();
    if (reader.isBroken) return 0;
    if (delay < 1000) return transportError.protocolViolation;
    this.#state.acks.handleAckFrequency(sequence, threshold, delay, reordering);
    return 0;
  }
}

function skipPadding(reader: OctetReader): void {
  const { octets, end } = reader;
  let { at } = reader;
  while (at < end && octets[at] === 0) at += 1;
  reader.at = at;
}
