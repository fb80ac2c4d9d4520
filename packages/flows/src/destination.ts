import type { BoundAddress } from "./request.ts";
import { canonicalIpAddress, Cause, type Destination, type Open } from "@flor/wire";

/** The version of the preface, and of what follows it: 1 had an end marker behind the payload. */
export const PREFACE_VERSION = 2;
const COMMAND_CONNECT = 1;
const DOMAIN_MAX_CHARACTERS = 255;

/** A name of a service at most, RFC 1035 section 2.3.4. */
const SERVICE_MAX_CHARACTERS = 253;
const USER_MAX_CHARACTERS = 255;
/** Networks that a flow may have crossed before the one that refuses it: a loop between networks ends here. */
export const SERVICE_HOPS_MAX = 2;

/** A service that is asked for by name, instead of a destination. */
export interface ServiceAsk {
  /** `db.team` */
  readonly name: string;
  /** Who asks, in the ingress's words; empty: it does not say. */
  readonly user: string;
  /** Networks that the flow crossed before this one. */
  readonly hops: number;
  /** Where the client is, in the ingress's words; `undefined`: it does not say. */
  readonly client: BoundAddress | undefined;
}

/** What a stream's preface asks for. */
export interface Asked {
  /** Where the client wanted to go: of a service, its name. */
  readonly destination: Destination;
  readonly service: ServiceAsk | undefined;
}

/** Why a preface cannot be served. */
interface Unserved {
  readonly cause: Cause;
  readonly text: string;
}

/** The stream preface that asks for `destination`, or, at its port, for `service`. */
export function openOf({ target, port }: Destination, service?: ServiceAsk): Open {
  if (service !== undefined) {
    const { name, user, hops, client } = service;
    const clientAddress = client === undefined ? {} : { clientAddress: client.address, clientPort: client.port };
    return { version: PREFACE_VERSION, command: COMMAND_CONNECT, port, service: name, user, hops, ...clientAddress };
  }
  const host = target.kind === "domain" ? { domain: target.name } : { address: target.address };
  return { version: PREFACE_VERSION, command: COMMAND_CONNECT, port, ...host };
}

/** What a peer's preface asks for, or why it cannot be served. */
export function askedOf(open: Open): Asked | Unserved {
  if (open.version !== PREFACE_VERSION)
    return { cause: Cause.GENERAL_FAILURE, text: prefaceVersionText(open.version ?? 0) };
  if (open.command !== COMMAND_CONNECT)
    return { cause: Cause.COMMAND_NOT_SUPPORTED, text: `command ${open.command ?? 0}` };
  const port = open.port ?? 0;
  if (port < 1 || port > 0xffff) return { cause: Cause.GENERAL_FAILURE, text: `port ${port}` };
  if (open.service) return serviceOf(open, open.service, port);
  if (open.domain) {
    if (open.domain.length > DOMAIN_MAX_CHARACTERS)
      return { cause: Cause.GENERAL_FAILURE, text: "the domain is too long" };
    return { destination: { target: { kind: "domain", name: open.domain }, port }, service: undefined };
  }
  const address = open.address;
  if (address?.length === 4 || address?.length === 16) {
    const target = { kind: "address", address: canonicalIpAddress(address.slice()) } as const;
    return { destination: { target, port }, service: undefined };
  }
  return { cause: Cause.ADDRESS_TYPE_NOT_SUPPORTED, text: "neither a domain, an address nor a service" };
}

/** A flow ends at both of its ends, so these have to agree; nodes between them need not. */
function prefaceVersionText(version: number): string {
  return `flows of version ${version} are spoken there, but ${PREFACE_VERSION} here: run the same release at both ends`;
}

function serviceOf({ user, hops, clientAddress, clientPort }: Open, name: string, port: number): Asked | Unserved {
  if (name.length > SERVICE_MAX_CHARACTERS) return { cause: Cause.GENERAL_FAILURE, text: "name of a service too long" };
  if ((user ?? "").length > USER_MAX_CHARACTERS)
    return { cause: Cause.GENERAL_FAILURE, text: "name of a user too long" };
  if ((hops ?? 0) >= SERVICE_HOPS_MAX)
    return { cause: Cause.NOT_ALLOWED, text: `${name}: the flow has crossed ${hops} networks already` };
  const destination = { target: { kind: "domain", name }, port } as const;
  const isClientKnown = clientAddress?.length === 4 || clientAddress?.length === 16;
  const client = isClientKnown ? { address: clientAddress.slice(), port: (clientPort ?? 0) & 0xffff } : undefined;
  return { destination, service: { name, user: user ?? "", hops: hops ?? 0, client } };
}
