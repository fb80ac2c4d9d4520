/** Transport parameters, RFC 9000 section 18; RFC 9221 section 3; reset_stream_at; min_ack_delay. */
import { CONNECTION_ID_MAX_OCTETS } from "../connection-id.ts";
import { OctetReader } from "./octet-reader.ts";
import { varintOctets, writeVarint } from "./varint.ts";

/** Ids of section 18.2 and of the extensions. */
const id = {
  originalDestinationConnectionId: 0x00,
  maxIdleTimeout: 0x01,
  statelessResetToken: 0x02,
  maxUdpPayloadSize: 0x03,
  initialMaxData: 0x04,
  initialMaxStreamDataBidiLocal: 0x05,
  initialMaxStreamDataBidiRemote: 0x06,
  initialMaxStreamDataUni: 0x07,
  initialMaxStreamsBidi: 0x08,
  initialMaxStreamsUni: 0x09,
  ackDelayExponent: 0x0a,
  maxAckDelay: 0x0b,
  disableActiveMigration: 0x0c,
  preferredAddress: 0x0d,
  activeConnectionIdLimit: 0x0e,
  initialSourceConnectionId: 0x0f,
  retrySourceConnectionId: 0x10,
  /** Of draft-ietf-quic-reliable-stream-reset-11; -07 had the other one, which most implementations know. */
  resetStreamAt: 0x1d,
  resetStreamAtDraft07: 0x17_f758_6d2c_b571,
  maxDatagramFrameSize: 0x20,
  /** Of draft-ietf-quic-ack-frequency, microseconds. */
  minAckDelay: 0xff04_de1b,
} as const;

export const RESET_TOKEN_OCTETS = 16;
/** More than this many parameters are no honest peer's. */
const PARAMETERS_MAX = 64;
/** IPv4 address and port, IPv6 address and port. */
const PREFERRED_ADDRESSES_OCTETS = 4 + 2 + 16 + 2;

/** What counts of a preferred_address, section 18.2: a connection id, number 1, and its reset token. */
export interface PreferredAddress {
  readonly id: Uint8Array;
  readonly token: Uint8Array;
}

/** One end's parameters. Values that were not sent have the defaults of section 18.2. */
export class TransportParameters {
  originalDestinationConnectionId: Uint8Array | undefined;
  initialSourceConnectionId: Uint8Array | undefined;
  retrySourceConnectionId: Uint8Array | undefined;
  statelessResetToken: Uint8Array | undefined;
  /** Milliseconds; 0: none. */
  maxIdleTimeout = 0;
  maxUdpPayloadSize = 65_527;
  initialMaxData = 0;
  initialMaxStreamDataBidiLocal = 0;
  initialMaxStreamDataBidiRemote = 0;
  initialMaxStreamDataUni = 0;
  initialMaxStreamsBidi = 0;
  initialMaxStreamsUni = 0;
  ackDelayExponent = 3;
  /** Milliseconds. */
  maxAckDelay = 25;
  activeConnectionIdLimit = 2;
  disableActiveMigration = false;
  preferredAddress: PreferredAddress | undefined;
  /** 0: no DATAGRAM frames. */
  maxDatagramFrameSize = 0;
  resetStreamAt = false;
  /** Microseconds; `undefined`: no ACK_FREQUENCY frames. */
  minAckDelay: number | undefined;
}

/** The octets of our parameters. */
export function encodeTransportParameters(parameters: TransportParameters): Uint8Array {
  const octets = new Uint8Array(512);
  let at = 0;
  const put = (key: number, value: Uint8Array | undefined): void => {
    if (value === undefined) return;
    at = writeVarint(octets, writeVarint(octets, at, key), value.length);
    octets.set(value, at);
    at += value.length;
  };
  const number = (key: number, value: number): void => {
    at = writeVarint(octets, writeVarint(octets, at, key), varintOctets(value));
    at = writeVarint(octets, at, value);
  };
  put(id.originalDestinationConnectionId, parameters.originalDestinationConnectionId);
  put(id.initialSourceConnectionId, parameters.initialSourceConnectionId);
  put(id.retrySourceConnectionId, parameters.retrySourceConnectionId);
  put(id.statelessResetToken, parameters.statelessResetToken);
  number(id.maxIdleTimeout, parameters.maxIdleTimeout);
  number(id.maxUdpPayloadSize, parameters.maxUdpPayloadSize);
  number(id.initialMaxData, parameters.initialMaxData);
  number(id.initialMaxStreamDataBidiLocal, parameters.initialMaxStreamDataBidiLocal);
  number(id.initialMaxStreamDataBidiRemote, parameters.initialMaxStreamDataBidiRemote);
  number(id.initialMaxStreamDataUni, parameters.initialMaxStreamDataUni);
  number(id.initialMaxStreamsBidi, parameters.initialMaxStreamsBidi);
  number(id.initialMaxStreamsUni, parameters.initialMaxStreamsUni);
  number(id.ackDelayExponent, parameters.ackDelayExponent);
  number(id.maxAckDelay, parameters.maxAckDelay);
  number(id.activeConnectionIdLimit, parameters.activeConnectionIdLimit);
  if (parameters.disableActiveMigration) put(id.disableActiveMigration, new Uint8Array(0));
  if (parameters.maxDatagramFrameSize > 0) number(id.maxDatagramFrameSize, parameters.maxDatagramFrameSize);
  if (parameters.resetStreamAt) {
    put(id.resetStreamAt, new Uint8Array(0));
    put(id.resetStreamAtDraft07, new Uint8Array(0));
  }
  if (parameters.minAckDelay !== undefined) number(id.minAckDelay, parameters.minAckDelay);
  return octets.slice(0, at);
}

/**
 * The parameters that a peer sent; `undefined` when they break section 7.4 or 18.2: TRANSPORT_PARAMETER_ERROR.
 *
 * @param from the peer's role: a client may not send those of a server
 */
export function decodeTransportParameters(
  octets: Uint8Array,
  from: "client" | "server",
): TransportParameters | undefined {
  const reader = new OctetReader();
  reader.begin(octets, 0, octets.length);
  const parameters = new TransportParameters();
  const seen = new Set<number>();
  while (reader.left > 0) {
    const key = reader.varint();
    const length = reader.varint();
    const at = reader.at;
    reader.skip(length);
    if (reader.isBroken || seen.has(key) || seen.size >= PARAMETERS_MAX) return undefined;
    seen.add(key);
    if (from === "client" && SERVER_ONLY.has(key)) return undefined;
    if (!take(parameters, key, octets.subarray(at, at + length))) return undefined;
  }
  const { minAckDelay } = parameters;
  if (minAckDelay !== undefined && minAckDelay > parameters.maxAckDelay * 1000) return undefined;
  // A server without connection ids has nowhere to be preferred, section 18.2.
  const isIdLess = parameters.initialSourceConnectionId?.length === 0;
  return isIdLess && parameters.preferredAddress !== undefined ? undefined : parameters;
}

const SERVER_ONLY: ReadonlySet<number> = new Set([
  id.originalDestinationConnectionId,
  id.statelessResetToken,
  id.preferredAddress,
  id.retrySourceConnectionId,
]);

/** Takes one parameter; false when its value is illegal. Unknown ones are ignored, section 7.4.2. */
function take(parameters: TransportParameters, key: number, value: Uint8Array): boolean {
  switch (key) {
    case id.originalDestinationConnectionId:
      parameters.originalDestinationConnectionId = value.slice();
      return value.length <= CONNECTION_ID_MAX_OCTETS;
    case id.initialSourceConnectionId:
      parameters.initialSourceConnectionId = value.slice();
      return value.length <= CONNECTION_ID_MAX_OCTETS;
    case id.retrySourceConnectionId:
      parameters.retrySourceConnectionId = value.slice();
      return value.length <= CONNECTION_ID_MAX_OCTETS;
    case id.statelessResetToken:
      parameters.statelessResetToken = value.slice();
      return value.length === RESET_TOKEN_OCTETS;
    case id.preferredAddress:
      parameters.preferredAddress = preferredAddressOf(value);
      return parameters.preferredAddress !== undefined;
    case id.disableActiveMigration:
      parameters.disableActiveMigration = true;
      return value.length === 0;
    case id.resetStreamAt:
    case id.resetStreamAtDraft07:
      parameters.resetStreamAt = true;
      return value.length === 0;
    default:
      return takeNumber(parameters, key, value);
  }
}

function preferredAddressOf(value: Uint8Array): PreferredAddress | undefined {
  const idAt = PREFERRED_ADDRESSES_OCTETS + 1;
  const length = value[PREFERRED_ADDRESSES_OCTETS] ?? 0;
  const isRight = length >= 1 && length <= CONNECTION_ID_MAX_OCTETS;
  if (!isRight || value.length !== idAt + length + RESET_TOKEN_OCTETS) return undefined;
  return { id: value.slice(idAt, idAt + length), token: value.slice(idAt + length) };
}

/** Ids whose value is one integer, with the property, the least and the most it may be. */
const NUMBERS = new Map<number, readonly [name: NumberName, least: number, most: number]>([
  [id.maxIdleTimeout, ["maxIdleTimeout", 0, Infinity]],
  [id.maxUdpPayloadSize, ["maxUdpPayloadSize", 1200, Infinity]],
  [id.initialMaxData, ["initialMaxData", 0, Infinity]],
  [id.initialMaxStreamDataBidiLocal, ["initialMaxStreamDataBidiLocal", 0, Infinity]],
  [id.initialMaxStreamDataBidiRemote, ["initialMaxStreamDataBidiRemote", 0, Infinity]],
  [id.initialMaxStreamDataUni, ["initialMaxStreamDataUni", 0, Infinity]],
  [id.initialMaxStreamsBidi, ["initialMaxStreamsBidi", 0, 2 ** 60]],
  [id.initialMaxStreamsUni, ["initialMaxStreamsUni", 0, 2 ** 60]],
  [id.ackDelayExponent, ["ackDelayExponent", 0, 20]],
  [id.maxAckDelay, ["maxAckDelay", 0, 2 ** 14 - 1]],
  [id.activeConnectionIdLimit, ["activeConnectionIdLimit", 2, Infinity]],
  [id.maxDatagramFrameSize, ["maxDatagramFrameSize", 0, Infinity]],
  [id.minAckDelay, ["minAckDelay", 0, Infinity]],
]);

type NumberName = {
  [Name in keyof TransportParameters]-?: NonNullable<TransportParameters[Name]> extends number ? Name : never;
}[keyof TransportParameters];

function takeNumber(parameters: TransportParameters, key: number, value: Uint8Array): boolean {
  const entry = NUMBERS.get(key);
  if (entry === undefined) return true;
  const [name, least, most] = entry;
  const reader = new OctetReader();
  reader.begin(value, 0, value.length);
  const number = reader.varint();
  parameters[name] = number;
  return !reader.isBroken && reader.left === 0 && number >= least && number <= most;
}
