/**
 * The admission envelope (proto/admission.md) before every QUIC long-header packet, big-endian:
 *
 *  0      1         2          4             8             16           32
 *  +------+---------+----------+-------------+-------------+------------+---------------
 *  | 0x01 | version | reserved | time (u32)  | sender (8)  |  mac (16)  | QUIC packet
 *  +------+---------+----------+-------------+-------------+------------+---------------
 *
 * Promise: a packet without it costs a table look-up, one with a listed name one HMAC; neither leaves any state.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { ADMISSION_MAC_OFFSET, ADMISSION_OCTETS, ADMISSION_TYPE, MAC_OCTETS } from "./admission-format.ts";
import { SENDER_OCTETS, senderOf, type AllowedPeer, type AllowedPeers } from "./allowed-peers.ts";
import { encodeAscii } from "./ascii.ts";
import { equalsInConstantTime } from "./constant-time.ts";
import type { Identity } from "./identity.ts";
import { SentMacs, timeHintFor } from "./time-hint.ts";

/** How far a packet's time may lie from ours, either way: hosts without NTP drift, and a replay is worth little. */
export const ADMISSION_TOLERANCE_SECONDS = 300;

/** What the connection is for; an envelope is valid for one purpose only. */
export type AdmissionPurpose = "session" | "control";

/** Why a packet was not admitted. "clock-skew": the MAC is right and the time is not, so a clock is wrong or an old packet came again. */
export type AdmissionDrop = "envelope" | "unknown-sender" | "bad-mac" | "clock-skew";

/** What another node says the time is, in answer to a packet of this one. */
export interface ToldTime {
  readonly peer: AllowedPeer;
  /** Its clock, seconds since 1970. */
  readonly unixSeconds: number;
}

const VERSION = 1;
/** What the reserved field of a time hint says. */
const TIME_HINT_KIND = 1;
const field = { type: 0, version: 1, reserved: 2, time: 4, sender: 8, mac: ADMISSION_MAC_OFFSET } as const;
const LABEL = encodeAscii("flor admission 1");
const PURPOSE_OCTET: Readonly<Record<AdmissionPurpose, number>> = { session: 1, control: 2 };

type Mac = ReturnType<typeof hmac.create>;

/** The two directions of a pair of nodes, with the constant part of each MAC already hashed. */
interface PairMacs {
  readonly outbound: Mac;
  readonly inbound: Mac;
  readonly sent: SentMacs;
}

/** What is known about a packet that was not admitted although its sender is listed. */
export interface NotAdmitted {
  readonly peer: AllowedPeer;
  /** The sender's clock less ours, in seconds; known to be the sender's once its MAC was right. */
  readonly skewSeconds: number;
}

/** Seals and opens the envelopes of one node for one purpose. */
export class Admission {
  readonly #identity: Identity;
  readonly #peers: AllowedPeers;
  readonly #purpose: AdmissionPurpose;
  readonly #sender: Uint8Array;
  readonly #macs = new WeakMap<AllowedPeer, PairMacs>();
  /** Of the packet that {@link open} refused last; `undefined`: nobody listed sent it. */
  notAdmitted: NotAdmitted | undefined;

  constructor(identity: Identity, peers: AllowedPeers, purpose: AdmissionPurpose) {
    this.#identity = identity;
    this.#peers = peers;
    this.#purpose = purpose;
    this.#sender = senderOf(identity.publicKey);
  }

  /**
   * Writes the envelope at `offset`, before the QUIC packet that lies from `offset + 32` to `end`.
   *
   * @param unixSeconds wall-clock time
   * @returns false when the peer's key is unusable
   */
  seal(peer: AllowedPeer, octets: Uint8Array, offset: number, end: number, unixSeconds: number): boolean {
    const macs = this.#macsOf(peer);
    if (macs === undefined) return false;
    macs.sent.add(this.#write(macs.outbound, octets, offset, end, unixSeconds), unixSeconds);
    return true;
  }

  /** A hint for the sender of a packet whose time is wrong, whole. @param refused the packet, from its envelope on */
  hintFor(peer: AllowedPeer, refused: Uint8Array, unixSeconds: number): Uint8Array | undefined {
    const macs = this.#macsOf(peer);
    if (macs === undefined) return undefined;
    const hint = timeHintFor(refused);
    this.#write(macs.outbound, hint, 0, hint.length, unixSeconds, TIME_HINT_KIND);
    return hint;
  }

  /** The time that a peer tells, or why it is not believed; "envelope": it answers no packet that was sent lately. */
  openHint(octets: Uint8Array, offset: number, end: number, unixSeconds: number): ToldTime | AdmissionDrop {
    this.notAdmitted = undefined;
    const peer = this.#peers.named(octets, offset + field.sender);
    const macs = peer && this.#macsOf(peer);
    if (peer === undefined || macs === undefined) return "unknown-sender";
    if (peer.scope === "session" && this.#purpose !== "session") return "unknown-sender";
    if (!equalsInConstantTime(macOf(macs.inbound, octets, offset, end), octets, offset + field.mac)) return "bad-mac";
    if (!macs.sent.take(octets, offset, unixSeconds)) return "envelope";
    return { peer, unixSeconds: this.timeOf(octets, offset) };
  }

  /** Writes an envelope; its MAC, borrowed. */
  #write(mac: Mac, octets: Uint8Array, offset: number, end: number, unixSeconds: number, kind = 0): Uint8Array {
    octets.fill(0, offset, offset + ADMISSION_OCTETS);
    const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
    view.setUint8(offset + field.type, ADMISSION_TYPE);
    view.setUint8(offset + field.version, VERSION);
    view.setUint16(offset + field.reserved, kind);
    view.setUint32(offset + field.time, unixSeconds);
    octets.set(this.#sender, offset + field.sender);
    octets.set(macOf(mac, octets, offset, end), offset + field.mac);
    return octets.subarray(offset + field.mac, offset + ADMISSION_OCTETS);
  }

  /** The public key of the node whose envelopes these are. */
  get ownKey(): Uint8Array {
    return this.#identity.publicKey;
  }

  /** The time in an envelope that {@link open} took: the sender's clock, in seconds of Unix. */
  timeOf(octets: Uint8Array, offset: number): number {
    return new DataView(octets.buffer, octets.byteOffset, octets.byteLength).getUint32(offset + field.time);
  }

  /** Who sealed the packet at octets[offset, end), or why it is not admitted. */
  open(octets: Uint8Array, offset: number, end: number, unixSeconds: number): AllowedPeer | AdmissionDrop {
    this.notAdmitted = undefined;
    if (end - offset <= ADMISSION_OCTETS) return "envelope";
    const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
    if (view.getUint32(offset) !== ((ADMISSION_TYPE << 24) | (VERSION << 16)) >>> 0) return "envelope";
    const peer = this.#peers.named(octets, offset + field.sender);
    const macs = peer && this.#macsOf(peer);
    if (peer === undefined || macs === undefined) return "unknown-sender";
    if (peer.scope === "session" && this.#purpose !== "session") return "unknown-sender";
    const skew = view.getUint32(offset + field.time) - unixSeconds;
    this.notAdmitted = { peer, skewSeconds: skew };
    if (!equalsInConstantTime(macOf(macs.inbound, octets, offset, end), octets, offset + field.mac)) return "bad-mac";
    return skew >= -ADMISSION_TOLERANCE_SECONDS && skew <= ADMISSION_TOLERANCE_SECONDS ? peer : "clock-skew";
  }

  #macsOf(peer: AllowedPeer): PairMacs | undefined {
    const known = this.#macs.get(peer);
    if (known !== undefined) return known;
    const key = peer.admissionKey(this.#identity);
    if (key === undefined) return undefined;
    const macs = {
      outbound: this.#mac(key, this.#identity.publicKey, peer.publicKey),
      inbound: this.#mac(key, peer.publicKey, this.#identity.publicKey),
      sent: new SentMacs(),
    };
    this.#macs.set(peer, macs);
    return macs;
  }

  #mac(key: Uint8Array, sender: Uint8Array, receiver: Uint8Array): Mac {
    const purpose = Uint8Array.of(PURPOSE_OCTET[this.#purpose]);
    return hmac.create(sha256, key).update(LABEL).update(purpose).update(sender).update(receiver);
  }
}

function macOf(prepared: Mac, octets: Uint8Array, offset: number, end: number): Uint8Array {
  return prepared
    .clone()
    .update(octets.subarray(offset, offset + field.sender + SENDER_OCTETS))
    .update(octets.subarray(offset + ADMISSION_OCTETS, end))
    .digest()
    .subarray(0, MAC_OCTETS);
}
