import { pushStack } from "@flor/label";
import type { Instant } from "@flor/machine";
import {
  FRAME_HEADER_OCTETS,
  INITIAL_TTL,
  LABEL_GAL,
  LABEL_STACK_ENTRY_OCTETS,
  type Token,
  ZERO_TOKEN,
} from "@flor/wire";
import type { Adjacency } from "./adjacency.ts";
import { writeDataHeader } from "./forward.ts";

const GAL_STACK = [LABEL_GAL];
/** A packet under the GAL goes to the neighbour and no further (RFC 5586 section 4.2.1.1). */
const GAL_TTL = 1;

/** What fills a frame's payload in place. */
export interface PayloadWriter {
  /** Writes a payload at `octets[offset, offset + max)`; returns its octets, 0 when there is none now. */
  transmit(octets: Uint8Array, offset: number, max: number, now: Instant): number;
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
  now: Instant,
): number {
  const octets = send(writer, to, stack, max, now, to.peerToken ?? ZERO_TOKEN, INITIAL_TTL);
  if (octets > 0 && !to.alive) to.link.framesToSilent += 1;
  return octets;
}

/**
 * Like {@link sendFrame}, to the neighbour itself under the GAL. Control connections carry the zero token at all times:
 * admission and QUIC guard them, and a neighbour that restarted does not know the token it once chose.
 */
export function sendControl(writer: PayloadWriter, to: Adjacency, max: number, now: Instant): number {
  return send(writer, to, GAL_STACK, max, now, ZERO_TOKEN, GAL_TTL);
}

/** Sends a hello, which carries the token: it proves that both ends still hold the same adjacency. */
export function sendHello(hello: Uint8Array, to: Adjacency, now: Instant): boolean {
  return send(writerOf(hello), to, GAL_STACK, hello.length, now, to.peerToken ?? ZERO_TOKEN, GAL_TTL) > 0;
}

/** The frame that {@link sendFrame} would send, in octets of its own, for a queue. */
export function encodeFrame(payload: Uint8Array, to: Adjacency, stack: readonly number[]): Uint8Array {
  const overhead = frameOverhead(stack.length);
  const frame = new Uint8Array(overhead + payload.length);
  const view = new DataView(frame.buffer);
  frame.set(payload, overhead);
  pushStack(view, FRAME_HEADER_OCTETS, stack, INITIAL_TTL);
  writeDataHeader(view, 0, frame.length - FRAME_HEADER_OCTETS, to.port, to.peerToken ?? ZERO_TOKEN);
  return frame;
}

/** A payload that is already made. */
export function writerOf(payload: Uint8Array): PayloadWriter {
  return {
    transmit(octets, offset) {
      octets.set(payload, offset);
      return payload.length;
    },
  };
}

function send(
  writer: PayloadWriter,
  to: Adjacency,
  stack: readonly number[],
  max: number,
  now: Instant,
  token: Token,
  ttl: number,
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
  writeDataHeader(view, at, overhead - FRAME_HEADER_OCTETS + written, to.port, token);
  door.commit(overhead + written);
  return written;
}
