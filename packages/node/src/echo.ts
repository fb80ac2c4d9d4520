/**
 * Echoes, under a delivery label: a node of the layer sends one to another node, which sends it back over labels that the
 * echo itself brings (proto/control.md, Echoes).
 *
 *   request | 0x03 | flags | labels back (u8) | 0 | run (8) | sequence (u32) | label (u32) … | padding |
 *   reply   | 0x03 | flags | 0                | 0 | run (8) | sequence (u32) | reached (u32) | padding |
 */
import { LABEL_MAX, LABEL_STACK_MAX_DEPTH, viewOf } from "@flor/wire";

/** First octet of an echo. */
export const ECHO = 0x03;
/** Octets of a request without padding, by the labels that it brings. */
export const ECHO_HEADER_OCTETS = 16;
/** Octets of a reply without padding: fewer than any request has. */
export const ECHO_REPLY_OCTETS = 20;
/** The popped label of the node that answers, and as many as may be pushed. */
export const ECHO_LABELS_MAX: number = LABEL_STACK_MAX_DEPTH + 1;
/** Characters of a run: 8 octets in hexadecimal digits. */
export const ECHO_RUN_CHARACTERS = 16;

const FLAG_REPLY = 0x01;
const FLAG_WHOLE = 0x02;
const LABEL_OCTETS = 4;
const field = { flags: 1, depth: 2, run: 4, sequence: 12, rest: ECHO_HEADER_OCTETS } as const;

/** What a node asks. */
export interface EchoRequest {
  /** 16 hexadecimal digits: echoes of one run are counted together. */
  readonly run: string;
  readonly sequence: number;
  /** The answering node's own label first, the asking node's delivery label last. */
  readonly back: readonly number[];
  /** The reply is as long as the request. */
  readonly isWhole: boolean;
  /** Of the whole echo. */
  readonly octets: number;
}

/** What comes back. */
export interface EchoReply {
  readonly run: string;
  readonly sequence: number;
  /** Echoes of this run that reached the answering node, including this one. */
  readonly reached: number;
}

/** The least octets of a request that brings `labels` labels. */
export function echoOctetsMin(labels: number): number {
  return ECHO_HEADER_OCTETS + LABEL_OCTETS * labels;
}

/** Encodes a request; it has `octets`, or what its labels need. */
export function encodeEchoRequest({ run, sequence, back, isWhole, octets: wanted }: EchoRequest): Uint8Array {
  const octets = new Uint8Array(Math.max(wanted, echoOctetsMin(back.length)));
  const view = header(octets, isWhole ? FLAG_WHOLE : 0, run, sequence);
  view.setUint8(field.depth, back.length);
  back.forEach((label, index) => view.setUint32(field.rest + LABEL_OCTETS * index, label));
  return octets;
}

/** Encodes a reply to `request`: as long as the request asks, but never longer than the request. */
export function encodeEchoReply({ run, sequence, isWhole, octets: asked }: EchoRequest, reached: number): Uint8Array {
  const octets = new Uint8Array(isWhole ? asked : ECHO_REPLY_OCTETS);
  header(octets, FLAG_REPLY, run, sequence).setUint32(field.rest, reached);
  return octets;
}

/** Decodes `octets[offset, end)`; `undefined`: malformed. Unknown flags are ignored. */
export function decodeEcho(octets: Uint8Array, offset: number, end: number): EchoRequest | EchoReply | undefined {
  const length = end - offset;
  if (length < ECHO_REPLY_OCTETS || octets[offset] !== ECHO) return undefined;
  const view = viewOf(octets.subarray(offset, end));
  const flags = view.getUint8(field.flags);
  const run = hexOf(view.getUint32(field.run)) + hexOf(view.getUint32(field.run + 4));
  const sequence = view.getUint32(field.sequence);
  if ((flags & FLAG_REPLY) !== 0) return { run, sequence, reached: view.getUint32(field.rest) };
  const depth = view.getUint8(field.depth);
  if (depth < 2 || depth > ECHO_LABELS_MAX || length < echoOctetsMin(depth)) return undefined;
  const back = Array.from({ length: depth }, (_, index) => view.getUint32(field.rest + LABEL_OCTETS * index));
  if (back.some((label) => label > LABEL_MAX)) return undefined;
  return { run, sequence, back, isWhole: (flags & FLAG_WHOLE) !== 0, octets: length };
}

function header(octets: Uint8Array, flags: number, run: string, sequence: number): DataView {
  const view = viewOf(octets);
  view.setUint8(0, ECHO);
  view.setUint8(field.flags, flags);
  view.setUint32(field.run, Number.parseInt(run.slice(0, 8), 16));
  view.setUint32(field.run + 4, Number.parseInt(run.slice(8), 16));
  view.setUint32(field.sequence, sequence);
  return view;
}

function hexOf(u32: number): string {
  return u32.toString(16).padStart(8, "0");
}
