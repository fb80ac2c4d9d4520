/** Addresses and ports of UDP as text, and which of them another node may make this one send to. */
import { specialBlocksOf } from "@flor/route";
import { canonicalIpAddress, formatIpAddress, parseIpAddress } from "@flor/wire";

/** Characters of an address at most: an IPv6 address in brackets with its port has 47. */
export const ADDRESS_MAX_CHARACTERS = 64;
/**
 * Ports below are system ports (RFC 6335 section 6). A NAT should keep a host's port of 1024 and above in that range
 * (RFC 4787 section 4.2.1, REQ-3a).
 */
const PORT_MIN = 1024;
const PORT_MAX = 65_535;

/** An address and port in the one form that is compared. */
export interface UdpAddress {
  /** 4 or 16, never an IPv4-mapped address. */
  readonly octets: Uint8Array;
  readonly port: number;
  /** `192.0.2.1:4600` or `[2001:db8::1]:4600`. */
  readonly text: string;
}

/**
 * `global`: anybody's. `local`: means another machine in each site (RFC 1918, RFC 4193, RFC 6598). `refused`: leads to
 * this machine itself, to many machines at once, or through translators.
 */
export type AddressScope = "global" | "local" | "refused";

/** Reads an address and port; `undefined`: it is none, has a zone, or a port that no node may be asked to send to. */
export function addressOf(text: string): UdpAddress | undefined {
  if (text.length > ADDRESS_MAX_CHARACTERS) return undefined;
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+)):([0-9]{4,5})$/.exec(text);
  const octets = parseIpAddress(match?.[1] ?? match?.[2] ?? "");
  const port = Number(match?.[3]);
  if (octets === undefined || !(port >= PORT_MIN && port <= PORT_MAX)) return undefined;
  const canonical = canonicalIpAddress(octets);
  const host = formatIpAddress(canonical);
  return { octets: canonical, port, text: canonical.length === 4 ? `${host}:${port}` : `[${host}]:${port}` };
}

/** An address of this machine, and how many of its first bits the machines beside it share. */
export interface HostAddress extends UdpAddress {
  readonly bits: number;
}

/** Reads what a link tells of itself, `192.168.1.5:4600/24`; without a length it has no machines beside it. */
export function hostAddressOf(text: string): HostAddress | undefined {
  const [place = "", length, ...rest] = text.split("/", 3);
  const address = addressOf(place);
  if (address === undefined || rest.length > 0) return undefined;
  const all = address.octets.length * 8;
  const bits = length === undefined ? all : Number(/^[0-9]{1,3}$/.exec(length)?.[0] ?? Number.NaN);
  return bits <= all ? { ...address, bits } : undefined;
}

/** What an address of 4 or 16 octets means to others. */
export function scopeOf(octets: Uint8Array): AddressScope {
  const [block] = specialBlocksOf(octets);
  switch (block?.kind) {
    case undefined:
    case "documentation":
    case "benchmarking":
      return "global";
    case "private":
    case "carrier-grade-nat":
      return "local";
    default:
      return "refused";
  }
}

/** Whether two addresses of one family share their first `bits` bits. */
export function isWithin(address: Uint8Array, network: Uint8Array, bits: number): boolean {
  if (address.length !== network.length) return false;
  for (let bit = 0; bit < bits; bit += 8) {
    const mask = bits - bit >= 8 ? 0xff : (0xff << (8 - (bits - bit))) & 0xff;
    if ((((address[bit >> 3] ?? 0) ^ (network[bit >> 3] ?? 0)) & mask) !== 0) return false;
  }
  return true;
}
