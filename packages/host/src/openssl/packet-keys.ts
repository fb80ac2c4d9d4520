import { type PacketKeys, TAG_OCTETS } from "@flor/quic/engine";
import { BufferAddresses } from "../buffer-addresses.ts";
import { freeContexts, takeContext } from "./held-context.ts";
import { expandLabel } from "./key-schedule.ts";
import {
  AEAD_GET_TAG,
  AEAD_SET_TAG,
  clearErrors,
  controlCipher,
  finishCipher,
  initCipher,
  type Pointer,
  updateCipher,
} from "./library.ts";
import { lengthAddress, NONCE, nonceAddress, slab } from "./slab.ts";
import type { Suite } from "./suite.ts";

const NONCE_OCTETS = 12;
const TWO_32 = 0x1_0000_0000;

// Of all keys: packets come in bundles, and neighbours in a bundle lie in the same array.
const packets = new BufferAddresses();
const sources = new BufferAddresses();

/** Packet protection of RFC 9001 section 5.3 by kept contexts of OpenSSL: five calls a packet, and no object. */
export class OpensslPacketKeys implements PacketKeys {
  readonly confidentialityLimit: number;
  readonly integrityLimit: number;
  readonly #suite: Suite;
  readonly #secret: Uint8Array;
  readonly #key: Uint8Array;
  /** The nonce's first, middle and last 4 octets, before the packet number is added. */
  readonly #high: number;
  readonly #middle: number;
  readonly #low: number;
  // Keys serve one direction, and which it is shows with the first packet.
  #sealing: Pointer = 0;
  #opening: Pointer = 0;
  #isFree = false;

  /** The keys that `secret` makes (RFC 9001 section 5.1); the secret is copied. */
  constructor(suite: Suite, secret: Uint8Array) {
    this.#suite = suite;
    this.confidentialityLimit = suite.confidentialityLimit;
    this.integrityLimit = suite.integrityLimit;
    this.#secret = Uint8Array.from(secret);
    this.#key = expandLabel(suite.hash, secret, "quic key", suite.keyOctets);
    const nonce = expandLabel(suite.hash, secret, "quic iv", NONCE_OCTETS);
    const words = new DataView(nonce.buffer, nonce.byteOffset, NONCE_OCTETS);
    this.#high = words.getUint32(0);
    this.#middle = words.getUint32(4);
    this.#low = words.getUint32(8);
  }

  seal(octets: Uint8Array, headerStart: number, payloadStart: number, payloadEnd: number, packetNumber: number): void {
    checkBounds(octets, headerStart, payloadStart, payloadEnd, TAG_OCTETS);
    const context = this.#sealing === 0 ? this.#startSealing() : this.#sealing;
    const base = packets.of(octets);
    this.#begin(context, packetNumber);
    updateCipher(context, 0, lengthAddress, base + headerStart, payloadStart - headerStart);
    if (payloadEnd > payloadStart)
      encrypt(context, base + payloadStart, base + payloadStart, payloadEnd - payloadStart);
    writeTag(context, base + payloadEnd);
  }

  sealFrom(
    octets: Uint8Array,
    headerStart: number,
    payloadStart: number,
    payloadEnd: number,
    packetNumber: number,
    source: Uint8Array,
    sourceStart: number,
    sourceEnd: number,
  ): void {
    checkBounds(source, sourceStart, sourceStart, sourceEnd, 0);
    const sourceOctets = sourceEnd - sourceStart;
    checkBounds(octets, headerStart, payloadStart, payloadEnd, sourceOctets + TAG_OCTETS);
    const context = this.#sealing === 0 ? this.#startSealing() : this.#sealing;
    const base = packets.of(octets);
    this.#begin(context, packetNumber);
    updateCipher(context, 0, lengthAddress, base + headerStart, payloadStart - headerStart);
    if (payloadEnd > payloadStart)
      encrypt(context, base + payloadStart, base + payloadStart, payloadEnd - payloadStart);
    if (sourceOctets > 0) encrypt(context, base + payloadEnd, sources.of(source) + sourceStart, sourceOctets);
    writeTag(context, base + payloadEnd + sourceOctets);
  }

  open(octets: Uint8Array, headerStart: number, payloadStart: number, end: number, packetNumber: number): number {
    const payloadEnd = end - TAG_OCTETS;
    // Its length is a stranger's: too short for a tag is not authentic, rather than a fault of the caller.
    if (payloadEnd < payloadStart) return -1;
    checkBounds(octets, headerStart, payloadStart, payloadEnd, TAG_OCTETS);
    const context = this.#opening === 0 ? this.#startOpening() : this.#opening;
    const base = packets.of(octets);
    this.#begin(context, packetNumber);
    controlCipher(context, AEAD_SET_TAG, TAG_OCTETS, base + payloadEnd);
    updateCipher(context, 0, lengthAddress, base + headerStart, payloadStart - headerStart);
    const payload = base + payloadStart;
    if (payloadEnd > payloadStart) updateCipher(context, payload, lengthAddress, payload, payloadEnd - payloadStart);
    if (finishCipher(context, base + payloadEnd, lengthAddress) === 1) return payloadEnd;
    clearErrors();
    return -1;
  }

  next(): OpensslPacketKeys {
    return new OpensslPacketKeys(
      this.#suite,
      expandLabel(this.#suite.hash, this.#secret, "quic ku", this.#secret.length),
    );
  }

  free(): void {
    if (this.#isFree) return;
    this.#isFree = true;
    freeContexts(this, this.#sealing, this.#opening);
    this.#sealing = 0;
    this.#opening = 0;
    this.#secret.fill(0);
    this.#key.fill(0);
  }

  /** Starts a packet: the nonce is the IV with the packet number in its last 8 octets, RFC 9001 section 5.3. */
  #begin(context: Pointer, packetNumber: number): void {
    slab.setUint32(NONCE, this.#high);
    slab.setUint32(NONCE + 4, this.#middle ^ Math.floor(packetNumber / TWO_32));
    slab.setUint32(NONCE + 8, this.#low ^ (packetNumber % TWO_32));
    initCipher(context, 0, 0, 0, nonceAddress, -1);
  }

  #startSealing(): Pointer {
    this.#sealing = this.#take(1);
    return this.#sealing;
  }

  #startOpening(): Pointer {
    this.#opening = this.#take(0);
    return this.#opening;
  }

  #take(encrypts: 0 | 1): Pointer {
    if (this.#isFree) throw new Error("these packet keys were freed: a connection used them after it closed");
    return takeContext(this, this.#suite.packetCipher, this.#key, encrypts);
  }
}

function encrypt(context: Pointer, into: Pointer, from: Pointer, length: number): void {
  if (updateCipher(context, into, lengthAddress, from, length) !== 1)
    throw new Error("OpenSSL did not encrypt a packet: its context is broken");
}

function writeTag(context: Pointer, at: Pointer): void {
  if (finishCipher(context, at, lengthAddress) !== 1 || controlCipher(context, AEAD_GET_TAG, TAG_OCTETS, at) !== 1)
    throw new Error("OpenSSL did not seal a packet: its context is broken");
}

/** Before every address: what is out of bounds here would write into others' memory. */
function checkBounds(octets: Uint8Array, first: number, second: number, third: number, beyond: number): void {
  if (first >= 0 && first <= second && second <= third && third + beyond <= octets.length) return;
  throw new RangeError(`packet at ${first}, ${second}, ${third} + ${beyond} does not fit into ${octets.length} octets`);
}
