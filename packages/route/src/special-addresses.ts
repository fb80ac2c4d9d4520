/**
 * Addresses that an egress does not connect to unless a rule names them: not global unicast (IANA special-purpose
 * registries, RFC 6890), or global in form but served by the host's own surroundings.
 */
import { type AddressPrefix, parseAddressPrefix, prefixContains } from "./address-prefix.ts";

/** Why an address is special. */
export type SpecialAddressKind =
  | "unspecified"
  | "loopback"
  | "private"
  | "link-local"
  | "carrier-grade-nat"
  | "metadata"
  | "multicast"
  | "documentation"
  | "benchmarking"
  | "translated"
  | "reserved";

/** A block of special addresses. */
export interface SpecialBlock {
  readonly kind: SpecialAddressKind;
  readonly prefix: AddressPrefix;
}

const kinds: Readonly<Record<SpecialAddressKind, readonly string[]>> = {
  unspecified: ["0.0.0.0/8", "::/128"],
  loopback: ["127.0.0.0/8", "::1/128"],
  private: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"],
  "link-local": ["169.254.0.0/16", "fe80::/10"],
  "carrier-grade-nat": ["100.64.0.0/10"],
  // The Azure host agent. Other clouds use link-local and private blocks.
  metadata: ["168.63.129.16/32"],
  multicast: ["224.0.0.0/4", "ff00::/8"],
  documentation: ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"],
  benchmarking: ["198.18.0.0/15", "2001:2::/48"],
  // IPv4 inside IPv6: compatible, SIIT, NAT64 (RFC 6052, RFC 8215), Teredo (RFC 4380), 6to4 (RFC 3056).
  translated: [
    "::/96",
    "::ffff:0:0:0/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "2001::/32",
    "2002::/16",
    "192.88.99.0/24",
  ],
  // Only 2000::/3 is global unicast (RFC 4291 section 2.4): the rest is closed in three blocks.
  reserved: [
    "192.0.0.0/24",
    "240.0.0.0/4",
    "255.255.255.255/32",
    "100::/64",
    "2001::/23",
    "::/3",
    "4000::/2",
    "8000::/1",
  ],
};

const blocks: readonly SpecialBlock[] = Object.entries(kinds).flatMap(([kind, texts]) =>
  texts.map((text) => ({ kind: kind as SpecialAddressKind, prefix: prefixOf(text) })),
);

/** Every special block that contains the address (4 or 16 octets, canonical: not IPv4-mapped), the kind that names it best first. */
export function specialBlocksOf(address: Uint8Array): readonly SpecialBlock[] {
  return blocks
    .filter(({ prefix }) => prefixContains(prefix, address))
    .sort((a, b) => b.prefix.length - a.prefix.length);
}

/**
 * The IPv4 addresses that a translator or tunnel may make of an IPv6 address; both readings where the embedding is
 * ambiguous. Empty for IPv4 and for plain IPv6.
 */
export function embeddedIpv4(address: Uint8Array): readonly Uint8Array[] {
  return embeddings.filter(({ prefix }) => prefixContains(prefix, address)).flatMap(({ read }) => read(address));
}

const lastFour = (address: Uint8Array): Uint8Array => address.slice(12);
const isZero = (octets: Uint8Array): boolean => octets.every((octet) => octet === 0);

const embeddings: readonly {
  readonly prefix: AddressPrefix;
  readonly read: (address: Uint8Array) => readonly Uint8Array[];
}[] = [
  // RFC 4291 section 2.5.5.1; the unspecified and the loopback address are none of these.
  { prefix: prefixOf("::/96"), read: (address) => (isZero(address.subarray(0, 15)) ? [] : [lastFour(address)]) },
  { prefix: prefixOf("::ffff:0:0:0/96"), read: (address) => [lastFour(address)] },
  { prefix: prefixOf("64:ff9b::/96"), read: (address) => [lastFour(address)] },
  // RFC 6052 section 2.2: a /48 puts IPv4 in octets 6, 7, 9 and 10; a /96 inside it in the last four.
  { prefix: prefixOf("64:ff9b:1::/48"), read: localNat64Readings },
  // RFC 4380 section 4: the server, and the client with every bit turned over.
  { prefix: prefixOf("2001::/32"), read: (address) => [address.slice(4, 8), lastFour(address).map((octet) => ~octet)] },
  { prefix: prefixOf("2002::/16"), read: (address) => [address.slice(2, 6)] },
];

/** The reading that is all zeros is the one that was not meant; where both are, it is 0.0.0.0 that was. */
function localNat64Readings(address: Uint8Array): readonly Uint8Array[] {
  const readings = [Uint8Array.of(...address.subarray(6, 8), ...address.subarray(9, 11)), lastFour(address)];
  const meant = readings.filter((reading) => !isZero(reading));
  return meant.length > 0 ? meant : readings;
}

function prefixOf(text: string): AddressPrefix {
  const prefix = parseAddressPrefix(text);
  if ("error" in prefix) throw new RangeError(prefix.error);
  return prefix;
}
