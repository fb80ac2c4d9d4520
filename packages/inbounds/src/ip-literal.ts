import { canonicalIpAddress, parseIpAddress } from "@flor/wire";

/**
 * The 4 or 16 octets that `text` spells as a canonical dotted quad, or as RFC 4291 section 2.2 text, bare or in the
 * brackets of a URL; 4 for an IPv4-mapped address too. `undefined` for every other spelling: `127.1`, `0x7f.0.0.1`, `0177.0.0.1`, `2130706433` and
 * addresses with a zone are names here, and the egress judges them.
 */
export function parseIpLiteral(text: string): Uint8Array | undefined {
  const isBracketed = text.startsWith("[") && text.endsWith("]");
  const address = parseIpAddress(isBracketed ? text.slice(1, -1) : text);
  if (address === undefined || (isBracketed && address.length === 4)) return undefined;
  return canonicalIpAddress(address);
}
