/**
 * The client's greeting and the choice of a method, RFC 1928 section 3.
 *
 *  | VER (05) | NMETHODS | METHODS (NMETHODS) |      | VER (05) | METHOD |
 */
import { type Decoded, INCOMPLETE } from "./decoded.ts";
import {
  METHOD_NO_AUTHENTICATION,
  METHOD_NONE_ACCEPTABLE,
  METHOD_USERNAME_PASSWORD,
  SOCKS_VERSION,
} from "./rfc1928.ts";

const METHODS_OFFSET = 2;

/** Reads the offered methods, borrowed from `octets`. The version is the caller's to check. */
export function decodeGreeting(octets: Uint8Array): Decoded<Uint8Array, never> {
  const count = octets[1];
  if (count === undefined) return INCOMPLETE;
  const end = METHODS_OFFSET + count;
  if (octets.length < end) return INCOMPLETE;
  return { state: "complete", message: octets.subarray(METHODS_OFFSET, end), octets: end };
}

/**
 * The method that this server takes among those offered; {@link METHOD_NONE_ACCEPTABLE} when there is none. Without
 * users, a client that offers a password alone may say any: it is how some tell their flows apart.
 */
export function selectMethod(offered: Uint8Array, usersRequired: boolean): number {
  if (!usersRequired && offered.includes(METHOD_NO_AUTHENTICATION)) return METHOD_NO_AUTHENTICATION;
  return offered.includes(METHOD_USERNAME_PASSWORD) ? METHOD_USERNAME_PASSWORD : METHOD_NONE_ACCEPTABLE;
}

/** Encodes the method selection message. */
export function encodeMethodSelection(method: number): Uint8Array {
  return Uint8Array.of(SOCKS_VERSION, method);
}
