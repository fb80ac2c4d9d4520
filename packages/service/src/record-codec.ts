/** Records ⇄ octets, and the signature that makes a record safe in an untrusted registry. */
import {
  type DecodedServiceRecord,
  decodeServiceRecord,
  decodeSignedServiceRecord,
  encodeServiceRecord,
  encodeSignedServiceRecord,
  WireServiceAffinity,
  WireServiceProtocol,
  WireServiceState,
} from "@flor/wire";
import type { Affinity } from "./flow-key.ts";
import { recordError, type ServiceRecord, type ServiceState } from "./record.ts";

/** Prefix of the signed octets, so that no signature serves two purposes. */
const CONTEXT = "flor service 1";
const KEY_OCTETS = 32;
/** Maximum length of an encoded record, octets; a longer one is refused unread. */
export const RECORD_MAX_OCTETS = 1024;

const STATES: readonly ServiceState[] = ["down", "up", "draining"];
const AFFINITIES: readonly Affinity[] = ["flow", "client", "node", "none"];
const NO_OCTETS = new Uint8Array(0);

/** A record, or why it is invalid. */
export type RecordOrError = { readonly record: ServiceRecord } | { readonly error: string };

/** Encodes a record. Its publisher is a public key as 64 hexadecimal digits. */
export function encodeRecord(record: ServiceRecord): Uint8Array {
  return encoded(record, octetsOf(record.publisher));
}

/** Encodes a record for its publisher's own advertisement, which names the publisher. */
export function encodeOwnRecord(record: ServiceRecord): Uint8Array {
  return encoded(record, NO_OCTETS);
}

function encoded(record: ServiceRecord, publisher: Uint8Array): Uint8Array {
  const { service, network, port, serial, weight, zone, priority, tags, tableSize } = record;
  const { boundedLoad, wantsUser, wantsClient, isFallback } = record;
  return encodeServiceRecord({
    service,
    network,
    port,
    serial,
    weight,
    zone,
    priority,
    tableSize,
    boundedLoad,
    wantsUser,
    wantsClient,
    isFallback,
    tags: [...tags],
    protocol: record.protocol === "udp" ? WireServiceProtocol.UDP : WireServiceProtocol.TCP,
    state: WireServiceState[STATE_NAMES[record.state]],
    affinity: WireServiceAffinity[AFFINITY_NAMES[record.affinity]],
    publisher,
  });
}

const STATE_NAMES = { down: "DOWN", up: "UP", draining: "DRAINING" } as const;
const AFFINITY_NAMES = { flow: "FLOW", client: "CLIENT", node: "NODE", none: "NONE" } as const;

/** Decodes and checks a record. */
export function decodeRecord(octets: Uint8Array): RecordOrError {
  const decoded = decodedOf(octets);
  if ("error" in decoded) return decoded;
  const { publisher } = decoded;
  if (publisher.length !== KEY_OCTETS) return { error: `a publisher's key of ${publisher.length} octets` };
  return checked(decoded, hexOf(publisher));
}

/** Decodes and checks a record of the advertisement of `origin`, 64 hexadecimal digits. */
export function decodeRecordOf(origin: string, octets: Uint8Array): RecordOrError {
  const decoded = decodedOf(octets);
  if ("error" in decoded) return decoded;
  const isOwn = decoded.publisher.length === 0 || hexOf(decoded.publisher) === origin;
  return isOwn ? checked(decoded, origin) : { error: "the record of another publisher" };
}

function decodedOf(octets: Uint8Array): DecodedServiceRecord | { readonly error: string } {
  if (octets.length > RECORD_MAX_OCTETS)
    return { error: `a record of ${octets.length} octets is longer than ${RECORD_MAX_OCTETS}` };
  return decodeServiceRecord(octets) ?? { error: "malformed record" };
}

function checked(decoded: DecodedServiceRecord, publisher: string): RecordOrError {
  const { service, network, port, serial, weight, zone, priority, tags, tableSize } = decoded;
  const { boundedLoad, wantsUser, wantsClient, isFallback } = decoded;
  const state = STATES[decoded.state];
  if (state === undefined) return { error: `state ${decoded.state} is unknown` };
  const protocol = decoded.protocol === WireServiceProtocol.UDP ? "udp" : "tcp";
  const affinity = AFFINITIES[decoded.affinity] ?? "flow";
  const own = { service, network, protocol, port, serial, weight, state, affinity } as const;
  const more = { boundedLoad, wantsUser, wantsClient, isFallback };
  const record: ServiceRecord = { ...own, ...more, zone, priority, tags, tableSize, publisher };
  const error = recordError(record);
  return error === undefined ? { record } : { error };
}

/** The octets that a publisher signs for an encoded record. */
function signedOctets(record: Uint8Array): Uint8Array {
  const out = new Uint8Array(CONTEXT.length + record.length);
  for (let at = 0; at < CONTEXT.length; at += 1) out[at] = CONTEXT.charCodeAt(at);
  out.set(record, CONTEXT.length);
  return out;
}

/** Encodes a record with its publisher's signature. */
export function sealRecord(record: ServiceRecord, sign: (octets: Uint8Array) => Uint8Array): Uint8Array {
  const octets = encodeRecord(record);
  return encodeSignedServiceRecord(octets, sign(signedOctets(octets)));
}

/** Opens what `sealRecord` made; refuses a record that its publisher did not sign. */
export function openRecord(
  octets: Uint8Array,
  verify: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean,
): RecordOrError {
  if (octets.length > 2 * RECORD_MAX_OCTETS) return { error: `${octets.length} octets are no record` };
  const sealed = decodeSignedServiceRecord(octets);
  if (sealed === undefined) return { error: "malformed record" };
  const opened = decodeRecord(sealed.record);
  if ("error" in opened) return opened;
  const key = octetsOf(opened.record.publisher);
  return verify(key, signedOctets(sealed.record), sealed.signature)
    ? opened
    : { error: "the publisher's signature is wrong" };
}

/** A public key as 64 hexadecimal digits, which identifies a publisher in records and tables. */
export function hexOf(octets: Uint8Array): string {
  let text = "";
  for (const octet of octets) text += octet.toString(16).padStart(2, "0");
  return text;
}

/** The octets of hexadecimal digits. */
function octetsOf(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16));
}
