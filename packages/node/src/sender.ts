import { pushStack } from "@flor/label";
import { FRAME_HEADER_OCTETS, INITIAL_TTL, LABEL_GAL, LABEL_STACK_ENTRY_OCTETS } from "@flor/wire";
import type { Adjacency } from "./adjacency.ts";
import { writeDataHeader } from "./forward.ts";

const GAL_STACK = [LABEL_GAL];
/** A packet under the GAL goes to the neighbour and no further (RFC 5586 section 4.2.1.1). */
const GAL_TTL = 1;

/** What fills a frame's payload in place. */
export interface PayloadWriter {
  /** Writes a payload at `octets[offset, offset + max)`; returns its octets, 0 when there is none now. */
  transmit(octets: Uint8Array, offset: number, max: number, now: number): number;
}

/** Octets in front of a payload below `depth` labels. */
export function frameOverhead(depth: number): number {
  return FRAME_HEADER_OCTETS + LABEL_STACK_ENTRY_OCTETS * depth;
}

/**
 * Steps 6 to 8 of the corridor for one frame: lets `writer` transmit into the bundle of the adjacency's link behind
 * room for header and labels, then pushes these.
 *
 * @returns payload octets; 0 when the writer had none; -1 when the link takes nothing now
 */
export function sendFrame(
  writer: PayloadWriter,
  to: Adjacency,
  stack: readonly number[],
  max: number,
  now: number,
  ttl: number = INITIAL_TTL,
): number {
  const door = to.link.door;
  if (door === undefined || to.port === 0) return -1;
  const overhead = frameOverhead(stack.length);
  const at = door.reserve(overhead + max);
  if (at < 0) return -1;
  const { octets, view } = door.bundle;
  const written = writer.transmit(octets, at + overhead, max, now);
  if (written <= 0) return 0;
  pushStack(view, at + FRAME_HEADER_OCTETS, stack, ttl);
  writeDataHeader(view, at, overhead - FRAME_HEADER_OCTETS + written, to);
  door.commit(overhead + written);
  return written;
}

/** Like {@link sendFrame}, to the neighbour itself under the GAL: control connections and OAM. */
export function sendUnderGal(writer: PayloadWriter, to: Adjacency, max: number, now: number): number {
  return sendFrame(writer, to, GAL_STACK, max, now, GAL_TTL);
}

/** Sends octets that are already made, under the GAL; false when the link takes nothing now. */
export function sendOctetsUnderGal(payload: Uint8Array, to: Adjacency, now: number): boolean {
  const writer: PayloadWriter = {
    transmit(octets, offset) {
      octets.set(payload, offset);
      return payload.length;
    },
  };
  return sendUnderGal(writer, to, payload.length, now) > 0;
}
