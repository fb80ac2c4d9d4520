/** Decodes strictly: a field that it does not know ends it. Fails CTRL-08: exited with 1. */
import { encodeEnvelope } from "@flor/wire";
import { envelopeOf, isHandshake, PlainLink } from "./plain-link.ts";

class CrashesOnUnknownFields extends PlainLink {
  override fromNode(datagram: Uint8Array): void {
    const envelope = isHandshake(datagram) ? undefined : envelopeOf(datagram);
    if (envelope !== undefined) {
      envelope.$unknowns = [];
      if (encodeEnvelope(envelope).length !== datagram.length - 24) throw new Error("unknown field");
    }
    super.fromNode(datagram);
  }
}

await new CrashesOnUnknownFields().run();
