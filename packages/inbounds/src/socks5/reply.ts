/**
 * The server's reply, RFC 1928 section 6.
 *
 *  | VER (05) | REP | RSV (00) | ATYP | BND.ADDR (4 or 16) | BND.PORT (2) |
 */
import type { BoundAddress } from "@flor/flows";
import {
  ADDRESS_TYPE_IPV4,
  ADDRESS_TYPE_IPV6,
  IPV4_OCTETS,
  IPV6_OCTETS,
  replyOctet,
  SOCKS_VERSION,
  type Socks5Reply,
} from "./rfc1928.ts";

const UNSPECIFIED: BoundAddress = { address: new Uint8Array(IPV4_OCTETS), port: 0 };
const ADDRESS_OFFSET = 4;
const PORT_OCTETS = 2;
const PORT_MAX = 0xffff;

/**
 * Encodes a reply. Without a usable `bound`, 0.0.0.0:0 stands in its place, so that every reply has at least ten
 * octets and a valid ATYP: it comes from the far node, and its mistakes must not become the client's.
 */
export function encodeReply(reply: Socks5Reply, bound: BoundAddress | undefined): Uint8Array {
  const { address, port } = bound !== undefined && isUsable(bound) ? bound : UNSPECIFIED;
  const octets = new Uint8Array(ADDRESS_OFFSET + address.length + PORT_OCTETS);
  octets[0] = SOCKS_VERSION;
  octets[1] = replyOctet[reply];
  octets[3] = address.length === IPV4_OCTETS ? ADDRESS_TYPE_IPV4 : ADDRESS_TYPE_IPV6;
  octets.set(address, ADDRESS_OFFSET);
  new DataView(octets.buffer).setUint16(ADDRESS_OFFSET + address.length, port);
  return octets;
}

function isUsable(bound: BoundAddress): boolean {
  const { address, port } = bound;
  const isAddress = address.length === IPV4_OCTETS || address.length === IPV6_OCTETS;
  return isAddress && Number.isInteger(port) && port >= 0 && port <= PORT_MAX;
}
