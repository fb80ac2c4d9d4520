/** sockaddr_in and sockaddr_in6 of Linux: family in host order, port and address in network order. */
import { endpointFromWords, type IpEndpoint, isIpv4Endpoint } from "./ip-endpoint.ts";
import { AF_INET, AF_INET6 } from "./linux-socket.ts";

const IPV4_OCTETS = 16;
const IPV6_OCTETS = 28;
const V4_MAPPED = 0xffff;

/** Encodes `endpoint` for a socket of `family` (AF_INET or AF_INET6; an IPv6 socket takes IPv4 addresses v4-mapped). */
export function encodeSocketAddress(endpoint: IpEndpoint, family: number): Uint8Array {
  if (family === AF_INET && !isIpv4Endpoint(endpoint))
    throw new RangeError(
      `${endpoint.host} is an IPv6 address, and the socket is bound to IPv4: listen on [::] instead`,
    );
  const octets = new Uint8Array(family === AF_INET ? IPV4_OCTETS : IPV6_OCTETS);
  const view = new DataView(octets.buffer);
  view.setUint16(0, family, true);
  view.setUint16(2, endpoint.port);
  if (family === AF_INET) {
    view.setUint32(4, endpoint.words[3]);
    return octets;
  }
  endpoint.words.forEach((word, index) => view.setUint32(8 + 4 * index, word));
  view.setUint32(24, endpoint.scope, true);
  return octets;
}

/** Decodes the sockaddr at `offset`; an unknown family gives `undefined`. */
export function decodeSocketAddress(view: DataView, offset: number): IpEndpoint | undefined {
  const family = view.getUint16(offset, true);
  const port = view.getUint16(offset + 2);
  if (family === AF_INET) return endpointFromWords([0, 0, V4_MAPPED, view.getUint32(offset + 4)], port, 0);
  if (family !== AF_INET6) return undefined;
  const word = (index: number): number => view.getUint32(offset + 8 + 4 * index);
  return endpointFromWords([word(0), word(1), word(2), word(3)], port, view.getUint32(offset + 24, true));
}
