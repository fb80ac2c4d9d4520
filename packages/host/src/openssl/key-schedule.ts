/** Secrets and what is derived from them: RFC 9001 section 5, by HKDF (RFC 5869) in Node. Not on any hot path. */
import { createHmac } from "node:crypto";
import type { Suite } from "./suite.ts";

/** RFC 9001 section 5.2, of QUIC version 1. */
const INITIAL_SALT = Buffer.from("38762cf7f55934b34d179ae6a4c80cadccbb7f0a", "hex");

/** HKDF-Expand-Label of RFC 8446 section 7.1 with an empty context; at most one block of the hash. */
export function expandLabel(hash: Suite["hash"], secret: Uint8Array, label: string, octets: number): Uint8Array {
  const name = Buffer.from(`tls13 ${label}`, "latin1");
  const info = Buffer.concat([Uint8Array.of(octets >> 8, octets & 0xff, name.length), name, Uint8Array.of(0, 1)]);
  return createHmac(hash, secret).update(info).digest().subarray(0, octets);
}

/** The Initial secret of one end, by the destination id of the client's first Initial (RFC 9001 section 5.2). */
export function initialSecret(destinationId: Uint8Array, end: "client" | "server"): Uint8Array {
  const initial = createHmac("sha256", INITIAL_SALT).update(destinationId).digest();
  return expandLabel("sha256", initial, end === "client" ? "client in" : "server in", 32);
}
