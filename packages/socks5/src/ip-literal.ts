import { parseIpAddress } from "@flor/wire";

/**
 * The 4 or 16 octets that `text` spells as a canonical dotted quad, or as RFC 4291 section 2.2 text, bare or in the
 * brackets of a URL. `undefined` for every other spelling: `127.1`, `0x7f.0.0.1`, `0177.0.0.1`, `2130706433` and
 * addresses with a zone are names here, and the egress judges them.
 */
export function parseIpLiteral(text: string): Uint8Array | undefined {
  if (!text.startsWith("[") || !text.endsWith("]")) return parseIpAddress(text);
  const address = parseIpAddress(text.slice(1, -1));
  return address?.length === 16 ? address : undefined;
}
