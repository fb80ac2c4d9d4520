import type { SentFrames } from "../recovery/sent-frames.ts";
import { writeVarint } from "../packet/varint.ts";

const NO_OCTETS = new Uint8Array(0);
const NO_SOURCE = -1;

/**
 * The packet being written, in the buffer that it is sent from. One builder is used again for every packet; those that
 * have frames to send write at `at`, up to `limit`.
 */
export class PacketBuilder {
  octets: Uint8Array = NO_OCTETS;
  /** Where the packet begins. */
  start = 0;
  /** Where its payload begins. */
  payloadStart = 0;
  at = 0;
  /** Where the payload must end: the tag follows. */
  limit = 0;
  isEliciting = false;
  /** There are frames other than ACK. */
  isInFlight = false;
  /** What the last frame ends with when it lies elsewhere: sealed from source[sourceStart, sourceEnd). */
  source: Uint8Array = NO_OCTETS;
  sourceStart: number = NO_SOURCE;
  sourceEnd = 0;
  /** The records of the packet's frames. */
  frames: SentFrames;

  constructor(frames: SentFrames) {
    this.frames = frames;
  }

  /** Begins the payload. */
  begin(frames: SentFrames, payloadStart: number, limit: number): void {
    this.frames = frames;
    this.payloadStart = payloadStart;
    this.at = payloadStart;
    this.limit = limit;
    this.isEliciting = false;
    this.isInFlight = false;
    this.source = NO_OCTETS;
    this.sourceStart = NO_SOURCE;
    this.sourceEnd = 0;
  }

  /** Octets left; none once a frame extends to the end of the packet. */
  get room(): number {
    return this.sourceStart === NO_SOURCE ? this.limit - this.at : 0;
  }

  get isEmpty(): boolean {
    return this.at === this.payloadStart && this.sourceStart === NO_SOURCE;
  }

  /** Octets of the payload that lie elsewhere. */
  get sourceOctets(): number {
    return this.sourceStart === NO_SOURCE ? 0 : this.sourceEnd - this.sourceStart;
  }

  octet(value: number): void {
    this.octets[this.at] = value;
    this.at += 1;
  }

  varint(value: number): void {
    this.at = writeVarint(this.octets, this.at, value);
  }

  copy(from: Uint8Array): void {
    this.octets.set(from, this.at);
    this.at += from.length;
  }

  /** An ack-eliciting frame was written. */
  markEliciting(): void {
    this.isEliciting = true;
    this.isInFlight = true;
  }

  /** PADDING up to `end`. */
  padTo(end: number): void {
    if (this.at >= end) return;
    this.octets.fill(0, this.at, end);
    this.at = end;
    this.isInFlight = true;
  }
}
