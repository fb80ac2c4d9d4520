import { createIdentity, sign, verify } from "@flor/quic";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSigner, verifySignature } from "./ed25519.ts";

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"));

describe("Ed25519 by OpenSSL", () => {
  it("gives the signature of RFC 8032 section 7.1, TEST 2", () => {
    const identity = createIdentity(hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
    const signature = hex(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    );
    expect(Uint8Array.from(createSigner(identity)(hex("72")))).toEqual(signature);
    expect(verifySignature(identity.publicKey, hex("72"), signature)).toBe(true);
  });

  it("agrees with the portable one on signatures, whole and damaged", () => {
    const octets = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const damage = fc.option(fc.record({ at: fc.nat(63), bit: fc.nat(7) }));
    const property = fc.property(octets, fc.uint8Array(), damage, (seed, message, damaged) => {
      const identity = createIdentity(seed);
      const signature = Uint8Array.from(createSigner(identity)(message));
      expect(signature).toEqual(sign(identity, message));
      if (damaged !== null) signature[damaged.at]! ^= 1 << damaged.bit;
      expect(verifySignature(identity.publicKey, message, signature)).toBe(damaged === null);
      expect(verify(identity.publicKey, message, signature)).toBe(damaged === null);
    });
    fc.assert(property, { numRuns: 30 });
  });

  it("refuses keys and signatures of another length or off the curve, and does not throw", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.uint8Array({ maxLength: 70 }),
        (key, signature) => !verifySignature(key, key, signature),
      ),
    );
    const offCurve = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const signature = fc.uint8Array({ minLength: 64, maxLength: 64 });
    fc.assert(fc.property(offCurve, signature, (key, octets) => !verifySignature(key, key, octets)));
  });
});
