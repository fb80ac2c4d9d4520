/**
 * The header by which a target learns of the client behind a connection: PROXY protocol version 2, section 2.2.
 *
 *   | signature (12) | version 2, command (1) | family, transport (1) | length (2) | addresses | TLVs …
 */
import type { BoundAddress } from "@flor/flows";
import { encodeUtf8, viewOf } from "@flor/wire";

const SIGNATURE = Uint8Array.of(0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a);
const HEADER_OCTETS = 16;
const VERSION_2_PROXY = 0x21;
const FAMILY = { unspecified: 0x00, tcp4: 0x11, tcp6: 0x21 } as const;
/** The name that the client asked for. */
const TLV_AUTHORITY = 0x02;
/** Of the range for own use: the ingress node, and the user there. */
const TLV_NODE = 0xe0;
const TLV_USER = 0xe1;

/** What a target is told. */
export interface ProxiedClient {
  /** `undefined`: unknown; the target then sees no address. */
  readonly client: BoundAddress | undefined;
  /** `db.team` */
  readonly service: string;
  /** Of the ingress node. */
  readonly node: string;
  /** Empty: nobody in particular. */
  readonly user: string;
  /** That the client named. */
  readonly port: number;
}

/** The header, before all other octets of the connection. */
export function proxyHeader({ client, service, node, user, port }: ProxiedClient): Uint8Array {
  const addresses = client === undefined ? new Uint8Array(0) : addressesOf(client, port);
  const tlvs = [tlv(TLV_AUTHORITY, service), tlv(TLV_NODE, node), ...(user === "" ? [] : [tlv(TLV_USER, user)])];
  const length = addresses.length + tlvs.reduce((sum, one) => sum + one.length, 0);
  const out = new Uint8Array(HEADER_OCTETS + length);
  out.set(SIGNATURE);
  out[12] = VERSION_2_PROXY;
  if (client !== undefined) out[13] = client.address.length === 4 ? FAMILY.tcp4 : FAMILY.tcp6;
  viewOf(out).setUint16(14, length);
  out.set(addresses, HEADER_OCTETS);
  let at = HEADER_OCTETS + addresses.length;
  for (const one of tlvs) {
    out.set(one, at);
    at += one.length;
  }
  return out;
}

/** The client's address, then the one it connected to, which is none: zeros, and its port. */
function addressesOf({ address, port: clientPort }: BoundAddress, port: number): Uint8Array {
  const out = new Uint8Array(2 * address.length + 4);
  out.set(address);
  const view = viewOf(out);
  view.setUint16(2 * address.length, clientPort);
  view.setUint16(2 * address.length + 2, port);
  return out;
}

function tlv(type: number, text: string): Uint8Array {
  const value = encodeUtf8(text);
  const out = new Uint8Array(3 + value.length);
  out[0] = type;
  viewOf(out).setUint16(1, value.length);
  out.set(value, 3);
  return out;
}
