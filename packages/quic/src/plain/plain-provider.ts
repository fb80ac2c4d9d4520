import { encodeCertificate } from "../certificate.ts";
import type { Identity } from "../identity.ts";
import type { CryptoProvider } from "../tls/packet-protection.ts";
import { PlainHandshake } from "./plain-handshake.ts";
import { plainKeys, type PlainLimits } from "./plain-keys.ts";
import { mixed, PlainDigest } from "./plain-mix.ts";

/**
 * QUIC's cryptography left out: no secrecy, no proof of anything. For tests and simulations in virtual time; nothing
 * that runs a node may import it (`test/architecture.test.ts`).
 */
export function createPlainProvider(identity: Identity, limits?: PlainLimits): CryptoProvider {
  const certificate = encodeCertificate(identity);
  return {
    initialKeys(destinationId, direction) {
      const digest = new PlainDigest();
      digest.begin(3, 0);
      digest.add(destinationId, 0, destinationId.length);
      return plainKeys(mixed(digest.value ^ (direction === "client" ? 1 : 2)), limits);
    },
    retryTag(pseudoPacket, into, at) {
      const digest = new PlainDigest();
      digest.begin(4, 0);
      digest.add(pseudoPacket, 0, pseudoPacket.length);
      digest.finish(into, at);
    },
    handshake: (options) => new PlainHandshake(options, certificate, limits),
  };
}
