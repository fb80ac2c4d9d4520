import "./protobuf.ts";
import { flor } from "../generated/service.js";

/** A service's record as written (proto/service.proto). */
export type WireServiceRecord = flor.service.ServiceRecord.$Properties;
/** A record as decoded: every field present. */
export type DecodedServiceRecord = flor.service.ServiceRecord;
/** Whether a publisher takes flows. */
export const WireServiceState: typeof flor.service.State = flor.service.State;
/** What keeps flows together. */
export const WireServiceAffinity: typeof flor.service.Affinity = flor.service.Affinity;
/** The protocol of a service's flows. */
export const WireServiceProtocol: typeof flor.service.Protocol = flor.service.Protocol;

/** Encodes a record: the octets that are signed. */
export function encodeServiceRecord(record: WireServiceRecord): Uint8Array {
  return flor.service.ServiceRecord.encode(record).finish();
}

/** Decodes a record, or returns `undefined` when malformed. */
export function decodeServiceRecord(octets: Uint8Array): DecodedServiceRecord | undefined {
  try {
    return flor.service.ServiceRecord.decode(octets);
  } catch {
    return undefined;
  }
}

/** Encodes a record and its signature. */
export function encodeSignedServiceRecord(record: Uint8Array, signature: Uint8Array): Uint8Array {
  return flor.service.SignedServiceRecord.encode({ record, signature }).finish();
}

/** Takes a record and its signature apart, or returns `undefined` when malformed. */
export function decodeSignedServiceRecord(octets: Uint8Array): flor.service.SignedServiceRecord | undefined {
  try {
    return flor.service.SignedServiceRecord.decode(octets);
  } catch {
    return undefined;
  }
}
