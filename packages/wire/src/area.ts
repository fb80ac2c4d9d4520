import "./protobuf.ts";
import { flor } from "../generated/area.js";
import { MessageReader, withMessageLength } from "./message-reader.ts";

/** Octets of one message about crossings at most, its four-octet length excluded. */
export const AREA_MESSAGE_MAX_OCTETS = 8192;

/** What nodes on the way between two networks tell each other (proto/area.proto). */
export type AreaMessage = flor.area.AreaMessage.$Properties;
/** Octets of payload that cross. */
export type AreaRoom = flor.area.Room.$Properties;

/** Encodes a message with its length before it. */
export function encodeAreaMessage(message: AreaMessage): Uint8Array {
  return withMessageLength(flor.area.AreaMessage.encode(message).finish());
}

/** Cuts a stream into messages. */
export class AreaMessageReader extends MessageReader<AreaMessage> {
  constructor() {
    super(AREA_MESSAGE_MAX_OCTETS, (body) => flor.area.AreaMessage.decode(body));
  }
}
