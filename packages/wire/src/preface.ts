import "./protobuf.ts";
import { flor } from "../generated/session.js";

/** Octets of one preface message at most, its two-octet length excluded. */
export const PREFACE_MAX_OCTETS = 1024;

const LENGTH_OCTETS = 2;

/** The first message on a stream, from the node that opened it (proto/session.proto). */
export type Open = flor.session.Open.$Properties;
/** The answer to an {@link Open}. */
export type Opened = flor.session.Opened.$Properties;
/** An {@link Open} as decoded: every field present. */
export type DecodedOpen = flor.session.Open;
/** An {@link Opened} as decoded: every field present. */
export type DecodedOpened = flor.session.Opened;
/** Why an open failed. */
export const Cause: typeof flor.session.Cause = flor.session.Cause;
/** Why an open failed. */
export type Cause = flor.session.Cause;

/** Outcome of reading a length-prefixed message from the front of a stream. */
export type Preface<Message> =
  | { readonly state: "complete"; readonly message: Message; readonly octets: number }
  | { readonly state: "incomplete" }
  | { readonly state: "malformed" };

/** Encodes an `Open` with its length before it. */
export function encodeOpen(open: Open): Uint8Array {
  return withLength(flor.session.Open.encode(open).finish());
}

/** Encodes an `Opened` with its length before it. */
export function encodeOpened(opened: Opened): Uint8Array {
  return withLength(flor.session.Opened.encode(opened).finish());
}

/** Reads an `Open` from the front of `octets`; never throws. */
export function decodeOpen(octets: Uint8Array): Preface<DecodedOpen> {
  return decode(octets, (body) => flor.session.Open.decode(body));
}

/** Reads an `Opened` from the front of `octets`; never throws. */
export function decodeOpened(octets: Uint8Array): Preface<DecodedOpened> {
  return decode(octets, (body) => flor.session.Opened.decode(body));
}

function withLength(body: Uint8Array): Uint8Array {
  const out = new Uint8Array(LENGTH_OCTETS + body.length);
  out[0] = body.length >> 8;
  out[1] = body.length & 0xff;
  out.set(body, LENGTH_OCTETS);
  return out;
}

function decode<Message>(octets: Uint8Array, read: (body: Uint8Array) => Message): Preface<Message> {
  if (octets.length < LENGTH_OCTETS) return { state: "incomplete" };
  const length = ((octets[0] ?? 0) << 8) | (octets[1] ?? 0);
  if (length > PREFACE_MAX_OCTETS) return { state: "malformed" };
  const end = LENGTH_OCTETS + length;
  if (octets.length < end) return { state: "incomplete" };
  try {
    return { state: "complete", message: read(octets.subarray(LENGTH_OCTETS, end)), octets: end };
  } catch {
    return { state: "malformed" };
  }
}

const causes: ReadonlyMap<number, Cause> = new Map(
  Object.values(Cause)
    .filter((value) => typeof value === "number")
    .map((cause) => [cause, cause]),
);

/** The cause of a number; a general failure where this version does not know it. */
export function causeOfNumber(number: number): Cause {
  return causes.get(number) ?? Cause.GENERAL_FAILURE;
}

/** The name of a cause as counters and logs show it, e.g. "connection-refused". */
export function causeName(cause: Cause): string {
  return (Cause[cause] ?? "unknown").toLowerCase().replaceAll("_", "-");
}
