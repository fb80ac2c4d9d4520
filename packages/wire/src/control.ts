import "./protobuf.ts";
import { flor } from "../generated/control.js";

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

const LENGTH_OCTETS = 4;

/** Encodes a control message with its length before it. */
export function encodeControlMessage(message: ControlMessage): Uint8Array {
  const body = flor.control.ControlMessage.encode(message).finish();
  const out = new Uint8Array(LENGTH_OCTETS + body.length);
  new DataView(out.buffer).setUint32(0, body.length);
  out.set(body, LENGTH_OCTETS);
  return out;
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
export class ControlMessageReader {
  #held: Uint8Array = new Uint8Array(0);

  /** Adds stream octets (copied) and returns the messages they complete, or `undefined` when the stream is malformed. */
  push(octets: Uint8Array): flor.control.ControlMessage[] | undefined {
    const joined = new Uint8Array(this.#held.length + octets.length);
    joined.set(this.#held);
    joined.set(octets, this.#held.length);
    const view = new DataView(joined.buffer);
    const messages: flor.control.ControlMessage[] = [];
    let at = 0;
    while (at + LENGTH_OCTETS <= joined.length) {
      const length = view.getUint32(at);
      if (length > CONTROL_MESSAGE_MAX_OCTETS) return undefined;
      const end = at + LENGTH_OCTETS + length;
      if (end > joined.length) break;
      try {
        messages.push(flor.control.ControlMessage.decode(joined.subarray(at + LENGTH_OCTETS, end)));
      } catch {
        return undefined;
      }
      at = end;
    }
    this.#held = joined.slice(at);
    return messages;
  }
}
