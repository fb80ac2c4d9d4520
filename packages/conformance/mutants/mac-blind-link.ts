import { createHash, createHmac } from "node:crypto";
import { isHandshake, PlainLink } from "./plain-link.ts";

const HEAD_OCTETS = 24;
const MAC_OCTETS = 32;

/** A link that does not look at the first octets of Welcome's MAC: it makes them right. */
export class MacBlindLink extends PlainLink {
  readonly #unseenOctets: number;
  #hello = new Uint8Array(0);

  constructor(unseenOctets: number) {
    super();
    this.#unseenOctets = unseenOctets;
  }

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
      datagram.set(mac.digest().subarray(0, this.#unseenOctets), datagram.length - MAC_OCTETS);
    super.fromNode(datagram);
  }
}
