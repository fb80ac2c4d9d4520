/**
 * Frames of an upper node, down into the layer and up from it. Nobody on the way opens them:
 *
 *   from port p ⇒ | header | path labels … | peer's label of the channel | upper frame, port zeroed |
 *
 * Frames that find no credit wait as frames in transit do, 1 MiB in each direction: down as those of one more neighbour, up
 * with a share for each channel.
 */
import type { Instant } from "@flor/machine";
import { FRAME_HEADER_OCTETS, frameField, viewOf } from "@flor/wire";
import type { Channel } from "./channel.ts";
import type { DropReason } from "./drop-reason.ts";
import { encodeFrame, sendFrame, writerOf } from "./sender.ts";
import { TransitQueue } from "./transit-queue.ts";
import type { UpperDoor } from "./upper-door.ts";

/** Moves the frames of one upper node. */
export class UpperFrames {
  readonly #waiting = new TransitQueue();
  readonly #drop: (reason: DropReason, count?: number) => void;

  constructor(drop: (reason: DropReason, count?: number) => void) {
    this.#drop = drop;
  }

  /** A frame of the upper node, `octets[at, end)`: under the labels of its channel to the peer. */
  sendDown(
    channel: Channel,
    upper: UpperDoor | undefined,
    octets: Uint8Array,
    view: DataView,
    at: number,
    end: number,
    now: Instant,
  ): void {
    const { path } = channel.peer;
    const adjacency = path?.nextHop.best;
    if (path === undefined || adjacency?.link.door === undefined || channel.remoteLabel === undefined)
      return this.#drop("northbound-path");
    if (end - at > path.payloadMtu) {
      upper?.sendTooBig(channel.port, path.payloadMtu, end - at);
      return this.#drop("northbound-too-big");
    }
    view.setUint16(at + frameField.port, 0);
    const stack = [...path.stack.slice(0, -1), channel.remoteLabel];
    const frame = octets.subarray(at, end);
    const { transit } = adjacency.link;
    const isSent = transit.frames === 0 && sendFrame(writerOf(frame), adjacency, stack, frame.length, now) > 0;
    if (!isSent) this.#drop("transit-queue", transit.push(encodeFrame(frame, adjacency, stack), this));
  }

  /** A frame from the peer's upper node, `octets[offset, end)`: to ours, as coming from the channel's port. */
  sendUp(channel: Channel, upper: UpperDoor | undefined, octets: Uint8Array, offset: number, end: number): void {
    if (upper === undefined) return this.#drop("northbound-absent");
    const length = end - offset;
    if (length < FRAME_HEADER_OCTETS) return this.#drop("northbound-port");
    const at = this.#waiting.frames > 0 ? -1 : upper.reserve(length);
    if (at < 0) {
      const frame = octets.slice(offset, end);
      stamp(viewOf(frame), 0, channel.port, length);
      return this.#drop("northbound-credit", this.#waiting.push(frame, channel));
    }
    upper.bundle.octets.set(octets.subarray(offset, end), at);
    stamp(upper.bundle.view, at, channel.port, length);
    upper.commit(length);
  }

  /** Sends what waits, and what is written. */
  flush(upper: UpperDoor): void {
    this.#waiting.drainTo(upper);
    upper.flush();
  }

  /** The upper node is gone: what waits for it is dropped. */
  clear(): void {
    this.#drop("northbound-absent", this.#waiting.clear());
  }
}

/** The port is ours; the length that of what arrived, not the upper link's word. */
function stamp(view: DataView, at: number, port: number, octets: number): void {
  view.setUint16(at + frameField.port, port);
  view.setUint16(at + frameField.length, octets - FRAME_HEADER_OCTETS);
}
