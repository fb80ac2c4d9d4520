import { canonicalIpAddress, formatIpAddress, parseIpAddress } from "@flor/wire";

/** A block of addresses: those whose first `length` bits are those of `octets`. The other bits of `octets` are zero. */
export interface AddressPrefix {
  /** 4 or 16 octets. */
  readonly octets: Uint8Array;
  /** In bits: 0 to 32, or 0 to 128. */
  readonly length: number;
}

const DECIMAL = /^(?:0|[1-9][0-9]{0,2})$/;

const MAPPED_BITS = 96;

/**
 * Reads `192.0.2.0/24`, `2001:db8::/32`, or an address alone, which stands for itself. A block of IPv4-mapped addresses,
 * `::ffff:192.0.2.0/120`, is the block of IPv4 addresses that it spells.
 *
 * @returns the prefix, or an error that says what is allowed
 */
export function parseAddressPrefix(text: string): AddressPrefix | { readonly error: string } {
  const [addressText = "", lengthText, ...rest] = text.split("/", 3);
  const octets = parseIpAddress(addressText);
  if (octets === undefined || rest.length > 0) {
    return { error: `"${text}" is not an address or a range such as 192.168.1.0/24 or fd00::/8` };
  }
  const bits = octets.length * 8;
  if (lengthText === undefined) return canonicalPrefix({ octets, length: bits });
  const length = DECIMAL.test(lengthText) ? Number(lengthText) : Number.NaN;
  if (!(length <= bits)) return { error: `"/${lengthText}" is not a prefix length; allowed: /0 to /${bits}` };
  const network = masked(octets, length);
  if (!sameOctets(network, octets)) {
    const meant = `${formatIpAddress(network)}/${length} for the range or ${addressText} for the one address`;
    return { error: `"${text}" has bits set beyond its prefix; write ${meant}` };
  }
  return canonicalPrefix({ octets, length });
}

function canonicalPrefix(prefix: AddressPrefix): AddressPrefix {
  const octets = canonicalIpAddress(prefix.octets);
  if (octets === prefix.octets || prefix.length < MAPPED_BITS) return prefix;
  return { octets, length: prefix.length - MAPPED_BITS };
}

/** Whether `address` (4 or 16 octets) is in the block; never of the other family. */
export function prefixContains({ octets, length }: AddressPrefix, address: Uint8Array): boolean {
  if (address.length !== octets.length) return false;
  const whole = length >> 3;
  for (let i = 0; i < whole; i += 1) if (octets[i] !== address[i]) return false;
  const bits = length & 7;
  return bits === 0 || (((octets[whole] ?? 0) ^ (address[whole] ?? 0)) & maskOf(bits)) === 0;
}

/** Whether every address of `inner` is in `outer`. */
export function prefixCovers(outer: AddressPrefix, inner: AddressPrefix): boolean {
  return inner.length >= outer.length && prefixContains(outer, inner.octets);
}

/** Whether the block is one address. */
export function isSingleAddress({ octets, length }: AddressPrefix): boolean {
  return length === octets.length * 8;
}

/** Whether two addresses are the same, octet for octet. */
export function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, index) => octet === b[index]);
}

function masked(octets: Uint8Array, length: number): Uint8Array {
  return octets.map((octet, index) => octet & maskOf(Math.min(8, Math.max(0, length - index * 8))));
}

/** The octet whose first `bits` bits are ones. */
function maskOf(bits: number): number {
  return (0xff << (8 - bits)) & 0xff;
}
