import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { encodeAscii } from "./ascii.ts";
import { equalsInConstantTime } from "./constant-time.ts";

/** How long a Retry token is good for, seconds: one round trip and patience. */
export const RETRY_TOKEN_LIFE_SECONDS = 10;

const MAC_OCTETS = 16;
const TIME_OCTETS = 4;
const LABEL = encodeAscii("flor retry 1");

/**
 * Makes and checks Retry tokens (RFC 9000 section 8.1.2): `| time u32 | mac 16 | original destination id |`. A token is
 * bound to its peer and to the connection id of the Retry, so that the server keeps nothing while it waits.
 */
export class RetryTokens {
  readonly #key: Uint8Array;

  /** @param key 32 random octets, fresh at each start */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** The token for a client that sent its Initial to `original` and is told to send it to `retrySource`. */
  mint(peer: Uint8Array, original: Uint8Array, retrySource: Uint8Array, unixSeconds: number): Uint8Array {
    const token = new Uint8Array(TIME_OCTETS + MAC_OCTETS + original.length);
    new DataView(token.buffer).setUint32(0, unixSeconds);
    token.set(original, TIME_OCTETS + MAC_OCTETS);
    token.set(this.#mac(token, peer, retrySource), TIME_OCTETS);
    return token;
  }

  /** The original destination id in a token that we made; `undefined` when it is forged, another peer's or too old. */
  check(token: Uint8Array, peer: Uint8Array, destination: Uint8Array, unixSeconds: number): Uint8Array | undefined {
    if (token.length <= TIME_OCTETS + MAC_OCTETS) return undefined;
    const age = unixSeconds - new DataView(token.buffer, token.byteOffset, token.byteLength).getUint32(0);
    if (age < 0 || age > RETRY_TOKEN_LIFE_SECONDS) return undefined;
    if (!equalsInConstantTime(this.#mac(token, peer, destination), token, TIME_OCTETS)) return undefined;
    return token.slice(TIME_OCTETS + MAC_OCTETS);
  }

  #mac(token: Uint8Array, peer: Uint8Array, retrySource: Uint8Array): Uint8Array {
    return hmac
      .create(sha256, this.#key)
      .update(LABEL)
      .update(peer)
      .update(retrySource)
      .update(token.subarray(0, TIME_OCTETS))
      .update(token.subarray(TIME_OCTETS + MAC_OCTETS))
      .digest()
      .subarray(0, MAC_OCTETS);
  }
}
