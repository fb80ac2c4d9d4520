import { TAG_OCTETS } from "@flor/quic/engine";
import { createCipheriv } from "node:crypto";

/** RFC 9001 section 5.8, of QUIC version 1. */
const KEY = Buffer.from("be0c690b9f66575a1d766b54e368c84e", "hex");
const NONCE = Buffer.from("461599d35d632bf2239825bb", "hex");

/** Writes the Retry Integrity Tag over `pseudoPacket` to into[at, at + 16). A Retry is rare: Node's own crypto will do. */
export function writeRetryTag(pseudoPacket: Uint8Array, into: Uint8Array, at: number): void {
  if (!(at >= 0 && at + TAG_OCTETS <= into.length)) throw new RangeError(`no room for a Retry tag at ${at}`);
  const cipher = createCipheriv("aes-128-gcm", KEY, NONCE);
  cipher.setAAD(pseudoPacket);
  cipher.final();
  into.set(cipher.getAuthTag(), at);
}
