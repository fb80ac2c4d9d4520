/**
 * Frames out of segments. The frame whose segments come in order grows where it will be sent from, at the end of the
 * upward bundle; one that is overtaken moves to a buffer of its own.
 *
 *   segment ─▶ next of the current frame ─▶ bundle
 *          └─▶ any other ─▶ partial frame ─ complete ─▶ bundle
 *
 * Partial frames: 32 a port, 32 of all strangers, 128 in all, one second. A slice that overlaps another is dropped, never merged.
 */
import { DropCounters, type Instant } from "@flor/machine";
import { FRAME_DATA, FRAME_HEADER_OCTETS, frameField } from "@flor/wire";
import { PartialFrame } from "./partial-frame.ts";
import { PartialFrames } from "./partial-frames.ts";
import { FRAME_MAX_OCTETS } from "./frame-limit.ts";
import { segmentField } from "./segment.ts";
import type { UdpPort } from "./udp-port.ts";
import type { UpwardBundle } from "./upward-bundle.ts";

export const REASSEMBLY_MS = 1000;

/** Why a segment or a partial frame was dropped. */
export const SEGMENT_DROPS = ["malformed", "duplicate", "mismatch", "timeout", "crowded-out"] as const;

/** One segment, as it lies in a received datagram. One object, filled in for each. */
class Segment {
  port: UdpPort | undefined;
  octets: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  at = 0;
  id = 0;
  offset = 0;
  total = 0;
  slice = 0;
}

/** Reassembles the frames of one link. */
export class Reassembly {
  readonly drops: DropCounters<(typeof SEGMENT_DROPS)[number]> = new DropCounters(SEGMENT_DROPS);
  readonly #bundle: UpwardBundle;
  readonly #partials = new PartialFrames();
  readonly #segment = new Segment();
  // The frame that grows at the end of the bundle, when #port is defined.
  #port: UdpPort | undefined;
  #id = 0;
  #total = 0;
  #filled = 0;
  #now: Instant = 0;

  constructor(bundle: UpwardBundle) {
    this.#bundle = bundle;
  }

  /** Partial frames held apart. */
  get size(): number {
    return this.#partials.size;
  }

  /**
   * Takes the segment at `octets[at, end)` of `port`; it lies whole there. Returns false when its frame is complete
   * but the node takes nothing now: offer it again.
   */
  handleSegment(port: UdpPort, octets: Uint8Array, view: DataView, at: number, end: number, now: Instant): boolean {
    const segment = this.#segment;
    this.#now = now;
    if (!readSegment(segment, view, at, end)) return this.#drop("malformed");
    segment.port = port;
    segment.octets = octets;
    segment.view = view;
    if (this.#isNext(segment)) return this.#grow(segment);
    const partial = this.#partials.get(port, segment.id);
    if (partial !== undefined) return this.#fill(partial, segment);
    if (this.#port === port && this.#id === segment.id) return this.#fillCurrent(segment);
    if (port.recentIds.has(segment.id)) return this.#drop("duplicate");
    if (segment.offset === 0) return this.#startCurrent(segment);
    return this.#fill(this.#startPartial(segment), segment);
  }

  /** Moves the current frame to a buffer of its own: the end of the bundle is needed. */
  park(now: Instant): void {
    this.#now = now;
    this.#park();
  }

  /** Forgets what has waited too long. */
  handleTimeout(now: Instant): void {
    this.drops.add("timeout", this.#partials.expire(now));
  }

  /** Forgets everything of a port that goes. */
  handlePortGone(port: UdpPort): void {
    if (this.#port === port) this.#port = undefined;
    this.#partials.forgetPort(port);
  }

  #park(): void {
    const port = this.#port;
    if (port === undefined) return;
    this.#port = undefined;
    const start = this.#bundle.end;
    const partial = new PartialFrame(port, this.#id, this.#total, this.#now + REASSEMBLY_MS);
    partial.octets.set(this.#bundle.octets.subarray(start, start + FRAME_HEADER_OCTETS + this.#filled));
    partial.add(0, this.#filled);
    this.drops.add("crowded-out", this.#partials.hold(partial));
  }

  #isNext(segment: Segment): boolean {
    return (
      segment.port === this.#port &&
      segment.id === this.#id &&
      segment.offset === this.#filled &&
      segment.total === this.#total &&
      sameFrame(this.#bundle.view, this.#bundle.end, segment)
    );
  }

  #startCurrent(segment: Segment): boolean {
    this.#park();
    if (!this.#bundle.reserve(FRAME_HEADER_OCTETS + segment.total)) return false;
    writeHeader(this.#bundle.view, this.#bundle.end, segment);
    this.#port = segment.port;
    this.#id = segment.id;
    this.#total = segment.total;
    this.#filled = 0;
    return this.#grow(segment);
  }

  #grow(segment: Segment): boolean {
    const { end } = this.#bundle;
    copySlice(segment, this.#bundle.octets, end + FRAME_HEADER_OCTETS + this.#filled);
    this.#filled += segment.slice;
    if (this.#filled < this.#total) return true;
    this.#port?.recentIds.add(this.#id);
    this.#port = undefined;
    this.#bundle.commit(FRAME_HEADER_OCTETS + this.#total);
    return true;
  }

  #fillCurrent(segment: Segment): boolean {
    this.#park();
    const partial = segment.port && this.#partials.get(segment.port, segment.id);
    return partial === undefined || this.#fill(partial, segment);
  }

  #startPartial(segment: Segment): PartialFrame {
    const { port, id, total } = segment;
    const partial = new PartialFrame(port as UdpPort, id, total, this.#now + REASSEMBLY_MS);
    writeHeader(partial.view, 0, segment);
    this.drops.add("crowded-out", this.#partials.hold(partial));
    return partial;
  }

  #fill(partial: PartialFrame, segment: Segment): boolean {
    const { offset, slice, total } = segment;
    if (partial.total !== total || !sameFrame(partial.view, 0, segment)) return this.#drop("mismatch");
    if (!partial.hasRoom(offset, slice)) return this.#drop("duplicate");
    const completes = partial.filled + slice === total;
    if (completes && !this.#reserveApart(FRAME_HEADER_OCTETS + total)) return false;
    copySlice(segment, partial.octets, FRAME_HEADER_OCTETS + offset);
    partial.add(offset, slice);
    if (completes) this.#complete(partial);
    return true;
  }

  /** Room at the end of the bundle, which the current frame must leave. */
  #reserveApart(octets: number): boolean {
    this.#park();
    return this.#bundle.reserve(octets);
  }

  #complete(partial: PartialFrame): void {
    this.#bundle.octets.set(partial.octets, this.#bundle.end);
    this.#bundle.commit(partial.octets.length);
    partial.port.recentIds.add(partial.id);
    this.#partials.forget(partial);
  }

  #drop(reason: (typeof SEGMENT_DROPS)[number]): true {
    this.drops.add(reason);
    return true;
  }
}

function readSegment(segment: Segment, view: DataView, at: number, end: number): boolean {
  if (at + segmentField.slice >= end) return false;
  segment.at = at;
  segment.id = view.getUint16(at + segmentField.id);
  segment.offset = view.getUint16(at + segmentField.offset);
  segment.total = view.getUint16(at + segmentField.total);
  // What goes beyond the frame is padding.
  segment.slice = Math.min(end - at - segmentField.slice, segment.total - segment.offset);
  return segment.slice > 0 && segment.total <= FRAME_MAX_OCTETS - FRAME_HEADER_OCTETS;
}

function copySlice(segment: Segment, to: Uint8Array, at: number): void {
  const start = segment.at + segmentField.slice;
  to.set(segment.octets.subarray(start, start + segment.slice), at);
}

function writeHeader(view: DataView, at: number, segment: Segment): void {
  const { view: from, at: segmentAt, total, port } = segment;
  view.setUint32(at, ((FRAME_DATA << 24) | (from.getUint8(segmentAt + frameField.flags) << 16) | total) >>> 0);
  view.setUint32(at + frameField.port, ((port?.number ?? 0) << 16) >>> 0);
  view.setUint32(at + frameField.tokenHigh, from.getUint32(segmentAt + frameField.tokenHigh));
  view.setUint32(at + frameField.tokenLow, from.getUint32(segmentAt + frameField.tokenLow));
}

/** Whether the frame whose header is at `at` has the segment's token and flags. */
function sameFrame(view: DataView, at: number, segment: Segment): boolean {
  const { view: from, at: segmentAt } = segment;
  return (
    view.getUint32(at + frameField.tokenLow) === from.getUint32(segmentAt + frameField.tokenLow) &&
    view.getUint32(at + frameField.tokenHigh) === from.getUint32(segmentAt + frameField.tokenHigh) &&
    view.getUint8(at + frameField.flags) === from.getUint8(segmentAt + frameField.flags)
  );
}
