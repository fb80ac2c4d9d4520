/** Version Negotiation packets, RFC 9000 sections 6 and 17.2.1. */
import { QUIC_VERSION_1 } from "../long-header.ts";
import { LONG_FORM, writeConnectionId, writeVersion } from "./packet-header.ts";
import { OctetReader } from "./octet-reader.ts";

/**
 * The answer to a first packet of another version: version 1 is what there is.
 *
 * @param destination the source id of that packet
 * @param source its destination id
 */
export function encodeVersionNegotiation(destination: Uint8Array, source: Uint8Array): Uint8Array {
  const octets = new Uint8Array(1 + 4 + 1 + destination.length + 1 + source.length + 4);
  octets[0] = LONG_FORM;
  let end = writeVersion(octets, 1, 0);
  end = writeConnectionId(octets, end, destination);
  end = writeConnectionId(octets, end, source);
  writeVersion(octets, end, QUIC_VERSION_1);
  return octets;
}

/**
 * Whether a Version Negotiation packet at octets[start, end) ends our attempt: it does not list version 1, section 6.2.
 * `undefined` when it is malformed.
 */
export function lacksVersion1(octets: Uint8Array, start: number, end: number): boolean | undefined {
  const reader = new OctetReader();
  reader.begin(octets, start, end);
  reader.skip(5);
  reader.skip(reader.octet());
  reader.skip(reader.octet());
  if (reader.isBroken || reader.left === 0 || reader.left % 4 !== 0) return undefined;
  while (reader.left > 0) if (reader.u32() === QUIC_VERSION_1) return false;
  return true;
}
