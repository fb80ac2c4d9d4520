/**
 * Username/password sub-negotiation, RFC 1929 section 2.
 *
 *  | VER (01) | ULEN | UNAME (ULEN) | PLEN | PASSWD (PLEN) |      | VER (01) | STATUS |
 */
import { type Decoded, INCOMPLETE } from "./decoded.ts";
import { SUBNEGOTIATION_VERSION } from "./rfc1929.ts";

const NAME_OFFSET = 2;

/** What the client claims; both 0 to 255 octets, borrowed. */
export interface Credentials {
  readonly name: Uint8Array;
  readonly password: Uint8Array;
}

/** Reads credentials; refused when the first octet is not the sub-negotiation's version, a request sent early included. */
export function decodeCredentials(octets: Uint8Array): Decoded<Credentials, "authentication-malformed"> {
  const version = octets[0];
  if (version === undefined) return INCOMPLETE;
  if (version !== SUBNEGOTIATION_VERSION) return { state: "refused", refusal: "authentication-malformed" };
  const nameOctets = octets[1];
  if (nameOctets === undefined) return INCOMPLETE;
  const nameEnd = NAME_OFFSET + nameOctets;
  const passwordOctets = octets[nameEnd];
  if (passwordOctets === undefined) return INCOMPLETE;
  const end = nameEnd + 1 + passwordOctets;
  if (octets.length < end) return INCOMPLETE;
  const message = { name: octets.subarray(NAME_OFFSET, nameEnd), password: octets.subarray(nameEnd + 1, end) };
  return { state: "complete", message, octets: end };
}

/** Encodes the answer to credentials. */
export function encodeAuthenticationStatus(status: number): Uint8Array {
  return Uint8Array.of(SUBNEGOTIATION_VERSION, status);
}
