import type { Instant } from "@flor/machine";
import { FRAME_HEADER_OCTETS, viewOf } from "@flor/wire";
import type { UdpPort } from "./udp-port.ts";

/** Separate stretches of one frame at most: more gaps than this are no reordering. */
const RANGES_MAX = 64;

/** A frame of which some slices are here, header first. */
export class PartialFrame {
  readonly port: UdpPort;
  readonly id: number;
  /** Octets of content. */
  readonly total: number;
  readonly deadline: Instant;
  readonly octets: Uint8Array;
  readonly view: DataView;
  /** Octets of content that are here. */
  filled = 0;
  /** Start and end of each stretch, in order of arrival. */
  readonly #ranges: number[] = [];

  constructor(port: UdpPort, id: number, total: number, deadline: Instant) {
    this.port = port;
    this.id = id;
    this.total = total;
    this.deadline = deadline;
    this.octets = new Uint8Array(FRAME_HEADER_OCTETS + total);
    this.view = viewOf(this.octets);
  }

  /** Whether `[offset, offset + octets)` overlaps nothing that is here. */
  hasRoom(offset: number, octets: number): boolean {
    const ranges = this.#ranges;
    for (let at = 0; at < ranges.length; at += 2) {
      if (offset < (ranges[at + 1] ?? 0) && offset + octets > (ranges[at] ?? 0)) return false;
    }
    return this.#indexOfRangeEndingAt(offset) >= 0 || ranges.length < 2 * RANGES_MAX;
  }

  /** Takes `[offset, offset + octets)` as being here. */
  add(offset: number, octets: number): void {
    this.filled += octets;
    const index = this.#indexOfRangeEndingAt(offset);
    if (index >= 0) this.#ranges[index] = offset + octets;
    else this.#ranges.push(offset, offset + octets);
  }

  #indexOfRangeEndingAt(offset: number): number {
    for (let at = 1; at < this.#ranges.length; at += 2) if (this.#ranges[at] === offset) return at;
    return -1;
  }
}
