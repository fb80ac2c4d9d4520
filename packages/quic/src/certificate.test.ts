import { X509Certificate } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { publicKeyOfCertificate } from "./certificate-key.ts";
import { createCredentials } from "./certificate.ts";
import { createIdentity } from "./identity.ts";

const identity = createIdentity(new Uint8Array(32).fill(3));
const certificate = new X509Certificate(createCredentials(identity).certificatePem);
const der = new Uint8Array(certificate.raw);

describe("certificate", () => {
  it("is self-signed X.509 of the node's key", () => {
    expect(certificate.subject).toBe(`CN=${identity.id}`);
    expect(certificate.issuer).toBe(certificate.subject);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.validToDate.getUTCFullYear()).toBe(9999);
  });

  it("gives the key back", () => {
    expect(publicKeyOfCertificate(der)).toEqual(identity.publicKey);
  });

  it("holds no key in any prefix up to its key", () => {
    const keyEnd = Buffer.from(der).indexOf(Buffer.from(identity.publicKey)) + 32;
    for (let end = 0; end < keyEnd; end += 1) expect(publicKeyOfCertificate(der.slice(0, end))).toBeUndefined();
  });

  it("gives no key of another algorithm", () => {
    const other = der.slice();
    // id-X25519 is 1.3.101.110, the octet before the bit string of the key.
    other[Buffer.from(der).indexOf(Buffer.from(identity.publicKey)) - 4] = 0x6e;
    expect(publicKeyOfCertificate(other)).toBeUndefined();
  });

  it("never throws, whatever octet is changed", () => {
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.nat(255), (at, value) => {
        const changed = der.slice();
        changed[at] = value;
        publicKeyOfCertificate(changed);
      }),
      { numRuns: 2000 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => publicKeyOfCertificate(octets) === undefined));
  });
});
