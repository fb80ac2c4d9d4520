/** Where a program wants to connect, checked as `net.connect` does. */
import { type Destination, parseIpAddress } from "@flor/wire";

const PORT_MAX = 65_535;
/** Octets of a name at most, RFC 1928 and RFC 1035. */
const NAME_MAX = 255;

/** Where to connect, and how. */
export interface ConnectOptions {
  /** A name, resolved where the connection leaves the overlay, or an address; IPv6 with or without brackets. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
  /** When the other side ends, this one does not end by itself. @default false */
  readonly allowHalfOpen?: boolean;
  /** Ends the attempt, or the connection, with an `AbortError`. */
  readonly signal?: AbortSignal;
  /** The user to connect as: matched against `user` of the routes, and not revealed to other nodes. */
  readonly user?: string;
}

/** The destination of `options`. @throws TypeError or RangeError with the code that `net.connect` has */
export function destinationOf({ host, port }: ConnectOptions): Destination {
  if (typeof host !== "string") throw typed(TypeError, "ERR_INVALID_ARG_TYPE", "host must be a string");
  if (!Number.isInteger(port) || port < 1 || port > PORT_MAX) {
    throw typed(RangeError, "ERR_SOCKET_BAD_PORT", `port must be from 1 to ${PORT_MAX}, not ${String(port)}`);
  }
  const name = host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
  if (name === "" || Buffer.byteLength(name) > NAME_MAX) {
    throw typed(RangeError, "ERR_INVALID_ARG_VALUE", `host must have 1 to ${NAME_MAX} octets`);
  }
  const address = parseIpAddress(name);
  return { target: address === undefined ? { kind: "domain", name } : { kind: "address", address }, port };
}

function typed(kind: typeof TypeError | typeof RangeError, code: string, message: string): Error {
  return Object.assign(new kind(message), { code });
}
