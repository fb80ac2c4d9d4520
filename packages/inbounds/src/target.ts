import type { Target } from "@flor/wire";
import { parseIpLiteral } from "./ip-literal.ts";

const FIRST_VISIBLE = 0x21;
const LAST_VISIBLE = 0x7e;

/**
 * The target that a domain field names: an address when it holds a literal, a domain else. `undefined` when it holds
 * anything but visible ASCII: no host has such a name, and a resolver or a log could read it as something else.
 */
export function targetOfDomain(octets: Uint8Array): Target | undefined {
  if (!octets.every((octet) => octet >= FIRST_VISIBLE && octet <= LAST_VISIBLE)) return undefined;
  const name = String.fromCharCode(...octets);
  const address = parseIpLiteral(name);
  return address === undefined ? { kind: "domain", name } : { kind: "address", address };
}
