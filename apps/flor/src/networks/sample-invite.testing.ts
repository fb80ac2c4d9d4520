/** An invite that no issuer has made, for what is done with a line before anybody is asked. */
import type { Invite } from "@flor/membership";
import { createIdentity } from "@flor/quic";

/** A public key by its number. */
export const keyOf = (n: number): Uint8Array => createIdentity(new Uint8Array(32).fill(n)).publicKey;

/** To the network of key 1, by key 2, for `laptop`; nobody is at its address. */
export const sampleInvite: Invite = {
  root: keyOf(1),
  network: "home",
  inviter: keyOf(2),
  inviterName: "vm",
  name: "laptop",
  secret: new Uint8Array(16),
  expires: 4_000_000_000,
  addresses: [{ kind: "udp", address: "127.0.0.1:9" }],
};
