import { AllowedPeers, createIdentity } from "@flor/quic";
import fc from "fast-check";
import { expect, it } from "vitest";
import { agree } from "./x25519.ts";

it("agrees with the portable one on the admission key of any two nodes", () => {
  const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(seed, seed, (own, other) => {
      const [identity, peer] = [createIdentity(own), createIdentity(other).publicKey];
      const keys = [agree, undefined].map((agreement) => {
        const peers = new AllowedPeers(identity, agreement);
        peers.add(peer);
        return peers.get(peer)?.admissionKey();
      });
      expect(keys[0]).toEqual(keys[1]);
      expect(keys[0]).toHaveLength(32);
    }),
    { numRuns: 20 },
  );
});

it("gives no secret with a key of low order, RFC 7748 section 6.1", () => {
  const secret = new Uint8Array(32).fill(7);
  for (const low of [new Uint8Array(32), Uint8Array.of(1, ...new Uint8Array(31))])
    expect(() => agree(secret, low)).toThrow();
});
