/** Takes data and never says so. Fails FLOW-02: Credit with received_datagrams. */
import { envelopeOf, isHandshake, PlainLink } from "./plain-link.ts";

class NeverSendsCredit extends PlainLink {
  override toNode(datagram: Uint8Array): void {
    if (isHandshake(datagram) || !envelopeOf(datagram)?.credit) super.toNode(datagram);
  }
}

await new NeverSendsCredit().run();
