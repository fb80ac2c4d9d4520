import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import type { AllowedPeer } from "./allowed-peers.ts";
import { encodeAscii } from "./ascii.ts";
import { CONNECTION_ID_OCTETS } from "./connection-id.ts";
import { RESET_TOKEN_OCTETS } from "./packet/transport-parameters.ts";

/** The part of a connection id that is random; the rest tells its peer, to us alone. */
const RANDOM_OCTETS = 5;
const KEY_LABEL = encodeAscii("flor reset 1");
const TOKEN_LABEL = encodeAscii("token");
const PEER_LABEL = encodeAscii("peer");

/**
 * Connection ids and stateless resets (RFC 9000 section 10.3) of a node that keeps nothing of the connections it forgot:
 * `| random 5 | peer 3 |`, where `peer` is a MAC that tells whose connection it was, and so where a reset must go.
 */
export class ResetTokens {
  readonly #key: Uint8Array;

  /** @param seed the node's secret: tokens outlive a restart */
  constructor(seed: Uint8Array) {
    this.#key = hmac(sha256, seed, KEY_LABEL);
  }

  /** Completes an id whose first octets are random, for a connection with `peer`. */
  completeId(id: Uint8Array, peer: AllowedPeer): void {
    id.set(this.#peerMac(id, 0, peer), RANDOM_OCTETS);
  }

  /** What a stateless reset of the connection ends with, 16 octets. */
  tokenOf(id: Uint8Array): Uint8Array {
    return hmac.create(sha256, this.#key).update(TOKEN_LABEL).update(id).digest().slice(0, RESET_TOKEN_OCTETS);
  }

  /** The peer, among `peers`, for which we made the connection id at octets[at]. */
  peerOf(octets: Uint8Array, at: number, peers: Iterable<AllowedPeer>): AllowedPeer | undefined {
    for (const peer of peers) {
      const mac = this.#peerMac(octets, at, peer);
      if (mac.every((octet, index) => octets[at + RANDOM_OCTETS + index] === octet)) return peer;
    }
    return undefined;
  }

  #peerMac(octets: Uint8Array, at: number, peer: AllowedPeer): Uint8Array {
    const random = octets.subarray(at, at + RANDOM_OCTETS);
    const mac = hmac.create(sha256, this.#key).update(PEER_LABEL).update(random).update(peer.publicKey).digest();
    return mac.subarray(0, CONNECTION_ID_OCTETS - RANDOM_OCTETS);
  }
}
