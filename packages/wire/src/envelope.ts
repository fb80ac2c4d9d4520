import "./protobuf.ts";
import { flor } from "../generated/flor-io.js";

/** Octets of an encoded `Envelope` at most; a longer one is malformed. */
export const ENVELOPE_MAX_OCTETS = 32_768;

/** A Flor IO control message and its delivery fields (proto/flor_io.proto). */
export type Envelope = flor.io.Envelope.$Properties;

/** Encodes an envelope. */
export function encodeEnvelope(envelope: Envelope): Uint8Array {
  return flor.io.Envelope.encode(envelope).finish();
}

/** Decodes an envelope, or returns `undefined` for malformed or oversized octets. */
export function decodeEnvelope(octets: Uint8Array): flor.io.Envelope | undefined {
  if (octets.length > ENVELOPE_MAX_OCTETS) return undefined;
  try {
    return flor.io.Envelope.decode(octets);
  } catch {
    return undefined;
  }
}
