import { canonicalIpAddress, type Destination } from "@flor/wire";
import { endpointFromWords, type IpEndpoint, isIpv4Endpoint } from "./ip-endpoint.ts";

const V4_MAPPED = 0xffff;

/** The endpoint of an address, 4 or 16 octets, and a port. */
export function endpointOfAddress(address: Uint8Array, port: number): IpEndpoint {
  const view = new DataView(address.buffer, address.byteOffset, address.length);
  if (address.length === 4) return endpointFromWords([0, 0, V4_MAPPED, view.getUint32(0)], port, 0);
  return endpointFromWords([view.getUint32(0), view.getUint32(4), view.getUint32(8), view.getUint32(12)], port, 0);
}

/** The address of an endpoint, 4 or 16 octets. */
export function addressOfEndpoint(endpoint: IpEndpoint): Uint8Array {
  const view = new DataView(new ArrayBuffer(16));
  endpoint.words.forEach((word, index) => view.setUint32(4 * index, word));
  const octets = new Uint8Array(view.buffer);
  return isIpv4Endpoint(endpoint) ? canonicalIpAddress(octets) : octets;
}

/** The destination that an endpoint is. */
export function remoteOfEndpoint(endpoint: IpEndpoint): Destination {
  return { target: { kind: "address", address: addressOfEndpoint(endpoint) }, port: endpoint.port };
}
