/**
 * The three messages that make a session: Hello from the link, Welcome from the node, Ready from the link. The link
 * repeats Hello until it is welcome, and Ready until the node speaks within the session. The node answers and repeats
 * nothing of itself: all it sends goes to where an authentic message just came from. Duplicates are harmless.
 */
import type { Instant } from "@flor/machine";
import {
  decodeEnvelope,
  encodeEnvelope,
  type Envelope,
  FRAME_CONTROL,
  FRAME_HEADER_OCTETS,
  SESSION_TOKEN_OCTETS,
  type Token,
  TOKEN_OCTETS,
  tokenFrom,
  viewOf,
  writeFrameHeader,
  ZERO_TOKEN,
} from "@flor/wire";
import type { EndDrop } from "./end-drop.ts";
import type { Peer } from "./event.ts";
import { type HandshakeMessage, handshakeMac, MAC_OCTETS, sameMac } from "./handshake-mac.ts";

/** The version this code speaks. */
export const FLOR_IO_VERSION = 1;
/** Frame flag: a MAC of 32 octets follows the Envelope. */
export const FLAG_MAC = 0x01;
/** Octets of a nonce. */
export const NONCE_OCTETS = 32;
/** Octets of an instance id. */
export const INSTANCE_OCTETS = 16;
/** Octets of a handshake message at most, MAC included: what strangers can make us decode. */
const MESSAGE_MAX_OCTETS = 4096;

/** What both ends must know of each other before frames flow. */
export interface Established {
  /** Opens the datagrams that go to the other end. */
  readonly peerToken: Token;
  readonly receiveDatagrams: number;
  readonly receiveOctets: number;
  readonly datagramMax: number;
  readonly keepaliveMs: number;
  readonly peer: Peer;
}

/** Outcome of one handshake message. */
export type HandshakeOutcome =
  | { readonly outcome: "dropped"; readonly reason: EndDrop }
  | { readonly outcome: "waiting" }
  | { readonly outcome: "greeted" | "ready"; readonly established: Established }
  | {
      readonly outcome: "rejected";
      readonly code: number;
      readonly text: string;
      readonly versions: readonly number[];
    };

/** One end's part of the handshake. */
export interface Handshake {
  handleMessage(message: Envelope, octets: Uint8Array, mac: Uint8Array, now: Instant): HandshakeOutcome;
  /** The datagram to send now, or `undefined`. */
  poll(now: Instant): Uint8Array | undefined;
  /** A datagram of the session came: the other end is ready too. */
  settle(): void;
  nextTimeout(): Instant | undefined;
}

/** The options of either end that the handshake tells the other. */
export interface HandshakeOptions {
  readonly secret: Uint8Array;
  readonly localToken: Uint8Array;
  readonly nonce: Uint8Array;
  readonly receiveDatagrams: number;
  readonly receiveOctets: number;
  readonly datagramMax: number;
  readonly capabilities: readonly string[];
  readonly ancestry: readonly Uint8Array[];
}

/** The token in `octets`, or `undefined` when it is not one: 8 octets, not all zero. */
export function readToken(octets: Uint8Array | null | undefined): Token | undefined {
  if (octets?.length !== TOKEN_OCTETS || octets.every((octet) => octet === 0)) return undefined;
  return tokenFrom(octets);
}

/** When to send a message again: after 100 ms, doubling to 800 ms. */
export class Resend {
  #dueAt: Instant = Infinity;
  #delay = 100;

  start(now: Instant): void {
    this.#dueAt = now;
    this.#delay = 100;
  }

  stop(): void {
    this.#dueAt = Infinity;
  }

  isDue(now: Instant): boolean {
    if (this.#dueAt > now) return false;
    this.#dueAt = now + this.#delay;
    this.#delay = Math.min(800, this.#delay * 2);
    return true;
  }

  get dueAt(): Instant | undefined {
    return this.#dueAt === Infinity ? undefined : this.#dueAt;
  }
}

/** A handshake message as made: its envelope's octets, and the datagram that carries it. */
export interface MadeMessage {
  readonly envelope: Uint8Array;
  readonly datagram: Uint8Array;
}

/** Makes the datagram of a handshake message: zero token, control frame, envelope, MAC. */
export function makeMessage(
  secret: Uint8Array,
  kind: HandshakeMessage,
  before: readonly Uint8Array[],
  message: Envelope,
): MadeMessage {
  const envelope = encodeEnvelope(message);
  const mac = handshakeMac(secret, kind, before, envelope);
  const content = new Uint8Array(envelope.length + MAC_OCTETS);
  content.set(envelope);
  content.set(mac, envelope.length);
  return { envelope, datagram: controlDatagram(ZERO_TOKEN, FLAG_MAC, content) };
}

/** A datagram with one control frame. */
export function controlDatagram(token: Token, flags: number, content: Uint8Array): Uint8Array {
  const datagram = new Uint8Array(SESSION_TOKEN_OCTETS + FRAME_HEADER_OCTETS + content.length);
  const view = viewOf(datagram);
  view.setUint32(0, token.high);
  view.setUint32(4, token.low);
  const header = { type: FRAME_CONTROL, flags, length: content.length, port: 0, token: ZERO_TOKEN };
  writeFrameHeader(view, SESSION_TOKEN_OCTETS, header);
  datagram.set(content, SESSION_TOKEN_OCTETS + FRAME_HEADER_OCTETS);
  return datagram;
}

/** The parts of a handshake frame's content, or `undefined` when it is malformed. */
export function readMessage(
  content: Uint8Array,
): { readonly message: Envelope; readonly envelope: Uint8Array; readonly mac: Uint8Array } | undefined {
  if (content.length < MAC_OCTETS || content.length > MESSAGE_MAX_OCTETS) return undefined;
  const envelope = new Uint8Array(content.subarray(0, content.length - MAC_OCTETS));
  const message = decodeEnvelope(envelope);
  return message && { message, envelope, mac: new Uint8Array(content.subarray(envelope.length)) };
}

/** Whether `mac` is that of `envelope`. */
export function isAuthentic(
  secret: Uint8Array,
  kind: HandshakeMessage,
  before: readonly Uint8Array[],
  envelope: Uint8Array,
  mac: Uint8Array,
): boolean {
  return sameMac(handshakeMac(secret, kind, before, envelope), mac);
}
