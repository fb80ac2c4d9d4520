/** What a client sends, for the tests: well formed unless a test asks otherwise. */
import {
  ADDRESS_TYPE_DOMAIN,
  ADDRESS_TYPE_IPV4,
  ADDRESS_TYPE_IPV6,
  COMMAND_CONNECT,
  SOCKS_VERSION,
} from "./rfc1928.ts";
import { SUBNEGOTIATION_VERSION } from "./rfc1929.ts";
import { encodeUtf8 } from "@flor/wire";

/** A greeting that offers `methods`. */
export function greeting(...methods: number[]): Uint8Array {
  return Uint8Array.of(SOCKS_VERSION, methods.length, ...methods);
}

/** Credentials, RFC 1929. */
export function credentials(name: string, password: string, version: number = SUBNEGOTIATION_VERSION): Uint8Array {
  const nameOctets = encodeUtf8(name);
  const passwordOctets = encodeUtf8(password);
  return Uint8Array.of(version, nameOctets.length, ...nameOctets, passwordOctets.length, ...passwordOctets);
}

/** Fields of a request that a test wants to be unlike a CONNECT to port 443. */
export interface RequestFields {
  readonly version?: number;
  readonly command?: number;
  readonly reserved?: number;
  readonly addressType?: number;
  readonly port?: number;
}

/** A request whose address field is `address` as it is. */
export function request(address: readonly number[], fields: RequestFields): Uint8Array {
  const { version = SOCKS_VERSION, command = COMMAND_CONNECT, reserved = 0, addressType = 0, port = 443 } = fields;
  return Uint8Array.of(version, command, reserved, addressType, ...address, port >> 8, port & 0xff);
}

/** A request for a domain, given as text or as octets. */
export function domainRequest(name: string | Uint8Array, fields: RequestFields = {}): Uint8Array {
  const octets = typeof name === "string" ? encodeUtf8(name) : name;
  return request([octets.length, ...octets], { addressType: ADDRESS_TYPE_DOMAIN, ...fields });
}

/** A request for a binary address of 4 or 16 octets. */
export function addressRequest(address: readonly number[], fields: RequestFields = {}): Uint8Array {
  return request(address, { addressType: address.length === 4 ? ADDRESS_TYPE_IPV4 : ADDRESS_TYPE_IPV6, ...fields });
}

/** The parts one behind the other, as in one segment. */
export function segment(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)));
}
