/** Believes the last Credit rather than the highest. Fails FLOW-08: [12] never did. */
import { envelopeOf, isHandshake, PlainLink } from "./plain-link.ts";

class LowersItsCredit extends PlainLink {
  override fromNode(datagram: Uint8Array): void {
    super.fromNode(datagram);
    const credit = isHandshake(datagram) ? undefined : envelopeOf(datagram)?.credit;
    if (!credit) return;
    const { limitDatagrams: datagrams = 0, limitOctets: octets = 0 } = credit;
    Object.assign(this.end.credit.limit, { datagrams, octets });
  }
}

await new LowersItsCredit().run();
