/**
 * The client's request, RFC 1928 sections 4 and 5.
 *
 *  | VER (05) | CMD | RSV | ATYP | DST.ADDR (4, 16, or 1 + n) | DST.PORT (2) |
 *
 * RSV is not looked at: nothing follows from it, and clients exist that leave it unset.
 */
import { canonicalIpAddress, type Target } from "@flor/wire";
import type { Socks5CloseReason } from "./close-reason.ts";
import { type Decoded, INCOMPLETE } from "./decoded.ts";
import {
  ADDRESS_TYPE_DOMAIN,
  ADDRESS_TYPE_IPV4,
  ADDRESS_TYPE_IPV6,
  COMMAND_CONNECT,
  COMMAND_UDP_ASSOCIATE,
  IPV4_OCTETS,
  IPV6_OCTETS,
  SOCKS_VERSION,
  type Socks5Reply,
} from "./rfc1928.ts";
import { targetOfDomain } from "../target.ts";

/** What a client asks for. */
export type Socks5Request =
  | {
      readonly command: "connect";
      readonly target: Target;
      /** 1 to 65535. */
      readonly port: number;
    }
  | {
      readonly command: "associate";
      /** The port from which the client's datagrams will come; 0: it does not say. */
      readonly port: number;
    };

/** What to answer and why, when a request cannot be passed on. */
export interface RequestRefusal {
  readonly reply: Socks5Reply;
  readonly reason: Socks5CloseReason;
}

const COMMAND_OFFSET = 1;
const ADDRESS_TYPE_OFFSET = 3;
const ADDRESS_OFFSET = 4;
const PORT_OCTETS = 2;

/** Reads a request. Wherever its end can be known it is read whole before it is refused, so that no octet of it is left. */
export function decodeRequest(octets: Uint8Array): Decoded<Socks5Request, RequestRefusal> {
  if (octets.length === 0) return INCOMPLETE;
  if (octets[0] !== SOCKS_VERSION) return refused("general-failure", "request-version-unsupported");
  if (octets.length <= ADDRESS_TYPE_OFFSET) return INCOMPLETE;
  const addressLength = addressOctets(octets);
  if (addressLength === "unknown") return refusedAddressType(octets);
  if (addressLength === undefined) return INCOMPLETE;
  const end = ADDRESS_OFFSET + addressLength + PORT_OCTETS;
  return octets.length < end ? INCOMPLETE : decodeWhole(octets.subarray(0, end));
}

/** Octets of DST.ADDR, `undefined` while its length has not arrived, "unknown" for an ATYP that nobody has defined. */
function addressOctets(octets: Uint8Array): number | "unknown" | undefined {
  switch (octets[ADDRESS_TYPE_OFFSET]) {
    case ADDRESS_TYPE_IPV4:
      return IPV4_OCTETS;
    case ADDRESS_TYPE_IPV6:
      return IPV6_OCTETS;
    case ADDRESS_TYPE_DOMAIN: {
      const nameOctets = octets[ADDRESS_OFFSET];
      return nameOctets === undefined ? undefined : 1 + nameOctets;
    }
    default:
      return "unknown";
  }
}

function decodeWhole(octets: Uint8Array): Decoded<Socks5Request, RequestRefusal> {
  const command = octets[COMMAND_OFFSET];
  const portOffset = octets.length - PORT_OCTETS;
  const port = ((octets[portOffset] ?? 0) << 8) | (octets[portOffset + 1] ?? 0);
  // Its address is not looked at: datagrams are taken from where the TCP connection comes from.
  if (command === COMMAND_UDP_ASSOCIATE)
    return { state: "complete", message: { command: "associate", port }, octets: octets.length };
  if (command !== COMMAND_CONNECT) return refused("command-not-supported", "command-not-supported");
  if (port === 0) return refused("general-failure", "port-zero");
  const address = octets.subarray(ADDRESS_OFFSET, portOffset);
  if (octets[ADDRESS_TYPE_OFFSET] !== ADDRESS_TYPE_DOMAIN)
    return complete({ kind: "address", address: canonicalIpAddress(address.slice()) }, port, octets.length);
  const name = address.subarray(1);
  if (name.length === 0) return refused("general-failure", "domain-empty");
  const target = targetOfDomain(name);
  if (target === undefined) return refused("host-unreachable", "domain-malformed");
  return complete(target, port, octets.length);
}

function refusedAddressType(octets: Uint8Array): Decoded<Socks5Request, RequestRefusal> {
  const command = octets[COMMAND_OFFSET];
  return command === COMMAND_CONNECT || command === COMMAND_UDP_ASSOCIATE
    ? refused("address-type-not-supported", "address-type-not-supported")
    : refused("command-not-supported", "command-not-supported");
}

function complete(target: Target, port: number, octets: number): Decoded<Socks5Request, RequestRefusal> {
  return { state: "complete", message: { command: "connect", target, port }, octets };
}

function refused(reply: Socks5Reply, reason: Socks5CloseReason): Decoded<Socks5Request, RequestRefusal> {
  return { state: "refused", refusal: { reply, reason } };
}
