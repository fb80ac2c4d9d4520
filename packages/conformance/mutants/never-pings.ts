/** Sends no Ping of its own. Fails FLOW-07: 0 came. */
import { envelopeOf, isHandshake, PlainLink } from "./plain-link.ts";

class NeverPings extends PlainLink {
  override toNode(datagram: Uint8Array): void {
    if (isHandshake(datagram) || !envelopeOf(datagram)?.ping) super.toNode(datagram);
  }
}

await new NeverPings().run();
