import "./protobuf.ts";
import { flor } from "./gen/flor-io.js";

/** Octets of an encoded `Envelope` at most; a longer one is malformed. */
export const ENVELOPE_MAX_OCTETS = 32_768;

/** A Flor IO control message and its delivery fields (proto/flor_io.proto). */
export type Envelope = flor.io.Envelope.$Properties;
/** An {@link Envelope} as decoded: every field of its own present. */
export type DecodedEnvelope = flor.io.Envelope;
/** The link's first message. */
export type Hello = flor.io.Hello.$Properties;
/** The node's answer to a {@link Hello}. */
export type Welcome = flor.io.Welcome.$Properties;
/** The link's answer to a {@link Welcome}. */
export type Ready = flor.io.Ready.$Properties;
/** A refusal of the handshake. */
export type Reject = flor.io.Reject.$Properties;
/** Every port of a link, as it travels. */
export type PortList = flor.io.Ports.$Properties;
/** Every neighbour of a link, as it travels. */
export type NeighbourList = flor.io.Neighbours.$Properties;
/** Cumulative credit. */
export type Credit = flor.io.Credit.$Properties;
/** Why a handshake was refused. */
export const RejectCode: typeof flor.io.Reject.Code = flor.io.Reject.Code;
/** Why a handshake was refused. */
export type RejectCode = flor.io.Reject.Code;

/** Encodes an envelope. */
export function encodeEnvelope(envelope: Envelope): Uint8Array {
  return flor.io.Envelope.encode(envelope).finish();
}

/** Decodes an envelope, or returns `undefined` for malformed or oversized octets. */
export function decodeEnvelope(octets: Uint8Array): DecodedEnvelope | undefined {
  if (octets.length > ENVELOPE_MAX_OCTETS) return undefined;
  try {
    return flor.io.Envelope.decode(octets);
  } catch {
    return undefined;
  }
}

/** The encoded body of a handshake message: what its MAC covers, and what goes into its envelope. */
export interface HandshakeBody {
  readonly hello?: Hello;
  readonly welcome?: Welcome;
  readonly ready?: Ready;
  readonly reject?: Reject;
}

/** Encodes the one message of `body` alone, without its envelope. */
export function encodeHandshakeBody(body: HandshakeBody): Uint8Array {
  if (body.hello !== undefined) return flor.io.Hello.encode(body.hello).finish();
  if (body.welcome !== undefined) return flor.io.Welcome.encode(body.welcome).finish();
  if (body.ready !== undefined) return flor.io.Ready.encode(body.ready).finish();
  return flor.io.Reject.encode(body.reject ?? {}).finish();
}

/** Number of the first field of `Envelope` that is a message; those before it say how the envelope is delivered. */
const FIRST_MESSAGE_FIELD = 10;
const WIRE_VARINT = 0;
const WIRE_64_BIT = 1;
const WIRE_LENGTH_DELIMITED = 2;
const WIRE_32_BIT = 5;

/**
 * The octets of the message inside an encoded envelope, as they came: what a MAC covers. A view of `octets`, or
 * `undefined` when there is not exactly one, so that nothing outside the MAC can shadow what is under it.
 */
export function envelopeBody(octets: Uint8Array): Uint8Array | undefined {
  let body: Uint8Array | undefined;
  for (let at = 0; at < octets.length;) {
    const tag = readVarint(octets, at);
    if (tag === undefined) return undefined;
    const value = readFieldEnd(octets, tag.end, tag.value & 7);
    if (value === undefined) return undefined;
    if (tag.value >>> 3 >= FIRST_MESSAGE_FIELD) {
      if (body !== undefined || (tag.value & 7) !== WIRE_LENGTH_DELIMITED) return undefined;
      body = octets.subarray(value.start, value.end);
    }
    at = value.end;
  }
  return body;
}

function readFieldEnd(octets: Uint8Array, at: number, wireType: number): { start: number; end: number } | undefined {
  const varint = wireType === WIRE_VARINT || wireType === WIRE_LENGTH_DELIMITED ? readVarint(octets, at) : undefined;
  let end: number;
  if (wireType === WIRE_64_BIT) end = at + 8;
  else if (wireType === WIRE_32_BIT) end = at + 4;
  else if (varint === undefined) return undefined;
  else end = wireType === WIRE_VARINT ? varint.end : varint.end + varint.value;
  return end <= octets.length ? { start: varint?.end ?? at, end } : undefined;
}

/** Ten octets are the longest varint; what lies above 32 bits is not needed here and makes a length too long. */
function readVarint(octets: Uint8Array, at: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let i = 0; i < 10; i += 1) {
    const octet = octets[at + i];
    if (octet === undefined) return undefined;
    value += (octet & 0x7f) * 2 ** (7 * i);
    if (octet < 0x80) return { value, end: at + i + 1 };
  }
  return undefined;
}
