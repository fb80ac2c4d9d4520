import { parseIpLiteral } from "./ip-literal.ts";

/**
 * Where a client wants to go. A `name` is 1 to 255 visible ASCII characters, as the client wrote it, a trailing dot
 * and the case included; it is never resolved here. An `address` has 4 or 16 octets.
 */
export type Socks5Target =
  | { readonly kind: "domain"; readonly name: string }
  | { readonly kind: "address"; readonly address: Uint8Array };

const FIRST_VISIBLE = 0x21;
const LAST_VISIBLE = 0x7e;

/**
 * The target that a domain field names: an address when it holds a literal, a domain else. `undefined` when it holds
 * anything but visible ASCII: no host has such a name, and a resolver or a log could read it as something else.
 */
export function targetOfDomain(octets: Uint8Array): Socks5Target | undefined {
  if (!octets.every((octet) => octet >= FIRST_VISIBLE && octet <= LAST_VISIBLE)) return undefined;
  const name = String.fromCharCode(...octets);
  const address = parseIpLiteral(name);
  return address === undefined ? { kind: "domain", name } : { kind: "address", address };
}
