import { BlockList, isIP, SocketAddress } from "node:net";

/** An IP address literal and a port. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

const ENDPOINT = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/;
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;
const UNSPECIFIED = ["0.0.0.0", "::"];

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Reads `127.0.0.1:1080` or `[::1]:1080`, the address in its canonical spelling; `undefined` for all else, names too. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const [, bracketed, plain, digits] = ENDPOINT.exec(text) ?? [];
  const address = bracketed ?? plain;
  const port = Number(digits);
  if (address === undefined || port > 0xffff) return undefined;
  if (isIP(address) !== (bracketed === undefined ? 4 : 6)) return undefined;
  return { address: canonicalAddress(address), port };
}

/** The text that {@link parseEndpoint} reads. */
export function endpointText({ address, port }: Endpoint): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Whether only this machine reaches `address`, an IP literal. */
export function isLoopback(address: string): boolean {
  return loopback.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/** Whether two sockets of one protocol cannot be bound at once; port 0 never collides. */
export function collide(a: Endpoint, b: Endpoint): boolean {
  if (a.port !== b.port || a.port === 0) return false;
  return a.address === b.address || UNSPECIFIED.includes(a.address) || UNSPECIFIED.includes(b.address);
}

function canonicalAddress(address: string): string {
  // SocketAddress refuses zones, and none of our listeners needs one.
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  if (address.includes("%")) return address;
  const { address: canonical } = new SocketAddress({ address, family });
  // One address has one spelling: a socket on an IPv4-mapped address is one on the IPv4 address.
  return MAPPED.exec(canonical)?.[1] ?? canonical;
}
