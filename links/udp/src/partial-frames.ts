import type { Instant } from "@flor/machine";
import type { PartialFrame } from "./partial-frame.ts";
import type { UdpPort } from "./udp-port.ts";

/** Partial frames at once, and those of one port. */
export const PARTIAL_FRAMES_MAX = 128;
export const PARTIAL_FRAMES_PER_PORT_MAX = 32;
/** Those of all strangers together: they crowd out each other, and no neighbour. */
export const STRANGERS_PARTIAL_FRAMES_MAX = 32;

/** The frames of one link of which some slices are here, oldest first. */
export class PartialFrames {
  readonly #frames = new Map<number, PartialFrame>();

  get size(): number {
    return this.#frames.size;
  }

  get(port: UdpPort, id: number): PartialFrame | undefined {
    return this.#frames.get(keyOf(port, id));
  }

  /** Takes a frame; returns how many older ones made room. */
  hold(frame: PartialFrame): number {
    const { port } = frame;
    let crowdedOut = 0;
    if (port.partialFrames >= PARTIAL_FRAMES_PER_PORT_MAX) crowdedOut += this.#crowdOut((other) => other.port === port);
    if (port.isProvisional && this.#strangers() >= STRANGERS_PARTIAL_FRAMES_MAX)
      crowdedOut += this.#crowdOut((other) => other.port.isProvisional);
    if (this.#frames.size >= PARTIAL_FRAMES_MAX) crowdedOut += this.#crowdOut(() => true);
    port.partialFrames += 1;
    this.#frames.set(keyOf(port, frame.id), frame);
    return crowdedOut;
  }

  forget(frame: PartialFrame): void {
    this.#frames.delete(keyOf(frame.port, frame.id));
    frame.port.partialFrames -= 1;
  }

  /** Forgets what has waited too long; returns how many. */
  expire(now: Instant): number {
    let expired = 0;
    for (const frame of this.#frames.values()) {
      if (frame.deadline > now) break;
      this.forget(frame);
      expired += 1;
    }
    return expired;
  }

  /** Forgets everything of a port that goes. */
  forgetPort(port: UdpPort): void {
    for (const frame of this.#frames.values()) if (frame.port === port) this.forget(frame);
  }

  #strangers(): number {
    let frames = 0;
    for (const { port } of this.#frames.values()) if (port.isProvisional) frames += 1;
    return frames;
  }

  #crowdOut(matches: (frame: PartialFrame) => boolean): number {
    for (const frame of this.#frames.values()) {
      if (!matches(frame)) continue;
      this.forget(frame);
      return 1;
    }
    return 0;
  }
}

function keyOf(port: UdpPort, id: number): number {
  return port.number * 0x1_0000 + id;
}
