/**
 * IP addresses as text and as octets. One spelling of IPv4 is taken and no other: what `inet_aton` would also read
 * (`127.1`, `0x7f.1`, `2130706433`) is not an address here, see {@link isNumericName}.
 */

const IPV4_OCTETS = 4;
const IPV6_OCTETS = 16;
const IPV6_GROUPS = 8;
const DECIMAL_OCTET = /^(?:0|[1-9][0-9]{0,2})$/;
const HEXADECIMAL_GROUP = /^[0-9A-Fa-f]{1,4}$/;
const NUMBER_AS_INET_ATON_READS_IT = /^(?:[0-9]+|0[xX][0-9A-Fa-f]*)$/;

/**
 * The 4 octets of a dotted quad without leading zeros, or the 16 of RFC 4291 section 2.2 text without brackets and
 * without zone; `undefined` for anything else.
 */
export function parseIpAddress(text: string): Uint8Array | undefined {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

/**
 * The one form of an address that is compared and connected to: an IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2)
 * is the IPv4 address in it, which is what every system connects to. Other embeddings go through translators that may
 * lead elsewhere, and stay what they are.
 */
export function canonicalIpAddress(octets: Uint8Array): Uint8Array {
  const isMapped =
    octets.length === IPV6_OCTETS &&
    octets[10] === 0xff &&
    octets[11] === 0xff &&
    octets.subarray(0, 10).every((octet) => octet === 0);
  return isMapped ? octets.slice(IPV6_OCTETS - IPV4_OCTETS) : octets;
}

/** Text of 4 or 16 octets: a dotted quad, or RFC 5952 without brackets. */
export function formatIpAddress(octets: Uint8Array): string {
  if (octets.length === IPV4_OCTETS) return octets.join(".");
  const groups = groupsOf(octets);
  const zeros = longestZeroRun(groups);
  const text = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(":");
  if (zeros.length < 2) return text(0, IPV6_GROUPS);
  return `${text(0, zeros.start)}::${text(zeros.start + zeros.length, IPV6_GROUPS)}`;
}

/**
 * Whether `getaddrinfo` may read the name as an IPv4 address instead of looking it up: its last label is a number
 * (`0`, `127.1`, `0177.0.0.1`, `0x7f.1`). No top-level domain is (RFC 3696 section 2). True for a dotted quad too.
 */
export function isNumericName(name: string): boolean {
  const labels = (name.endsWith(".") ? name.slice(0, -1) : name).split(".");
  return NUMBER_AS_INET_ATON_READS_IT.test(labels.at(-1) ?? "");
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split(".", IPV4_OCTETS + 1);
  if (parts.length !== IPV4_OCTETS || !parts.every((part) => DECIMAL_OCTET.test(part))) return undefined;
  const octets = parts.map(Number);
  return octets.every((octet) => octet <= 0xff) ? Uint8Array.from(octets) : undefined;
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split("::", 3);
  const [head = "", tail] = halves;
  if (halves.length > 2) return undefined;
  if (tail === undefined) {
    const groups = parseGroups(head, true);
    return groups?.length === IPV6_GROUPS ? octetsOf(groups) : undefined;
  }
  const before = parseGroups(head, false);
  const after = parseGroups(tail, true);
  if (before === undefined || after === undefined) return undefined;
  const zeros = IPV6_GROUPS - before.length - after.length;
  // "::" stands for one group or more.
  return zeros < 1 ? undefined : octetsOf([...before, ...Array<number>(zeros).fill(0), ...after]);
}

/** The groups between colons; where `isLast`, a dotted quad may stand in place of the last two. */
function parseGroups(text: string, isLast: boolean): number[] | undefined {
  if (text === "") return [];
  const parts = text.split(":", IPV6_GROUPS + 1);
  const quad = isLast ? parseIpv4(parts.at(-1) ?? "") : undefined;
  if (quad !== undefined) parts.pop();
  if (!parts.every((part) => HEXADECIMAL_GROUP.test(part))) return undefined;
  const groups = parts.map((part) => Number.parseInt(part, 16));
  if (quad === undefined) return groups;
  const view = new DataView(quad.buffer);
  return [...groups, view.getUint16(0), view.getUint16(2)];
}

function octetsOf(groups: readonly number[]): Uint8Array {
  const octets = new Uint8Array(IPV6_OCTETS);
  const view = new DataView(octets.buffer);
  for (const [index, group] of groups.entries()) view.setUint16(index * 2, group);
  return octets;
}

function groupsOf(octets: Uint8Array): number[] {
  const view = new DataView(octets.buffer, octets.byteOffset, IPV6_OCTETS);
  return Array.from({ length: IPV6_GROUPS }, (_, index) => view.getUint16(index * 2));
}

/** The first of the longest runs of zero groups (RFC 5952 section 4.2.3). */
function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [index, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: index - length + 1, length };
  }
  return best;
}
