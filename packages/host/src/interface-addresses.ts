import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";
import { errorCode } from "./error-code.ts";

/** An address of an interface, and the interface's name. */
export type InterfaceAddress = NetworkInterfaceInfo & { readonly name: string };

/**
 * The addresses of this machine's interfaces, or the code of the error that keeps them from being known: no descriptor is
 * left, or a phone or sandbox hides them. Never throws, as the call of Node.js does.
 */
export function interfaceAddresses(): readonly InterfaceAddress[] | { readonly code: string } {
  try {
    return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
      addresses.map((address) => ({ ...address, name })),
    );
  } catch (error) {
    return { code: errorCode(error) };
  }
}
