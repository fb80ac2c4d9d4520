import { type AddressPrefix, prefixContains } from "@flor/route";
import { canonicalIpAddress, parseIpAddress } from "@flor/wire";

/** Whether a client may come in from `from`, an IP address as the system tells it, perhaps with a zone. */
export function isAddressAllowed(allow: readonly AddressPrefix[], from: string): boolean {
  const octets = parseIpAddress(from.split("%", 1)[0] ?? "");
  if (octets === undefined) return false;
  const address = canonicalIpAddress(octets);
  return allow.some((prefix) => prefixContains(prefix, address));
}
