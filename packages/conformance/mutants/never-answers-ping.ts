/** Keeps its Pongs to itself. Fails CTRL-05: none came; 0 datagrams. */
import { envelopeOf, isHandshake, PlainLink } from "./plain-link.ts";

class NeverAnswersPing extends PlainLink {
  override toNode(datagram: Uint8Array): void {
    if (isHandshake(datagram) || !envelopeOf(datagram)?.pong) super.toNode(datagram);
  }
}

await new NeverAnswersPing().run();
