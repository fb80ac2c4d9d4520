/**
 * The MAC of handshake messages (proto/flor-io.md), written a second time on Node's crypto: a kit that shared the code
 * of packages/io would not notice its mistakes.
 */
import { createHash, createHmac } from "node:crypto";

/** Octets of the MAC behind the Envelope. */
export const MAC_OCTETS = 32;

/** The MAC of a handshake message of this kind, after the encoded envelopes `before`. */
export function handshakeMac(
  secret: Uint8Array,
  kind: "hello" | "welcome" | "ready" | "reject",
  before: readonly Uint8Array[],
  envelope: Uint8Array,
): Uint8Array {
  const mac = createHmac("sha256", secret).update(`flor-io/1 ${kind}`, "ascii");
  for (const earlier of before) mac.update(createHash("sha256").update(earlier).digest());
  return mac.update(envelope).digest();
}
