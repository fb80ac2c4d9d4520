import { formatIpAddress } from "./ip-address.ts";

/** What a client wants to reach: a name, resolved at the egress alone, or 4 or 16 octets of address. */
export type Target =
  | { readonly kind: "domain"; readonly name: string }
  | { readonly kind: "address"; readonly address: Uint8Array };

/** A target and its port, 1 to 65535. */
export interface Destination {
  readonly target: Target;
  readonly port: number;
}

/** A destination as people write it; the name is the client's own text: quote it before it goes into a log. */
export function destinationText({ target, port }: Destination): string {
  if (target.kind === "domain") return `${target.name}:${port}`;
  const text = formatIpAddress(target.address);
  return target.address.length === 4 ? `${text}:${port}` : `[${text}]:${port}`;
}
