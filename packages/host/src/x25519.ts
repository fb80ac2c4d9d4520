/** X25519 (RFC 7748) by OpenSSL: an admission key takes a third of what portable JavaScript needs. */
import type { Agreement } from "@flor/quic";
import { createPrivateKey, createPublicKey, diffieHellman } from "node:crypto";

/** PrivateKeyInfo and SubjectPublicKeyInfo of X25519 up to the key itself, DER (RFC 8410 sections 4 and 7). */
const SECRET_HEADER = Buffer.from("302e020100300506032b656e04220420", "hex");
const PUBLIC_HEADER = Buffer.from("302a300506032b656e032100", "hex");

/** See {@link Agreement}. */
export const agree: Agreement = (secret, publicKey) =>
  diffieHellman({
    privateKey: createPrivateKey({ key: Buffer.concat([SECRET_HEADER, secret]), format: "der", type: "pkcs8" }),
    publicKey: createPublicKey({ key: Buffer.concat([PUBLIC_HEADER, publicKey]), format: "der", type: "spki" }),
  });
