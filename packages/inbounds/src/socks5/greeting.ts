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
 * The one method that this server takes, when the client offers it; else {@link METHOD_NONE_ACCEPTABLE}.
 * Without users, a client that insists on a password is refused: nobody could tell whether the password is right.
 */
export function selectMethod(offered: Uint8Array, usersRequired: boolean): number {
  const method = usersRequired ? METHOD_USERNAME_PASSWORD : METHOD_NO_AUTHENTICATION;
  return offered.includes(method) ? method : METHOD_NONE_ACCEPTABLE;
}

/** Encodes the method selection message. */
export function encodeMethodSelection(method: number): Uint8Array {
  return Uint8Array.of(SOCKS_VERSION, method);
}
