/**
 * What two nodes tell each other about ways between networks (proto/area.md): one stream of a session, opened by the one that asks,
 * with messages in both directions for as long as it is open.
 */
import {
  type AreaMessage,
  AreaMessageReader,
  Cause,
  type DecodedOpened,
  decodeOpened,
  encodeAreaMessage,
  encodeOpen,
  encodeOpened,
  type Open,
} from "@flor/wire";
import { PREFACE_VERSION } from "./destination.ts";
import type { StreamUser } from "./flow.ts";
import { PrefaceReader } from "./preface-reader.ts";
import type { BlockedWriter } from "./relay.ts";
import { STREAM_BLOCKED, type StreamCarrier } from "./stream-carrier.ts";
import { StreamErrorCode } from "./stream-error-code.ts";

const COMMAND_AREAS = 5;
/** Octets that wait for one such stream at most; a peer that does not read is let go. */
export const AREA_QUEUE_MAX_OCTETS = 1_048_576;
const READ_OCTETS = 16_384;
/** What is read is copied at once: one buffer serves all. */
const scratch = new Uint8Array(READ_OCTETS);

/** Told what comes over an {@link AreaChannel}. */
export interface AreaChannelOwner {
  handleMessage(message: AreaMessage): void;
  /** It is over, by the peer's doing or this node's. Told once. */
  handleEnded(reason: string): void;
  /** The stream did not take all: `handleWritable` is to be called when the connection made progress. */
  handleBlocked(writer: BlockedWriter): void;
}

/** Whether a decoded preface opens such a stream. */
export function opensAreas({ version, command }: Open): boolean {
  return version === PREFACE_VERSION && command === COMMAND_AREAS;
}

/** See the head of this file. */
export class AreaChannel implements StreamUser, BlockedWriter {
  readonly stream: number;
  readonly #carrier: StreamCarrier;
  readonly #owner: AreaChannelOwner;
  readonly #messages = new AreaMessageReader();
  /** The peer's answer is still to come; `undefined`: it came, or this end gave it. */
  #answer: PrefaceReader<DecodedOpened> | undefined;
  #waiting: Uint8Array[] = [];
  #waitingOctets = 0;
  #isOver = false;

  private constructor(carrier: StreamCarrier, stream: number, owner: AreaChannelOwner, isAsking: boolean) {
    this.#carrier = carrier;
    this.stream = stream;
    this.#owner = owner;
    this.#answer = isAsking ? new PrefaceReader(decodeOpened) : undefined;
  }

  /** On a stream that this node opened. */
  static open(carrier: StreamCarrier, stream: number, owner: AreaChannelOwner): AreaChannel {
    const channel = new AreaChannel(carrier, stream, owner, true);
    channel.#queue(encodeOpen({ version: PREFACE_VERSION, command: COMMAND_AREAS }));
    return channel;
  }

  /** On a stream that the peer opened so; call {@link handleEarly} with what was read behind its preface. */
  static accept(carrier: StreamCarrier, stream: number, owner: AreaChannelOwner): AreaChannel {
    const channel = new AreaChannel(carrier, stream, owner, false);
    channel.#queue(encodeOpened({ cause: Cause.OK }));
    return channel;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** This end leaves it. */
  close(reason: string): void {
    this.#fail(reason);
  }

  send(message: AreaMessage): void {
    if (this.#isOver) return;
    const octets = encodeAreaMessage(message);
    if (this.#waitingOctets + octets.length > AREA_QUEUE_MAX_OCTETS) return this.#fail("messages left unread");
    this.#queue(octets);
  }

  handleEarly(octets: Uint8Array): void {
    if (octets.length > 0) this.#take(octets);
  }

  handleReadable(): number {
    if (this.#answer !== undefined && !this.#readAnswer(this.#answer)) return 0;
    let moved = 0;
    while (!this.#isOver) {
      const received = this.#carrier.receive(this.stream, scratch);
      if (received < STREAM_BLOCKED) this.#end("the peer reset the stream");
      else if (received > 0) this.#take(scratch.subarray(0, received));
      if (received >= 0 && this.#carrier.lastFin) this.#fail("the peer ended the stream");
      if (received <= 0) break;
      moved += received;
    }
    return moved;
  }

  handleWritable(): void {
    this.#flush();
  }

  handleCarrierLost(): void {
    this.#end("the session is over");
  }

  /** False: no messages come yet, or none will. */
  #readAnswer(answer: PrefaceReader<DecodedOpened>): boolean {
    const read = answer.read(this.#carrier, this.stream);
    if (read.state === "incomplete") return false;
    if (read.state !== "complete" || read.message.cause !== Cause.OK) {
      const text = read.state === "complete" ? read.message.text : read.state;
      this.#fail(text === "" ? "the peer leads to no other network" : text);
      return false;
    }
    this.#answer = undefined;
    this.handleEarly(read.rest);
    if (read.fin) this.#fail("the peer ended the stream");
    return !this.#isOver;
  }

  #take(octets: Uint8Array): void {
    const messages = this.#messages.push(octets);
    if (messages === undefined) return this.#fail("malformed messages");
    for (const message of messages) if (!this.#isOver) this.#owner.handleMessage(message);
  }

  #queue(octets: Uint8Array): void {
    this.#waiting.push(octets);
    this.#waitingOctets += octets.length;
    if (this.#waiting.length === 1) this.#flush();
  }

  #flush(): void {
    for (let octets = this.#waiting[0]; octets !== undefined && !this.#isOver; octets = this.#waiting[0]) {
      const accepted = this.#carrier.send(this.stream, octets, false);
      if (accepted < 0) return this.#fail("the peer stopped the stream");
      this.#waitingOctets -= accepted;
      if (accepted < octets.length) {
        this.#waiting[0] = octets.subarray(accepted);
        return this.#owner.handleBlocked(this);
      }
      this.#waiting.shift();
    }
  }

  #fail(reason: string): void {
    if (this.#isOver) return;
    this.#carrier.resetStream(this.stream, StreamErrorCode.notServed);
    this.#carrier.stopSending(this.stream, StreamErrorCode.notServed);
    this.#end(reason);
  }

  #end(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#waiting = [];
    this.#owner.handleEnded(reason);
  }
}
