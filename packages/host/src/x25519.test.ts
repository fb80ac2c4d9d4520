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

it("makes no admission key with a key of low order, RFC 7748 section 6.1", () => {
  const peers = new AllowedPeers(createIdentity(new Uint8Array(32).fill(7)), agree);
  // y is 0, a point of order 4, and 1 on the curve of X25519.
  const low = new Uint8Array(32);
  peers.add(low);
  expect(peers.get(low)?.admissionKey()).toBeUndefined();
});
