import "./protobuf.ts";
import { flor } from "../generated/control.js";
import { MessageReader, withMessageLength } from "./message-reader.ts";

/** Octets of one control message at most, its four-octet length excluded. */
export const CONTROL_MESSAGE_MAX_OCTETS = 65_536;

/** What adjacent nodes tell each other (proto/control.proto). */
export type ControlMessage = flor.control.ControlMessage.$Properties;
/** A node's adjacencies and labels. */
export type Advertisement = flor.control.Advertisement.$Properties;
/** One adjacency in an {@link Advertisement}. */
export type AdvertisedAdjacency = flor.control.AdvertisedAdjacency.$Properties;
/** An advertisement as flooded: octets and signature. */
export type SignedAdvertisement = flor.control.SignedAdvertisement.$Properties;

/** Why a guest is not let in. */
export const JoinRefusal: typeof flor.control.JoinAnswer.Refusal = flor.control.JoinAnswer.Refusal;

/** Encodes a control message with its length before it. */
export function encodeControlMessage(message: ControlMessage): Uint8Array {
  return withMessageLength(flor.control.ControlMessage.encode(message).finish());
}

/** Encodes an advertisement: the octets that are signed. */
export function encodeAdvertisement(advertisement: Advertisement): Uint8Array {
  return flor.control.Advertisement.encode(advertisement).finish();
}

/** Decodes an advertisement, or returns `undefined` when malformed. */
export function decodeAdvertisement(octets: Uint8Array): flor.control.Advertisement | undefined {
  try {
    return flor.control.Advertisement.decode(octets);
  } catch {
    return undefined;
  }
}

/** Cuts a stream of octets into control messages, holding at most one message's octets. */
export class ControlMessageReader extends MessageReader<flor.control.ControlMessage> {
  constructor() {
    super(CONTROL_MESSAGE_MAX_OCTETS, (body) => flor.control.ControlMessage.decode(body));
  }
}
