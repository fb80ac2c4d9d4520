/** Payloads that look like frames, more or less. */
import { frameType, STREAM_FIN, STREAM_LENGTH, STREAM_OFFSET } from "../frame/frame-type.ts";
import { writeVarint } from "../packet/varint.ts";

const TYPES = Object.values(frameType);
/** Those that no client may send, and those that end a connection. */
const FATAL: ReadonlySet<number> = new Set([
  frameType.newToken,
  frameType.handshakeDone,
  frameType.connectionClose,
  frameType.connectionCloseApplication,
]);
const HARMLESS = TYPES.filter((type) => !FATAL.has(type));
/** What Initial and Handshake packets may carry, RFC 9000 section 12.4. */
const EARLY = [frameType.padding, frameType.ping, frameType.ack, frameType.crypto];
/** Those that begin with a stream's id. */
const OF_STREAM: ReadonlySet<number> = new Set([
  frameType.resetStream,
  frameType.stopSending,
  frameType.maxStreamData,
  frameType.streamDataBlocked,
  frameType.resetStreamAt,
]);
const PAYLOAD_MAX_OCTETS = 1200;
/** How many integers a frame of each type has, before what octets it has. */
const INTEGERS: Readonly<Record<number, number>> = {
  [frameType.resetStream]: 3,
  [frameType.stopSending]: 2,
  [frameType.maxData]: 1,
  [frameType.maxStreamData]: 2,
  [frameType.maxStreamsBidi]: 1,
  [frameType.maxStreamsUni]: 1,
  [frameType.dataBlocked]: 1,
  [frameType.streamDataBlocked]: 2,
  [frameType.streamsBlockedBidi]: 1,
  [frameType.streamsBlockedUni]: 1,
  [frameType.retireConnectionId]: 1,
  [frameType.resetStreamAt]: 4,
  [frameType.ackFrequency]: 4,
};

/** Writes random payloads into an array of its own, one after the other. */
export class RandomFrames {
  readonly #random: () => number;
  readonly #usual: readonly number[];
  readonly #octets = new Uint8Array(PAYLOAD_MAX_OCTETS + 256);
  #at = 0;

  /** @param isEarly for packets before the handshake is complete */
  constructor(random: () => number, isEarly: boolean) {
    this.#random = random;
    this.#usual = isEarly ? EARLY : HARMLESS;
  }

  /** The next payload, a view until the one after it. */
  next(): Uint8Array {
    this.#at = 0;
    const frames = 1 + this.#below(4);
    for (let count = 0; count < frames && this.#at < PAYLOAD_MAX_OCTETS - 300; count += 1) this.#frame();
    // Sometimes the end is missing, sometimes an octet is another.
    if (this.#random() < 0.05) this.#at = this.#below(this.#at + 1);
    if (this.#random() < 0.05) this.#octets[this.#below(this.#at + 1)] = this.#below(256);
    // Header protection samples four octets at least: PADDING.
    for (; this.#at < 4; this.#at += 1) this.#octets[this.#at] = 0;
    return this.#octets.subarray(0, this.#at);
  }

  #frame(): void {
    const types = this.#random() < 0.01 ? TYPES : this.#usual;
    const type = this.#random() < 0.002 ? this.#below(0x4000) : types[this.#below(types.length)]!;
    if (type === frameType.stream) return this.#stream();
    this.#integer(type);
    if (type === frameType.ack || type === frameType.ackEcn) this.#ack(type === frameType.ackEcn);
    else if (type === frameType.crypto) this.#lengthAndOctets(this.#value());
    else if (type === frameType.newToken) this.#lengthAndOctets();
    else if (type === frameType.newConnectionId) this.#newConnectionId();
    else if (type === frameType.pathChallenge || type === frameType.pathResponse) this.#fill(8);
    else if (type === frameType.datagramWithLength) this.#lengthAndOctets();
    else if (type === frameType.connectionClose) this.#lengthAndOctets(this.#value(), this.#value());
    else if (type === frameType.connectionCloseApplication) this.#lengthAndOctets(this.#value());
    else this.#integers(type);
  }

  #integers(type: number): void {
    const isOfStream = OF_STREAM.has(type);
    if (isOfStream) this.#integer(this.#streamId());
    for (let left = (INTEGERS[type] ?? 0) - (isOfStream ? 1 : 0); left > 0; left -= 1) this.#integer(this.#value());
  }

  #streamId(): number {
    return this.#random() < 0.97 ? 4 * this.#below(20) : this.#value();
  }

  #stream(): void {
    // One in ten is the last of its stream.
    const bits = this.#below(8) & (this.#random() < 0.8 ? ~STREAM_FIN : 7);
    this.#integer(frameType.stream | bits);
    this.#integer(this.#streamId());
    if ((bits & STREAM_OFFSET) !== 0) this.#integer(this.#random() < 0.97 ? this.#below(4000) : this.#value());
    if ((bits & STREAM_LENGTH) !== 0) this.#lengthAndOctets();
    else this.#fill(this.#below(100));
  }

  #ack(hasEcn: boolean): void {
    this.#integer(this.#random() < 0.98 ? 0 : this.#value());
    this.#integer(this.#value());
    const ranges = this.#random() < 0.97 ? 0 : this.#below(5);
    this.#integer(ranges);
    for (let left = 2 * ranges + 1; left > 0; left -= 1) this.#integer(this.#random() < 0.98 ? 0 : this.#value());
    if (hasEcn) for (let left = 3; left > 0; left -= 1) this.#integer(this.#value());
  }

  #newConnectionId(): void {
    const sequence = this.#below(12);
    this.#integer(sequence);
    this.#integer(this.#random() < 0.9 ? this.#below(sequence + 1) : this.#value());
    const length = this.#random() < 0.9 ? 8 : this.#below(30);
    this.#octets[this.#at] = length;
    this.#at += 1;
    this.#fill(length + 16);
  }

  #lengthAndOctets(...before: readonly number[]): void {
    for (const value of before) this.#integer(value);
    const length = this.#below(80);
    this.#integer(this.#random() < 0.97 ? length : this.#value());
    this.#fill(length);
  }

  #integer(value: number): void {
    this.#at = writeVarint(this.#octets, this.#at, value);
  }

  #fill(length: number): void {
    for (let left = length; left > 0; left -= 1) {
      this.#octets[this.#at] = this.#below(256);
      this.#at += 1;
    }
  }

  /** Mostly small ones; also those at the edges of their encodings and of what numbers hold. */
  #value(): number {
    if (this.#random() < 0.9) return this.#below(16);
    const size = [8, 64, 16_384, 2 ** 30, 2 ** 53, 2 ** 62][this.#below(6)]!;
    return this.#random() < 0.2 ? size - 1 : Math.floor(this.#random() * size);
  }

  #below(bound: number): number {
    return Math.floor(this.#random() * bound);
  }
}
