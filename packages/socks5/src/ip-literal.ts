import { IPV4_OCTETS, IPV6_OCTETS } from "./rfc1928.ts";

const IPV6_GROUPS = 8;
const DECIMAL_OCTET = /^(?:0|[1-9][0-9]{0,2})$/;
const HEXADECIMAL_GROUP = /^[0-9A-Fa-f]{1,4}$/;

/**
 * The 4 or 16 octets that `text` spells as canonical dotted quad (four decimal numbers, no leading zeros) or as
 * RFC 4291 section 2.2 text, bare or in the brackets of a URL. `undefined` for every other spelling: `127.1`,
 * `0x7f.0.0.1`, `0177.0.0.1`, `2130706433` and addresses with a zone are names here, and the egress judges them.
 */
export function parseIpLiteral(text: string): Uint8Array | undefined {
  if (text.startsWith("[") && text.endsWith("]")) return parseIpv6(text.slice(1, -1));
  return parseIpv4(text) ?? parseIpv6(text);
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split(".");
  if (parts.length !== IPV4_OCTETS || !parts.every((part) => DECIMAL_OCTET.test(part))) return undefined;
  const octets = parts.map(Number);
  return octets.every((octet) => octet <= 0xff) ? Uint8Array.from(octets) : undefined;
}

function parseIpv6(text: string): Uint8Array | undefined {
  const [head = "", tail, ...more] = text.split("::");
  if (more.length > 0) return undefined;
  if (tail === undefined) {
    const groups = parseGroups(head, true);
    return groups?.length === IPV6_GROUPS ? octetsOfGroups(groups) : undefined;
  }
  const before = parseGroups(head, false);
  const after = parseGroups(tail, true);
  if (before === undefined || after === undefined) return undefined;
  const zeros = IPV6_GROUPS - before.length - after.length;
  // "::" stands for one group or more.
  if (zeros < 1) return undefined;
  return octetsOfGroups([...before, ...Array<number>(zeros).fill(0), ...after]);
}

/** The groups between colons; an IPv4 address may stand in the place of the last two. */
function parseGroups(text: string, isLast: boolean): number[] | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  const embedded = isLast ? parseIpv4(parts.at(-1) ?? "") : undefined;
  if (embedded !== undefined) parts.pop();
  if (!parts.every((part) => HEXADECIMAL_GROUP.test(part))) return undefined;
  const groups = parts.map((part) => Number.parseInt(part, 16));
  if (embedded !== undefined) {
    const view = new DataView(embedded.buffer);
    groups.push(view.getUint16(0), view.getUint16(2));
  }
  return groups;
}

function octetsOfGroups(groups: readonly number[]): Uint8Array {
  const octets = new Uint8Array(IPV6_OCTETS);
  const view = new DataView(octets.buffer);
  for (const [index, group] of groups.entries()) view.setUint16(index * 2, group);
  return octets;
}
