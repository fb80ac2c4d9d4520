import { canonicalIpAddress, Cause, type Destination, type Open } from "@flor/wire";

/** The version of the preface, and of what follows it: 1 had an end marker behind the payload. */
export const PREFACE_VERSION = 2;
const COMMAND_CONNECT = 1;
const DOMAIN_MAX_CHARACTERS = 255;

/** The stream preface that asks for `destination`. */
export function openOf({ target, port }: Destination): Open {
  const host = target.kind === "domain" ? { domain: target.name } : { address: target.address };
  return { version: PREFACE_VERSION, command: COMMAND_CONNECT, port, ...host };
}

/** What a peer's preface asks for, or why it cannot be served. */
export function destinationOf(open: Open): Destination | { readonly cause: Cause; readonly text: string } {
  if (open.version !== PREFACE_VERSION)
    return { cause: Cause.GENERAL_FAILURE, text: `preface version ${open.version ?? 0}` };
  if (open.command !== COMMAND_CONNECT)
    return { cause: Cause.COMMAND_NOT_SUPPORTED, text: `command ${open.command ?? 0}` };
  const port = open.port ?? 0;
  if (port < 1 || port > 0xffff) return { cause: Cause.GENERAL_FAILURE, text: `port ${port}` };
  if (open.domain) {
    if (open.domain.length > DOMAIN_MAX_CHARACTERS) return { cause: Cause.GENERAL_FAILURE, text: "domain too long" };
    return { target: { kind: "domain", name: open.domain }, port };
  }
  const address = open.address;
  if (address?.length === 4 || address?.length === 16)
    return { target: { kind: "address", address: canonicalIpAddress(address.slice()) }, port };
  return { cause: Cause.ADDRESS_TYPE_NOT_SUPPORTED, text: "neither a domain nor an address" };
}
