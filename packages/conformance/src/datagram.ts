/** Takes Flor IO datagrams apart and builds them, also in ways that no correct end would. */
import {
  decodeEnvelope,
  encodeEnvelope,
  type Envelope,
  FRAME_CONTROL,
  FRAME_DATA,
  FRAME_HEADER_OCTETS,
  readFrameHeader,
  SESSION_TOKEN_OCTETS,
  type Token,
  tokenFrom,
  viewOf,
  writeFrameHeader,
  writeToken,
  ZERO_TOKEN,
} from "@flor/wire";
import { MAC_OCTETS } from "./handshake-mac.ts";

/** Frame flag: a MAC follows the Envelope. */
const FLAG_MAC = 0x01;

/** One frame of a datagram; its content is a view into the datagram. */
export interface ReadFrame {
  readonly type: number;
  readonly flags: number;
  readonly port: number;
  readonly token: Token;
  readonly content: Uint8Array;
}

/** A datagram as received. */
export interface ReadDatagram {
  readonly token: Token;
  readonly frames: readonly ReadFrame[];
  /** Octets after the last whole frame. */
  readonly rest: number;
}

/** A handshake message as received. */
export interface ReadHandshake {
  readonly message: Envelope;
  /** The octets that the MAC covers. */
  readonly envelope: Uint8Array;
  readonly mac: Uint8Array;
}

/** Takes a datagram apart; `undefined`: shorter than a session token. */
export function readDatagram(octets: Uint8Array): ReadDatagram | undefined {
  if (octets.length < SESSION_TOKEN_OCTETS) return undefined;
  const view = viewOf(octets);
  const frames: ReadFrame[] = [];
  let at = SESSION_TOKEN_OCTETS;
  for (;;) {
    const header = readFrameHeader(view, at, octets.length);
    if (header === undefined) break;
    const start = at + FRAME_HEADER_OCTETS;
    at = start + header.length;
    frames.push({ ...header, content: octets.subarray(start, at) });
  }
  return { token: { high: view.getUint32(0), low: view.getUint32(4) }, frames, rest: octets.length - at };
}

/** The handshake message of a datagram with the zero token, or `undefined`. */
export function readHandshake(octets: Uint8Array): ReadHandshake | undefined {
  const datagram = readDatagram(octets);
  const [frame] = datagram?.frames ?? [];
  if (datagram === undefined || frame === undefined || !isZero(datagram.token)) return undefined;
  if (frame.type !== FRAME_CONTROL || (frame.flags & FLAG_MAC) === 0 || frame.content.length < MAC_OCTETS)
    return undefined;
  const envelope = frame.content.slice(0, -MAC_OCTETS);
  const message = decodeEnvelope(envelope);
  return message && { message, envelope, mac: frame.content.slice(-MAC_OCTETS) };
}

/** The control messages of a datagram; undecodable ones are left out. */
export function readEnvelopes(octets: Uint8Array): readonly Envelope[] {
  const frames = readDatagram(octets)?.frames ?? [];
  return frames
    .filter((frame) => frame.type === FRAME_CONTROL)
    .map((frame) => decodeEnvelope(frame.content))
    .filter((envelope) => envelope !== undefined);
}

/** Whether a datagram carries data, which costs credit. */
export function carriesData(octets: Uint8Array): boolean {
  return readDatagram(octets)?.frames.some((frame) => frame.type === FRAME_DATA) ?? false;
}

/** A handshake datagram with this envelope and MAC. */
export function handshakeDatagram(envelope: Uint8Array, mac: Uint8Array): Uint8Array {
  const content = new Uint8Array(envelope.length + mac.length);
  content.set(envelope);
  content.set(mac, envelope.length);
  return datagramOf(ZERO_TOKEN, [frameOf({ type: FRAME_CONTROL, flags: FLAG_MAC, content })]);
}

/** A datagram with one control frame: a message, or octets that stand for one. */
export function controlDatagram(token: Token, message: Envelope | Uint8Array): Uint8Array {
  const content = message instanceof Uint8Array ? message : encodeEnvelope(message);
  return datagramOf(token, [frameOf({ type: FRAME_CONTROL, content })]);
}

/** The parts of a frame to make; the length in its header is that of its content unless `length` says otherwise. */
export interface FrameParts {
  /** @default FRAME_DATA */
  readonly type?: number;
  /** @default 0 */
  readonly flags?: number;
  /** @default 0 */
  readonly port?: number;
  /** @default the zero token */
  readonly token?: Token;
  readonly length?: number;
  readonly content: Uint8Array;
}

/** A frame with its header. */
export function frameOf({
  type = FRAME_DATA,
  flags = 0,
  port = 0,
  token = ZERO_TOKEN,
  content,
  ...parts
}: FrameParts): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER_OCTETS + content.length);
  writeFrameHeader(viewOf(frame), 0, { type, flags, length: parts.length ?? content.length, port, token });
  frame.set(content, FRAME_HEADER_OCTETS);
  return frame;
}

/** A datagram of these frames, or of whatever octets are given for frames. */
export function datagramOf(token: Token, frames: readonly Uint8Array[]): Uint8Array {
  const datagram = new Uint8Array(SESSION_TOKEN_OCTETS + frames.reduce((sum, frame) => sum + frame.length, 0));
  writeToken(viewOf(datagram), 0, token);
  let at = SESSION_TOKEN_OCTETS;
  for (const frame of frames) {
    datagram.set(frame, at);
    at += frame.length;
  }
  return datagram;
}

/** The token in eight octets; the zero token when there are not eight. */
export function tokenOf(octets: Uint8Array | null | undefined): Token {
  return octets?.length === 8 ? tokenFrom(octets) : ZERO_TOKEN;
}

/** Whether a token is all zero. */
export function isZero(token: Token): boolean {
  return token.high === 0 && token.low === 0;
}
