import { parseIpAddress } from "@flor/wire";
import { networkInterfaces } from "node:os";

/** The addresses of this machine's interfaces now, 4 or 16 octets each. */
export function ownAddresses(): Uint8Array[] {
  return Object.values(networkInterfaces()).flatMap((entries) =>
    (entries ?? []).flatMap(({ address }) => parseIpAddress(address.split("%", 1)[0] ?? "") ?? []),
  );
}
