import { canonicalIpAddress, parseIpAddress, type Target } from "@flor/wire";

/** A name that is an address by its spelling is judged as one. */
export function withoutLiteral(target: Target): Target {
  if (target.kind === "address") return { kind: "address", address: canonicalIpAddress(target.address) };
  const isBracketed = target.name.startsWith("[") && target.name.endsWith("]");
  const address = parseIpAddress(isBracketed ? target.name.slice(1, -1) : target.name);
  return address === undefined ? target : { kind: "address", address: canonicalIpAddress(address) };
}
