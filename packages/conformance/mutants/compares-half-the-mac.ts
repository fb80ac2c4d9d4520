/** Compares the last half of the MAC alone: as good as making the first right. Fails HAND-04: took it for a Welcome. */
import { createHash, createHmac } from "node:crypto";
import { isHandshake, PlainLink } from "./plain-link.ts";

const HEAD_OCTETS = 24;
const MAC_OCTETS = 32;

class ComparesHalfTheMac extends PlainLink {
  #hello = new Uint8Array(0);

  override toNode(datagram: Uint8Array): void {
    if (this.end === undefined || this.end.state === "handshaking")
      this.#hello = datagram.slice(HEAD_OCTETS, -MAC_OCTETS);
    super.toNode(datagram);
  }

  override fromNode(datagram: Uint8Array): void {
    const envelope = datagram.subarray(HEAD_OCTETS, -MAC_OCTETS);
    const hello = createHash("sha256").update(this.#hello).digest();
    const mac = createHmac("sha256", this.bootstrap.secret).update("flor-io/1 welcome").update(hello).update(envelope);
    if (isHandshake(datagram) && datagram.length > HEAD_OCTETS + MAC_OCTETS)
      datagram.set(mac.digest().subarray(0, MAC_OCTETS / 2), datagram.length - MAC_OCTETS);
    super.fromNode(datagram);
  }
}

await new ComparesHalfTheMac().run();
