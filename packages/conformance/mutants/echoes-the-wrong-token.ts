/** Opens its datagrams with a token of its own making. Fails CTRL-05: another session token. */
import { isHandshake, PlainLink } from "./plain-link.ts";

class EchoesTheWrongToken extends PlainLink {
  override toNode(datagram: Uint8Array): void {
    if (!isHandshake(datagram)) datagram[0] = (datagram[0] ?? 0) ^ 1;
    super.toNode(datagram);
  }
}

await new EchoesTheWrongToken().run();
