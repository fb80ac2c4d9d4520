import { sha256 } from "@noble/hashes/sha2.js";
import { admissionKey, type Agreement } from "./admission-key.ts";
import { keyOf, sameOctets } from "./connection-id.ts";
import { KEY_OCTETS, type Identity } from "./identity.ts";

/** Octets of the sender's name in an admission envelope: the front of SHA-256 of its public key. */
export const SENDER_OCTETS = 8;

/** For which of a node's connections a peer is admitted. */
export type AllowedScope = "all" | "session";

/** A node that may reach this one. */
export class AllowedPeer {
  /** Ed25519 public key, 32 octets. */
  readonly publicKey: Uint8Array;
  /** How its envelopes name it, 8 octets. */
  readonly sender: Uint8Array;
  /** "session": a host of another network, which opens no control connection. */
  readonly scope: AllowedScope;
  readonly #identity: Identity;
  readonly #agree: Agreement | undefined;
  readonly #admissionKeys = new WeakMap<Identity, Uint8Array>();

  constructor(identity: Identity, publicKey: Uint8Array, scope: AllowedScope, agree?: Agreement) {
    this.#agree = agree;
    this.scope = scope;
    this.publicKey = publicKey.slice();
    this.sender = senderOf(publicKey);
    this.#identity = identity;
  }

  /**
   * The secret shared with this peer, 32 octets, or `undefined` when its key is unusable. Derived at the first call.
   *
   * @param identity another one of this node's, while it changes its key
   */
  admissionKey(identity: Identity = this.#identity): Uint8Array | undefined {
    const known = this.#admissionKeys.get(identity);
    if (known !== undefined) return known;
    const key = admissionKey(identity, this.publicKey, this.#agree);
    if (key !== undefined) this.#admissionKeys.set(identity, key);
    return key;
  }
}

/** The nodes that may reach this one; its endpoints share it, and it may change at any time. */
export class AllowedPeers {
  readonly #identity: Identity;
  readonly #agree: Agreement | undefined;
  readonly #peers = new Map<number, AllowedPeer>();

  /** @param agree a host's own; the default is portable */
  constructor(identity: Identity, agree?: Agreement) {
    this.#identity = identity;
    this.#agree = agree;
  }

  get all(): Iterable<AllowedPeer> {
    return this.#peers.values();
  }

  get size(): number {
    return this.#peers.size;
  }

  /**
   * Lists a peer; one that is listed already stays as it is.
   *
   * @throws RangeError when the key is not 32 octets, or its 48-bit name is another listed peer's
   */
  add(publicKey: Uint8Array, scope: AllowedScope = "all"): void {
    if (publicKey.length !== KEY_OCTETS) throw new RangeError(`public key has ${publicKey.length} octets, not 32`);
    const peer = new AllowedPeer(this.#identity, publicKey, scope, this.#agree);
    const key = keyOf(peer.sender, 0);
    const listed = this.#peers.get(key);
    if (listed === undefined) this.#peers.set(key, peer);
    else if (!sameOctets(listed.publicKey, publicKey)) {
      throw new RangeError("two listed peers share the front of their hash: give one of them a new key");
    }
  }

  /** Removes a peer: it opens no further connections; those it has stay until they are closed. */
  delete(publicKey: Uint8Array): void {
    if (this.has(publicKey)) this.#peers.delete(keyOf(senderOf(publicKey), 0));
  }

  has(publicKey: Uint8Array): boolean {
    return this.get(publicKey) !== undefined;
  }

  /** The listed peer with this key. */
  get(publicKey: Uint8Array): AllowedPeer | undefined {
    const peer = this.#peers.get(keyOf(senderOf(publicKey), 0));
    return peer !== undefined && sameOctets(peer.publicKey, publicKey) ? peer : undefined;
  }

  /** The listed peer whose name is in the eight octets at `offset`. */
  named(octets: Uint8Array, offset: number): AllowedPeer | undefined {
    const peer = this.#peers.get(keyOf(octets, offset));
    if (peer === undefined) return undefined;
    for (let at = 0; at < SENDER_OCTETS; at += 1) if (octets[offset + at] !== peer.sender[at]) return undefined;
    return peer;
  }
}

/** How the envelopes of the node with this key name it. */
export function senderOf(publicKey: Uint8Array): Uint8Array {
  return sha256(publicKey).slice(0, SENDER_OCTETS);
}
