/** Leaves octets of its buffer behind each bundle. Fails DATA-15: octets behind the last frame. */
import { isHandshake, PlainLink } from "./plain-link.ts";

class AppendsGarbage extends PlainLink {
  override toNode(datagram: Uint8Array): void {
    super.toNode(isHandshake(datagram) ? datagram : new Uint8Array([...datagram, 0x10, 0xff, 0xff]));
  }
}

await new AppendsGarbage().run();
