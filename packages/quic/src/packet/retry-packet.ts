/** Retry packets, RFC 9000 section 17.2.5, and their integrity tag, RFC 9001 section 5.8. */
import { longPacketType } from "../long-header.ts";
import type { RetryPacket } from "../quic-engine.ts";
import { type CryptoProvider, TAG_OCTETS } from "../tls/packet-protection.ts";
import { equalsInConstantTime } from "../constant-time.ts";
import { FIXED_BIT, LONG_FORM, writeConnectionId, writeVersion } from "./packet-header.ts";
import { QUIC_VERSION_1 } from "../long-header.ts";

/** Writes a Retry packet into `into`; returns its octets. */
export function writeRetry(crypto: CryptoProvider, packet: RetryPacket, into: Uint8Array): number {
  into[0] = LONG_FORM | FIXED_BIT | (longPacketType.retry << 4);
  let end = writeVersion(into, 1, QUIC_VERSION_1);
  end = writeConnectionId(into, end, packet.destination);
  end = writeConnectionId(into, end, packet.source);
  into.set(packet.token, end);
  end += packet.token.length;
  crypto.retryTag(pseudoPacket(packet.original, into.subarray(0, end)), into, end);
  return end + TAG_OCTETS;
}

/** Whether the Retry packet octets[start, end) answers the Initial that was sent to `original`. */
export function isRetryAuthentic(
  crypto: CryptoProvider,
  original: Uint8Array,
  octets: Uint8Array,
  start: number,
  end: number,
): boolean {
  const tagAt = end - TAG_OCTETS;
  const tag = new Uint8Array(TAG_OCTETS);
  crypto.retryTag(pseudoPacket(original, octets.subarray(start, tagAt)), tag, 0);
  return equalsInConstantTime(tag, octets, tagAt);
}

function pseudoPacket(original: Uint8Array, withoutTag: Uint8Array): Uint8Array {
  const pseudo = new Uint8Array(1 + original.length + withoutTag.length);
  pseudo.set(withoutTag, writeConnectionId(pseudo, 0, original));
  return pseudo;
}
