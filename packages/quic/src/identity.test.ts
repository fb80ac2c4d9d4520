import { createPrivateKey, createPublicKey } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createIdentity, sign, verify } from "./identity.ts";
import { decodeKeyFile, encodeKeyFile } from "./key-file.ts";
import { encodeNodeId, explainNodeId, parseNodeId } from "./node-id.ts";

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
const identity = createIdentity(new Uint8Array(32).fill(1));

function octets(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

describe("identity", () => {
  it("is RFC 8032 section 7.1 test 2", () => {
    const signer = createIdentity(octets("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
    expect(Buffer.from(signer.publicKey).toString("hex")).toBe(
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    );
    const signature = sign(signer, Uint8Array.of(0x72));
    expect(Buffer.from(signature).toString("hex")).toBe(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    );
    expect(verify(signer.publicKey, Uint8Array.of(0x72), signature)).toBe(true);
    expect(verify(signer.publicKey, Uint8Array.of(0x73), signature)).toBe(false);
    expect(verify(identity.publicKey, Uint8Array.of(0x72), signature)).toBe(false);
  });

  it("never throws on malformed keys and signatures", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.uint8Array({ maxLength: 70 }),
        (key, signature) => !verify(key, key, signature),
      ),
    );
  });

  it("refuses a seed of the wrong size, and keeps its own copy", () => {
    expect(() => createIdentity(new Uint8Array(31))).toThrow("31 octets");
    const seed = new Uint8Array(32).fill(1);
    const kept = createIdentity(seed);
    seed.fill(0);
    expect(kept.seed[0]).toBe(1);
  });
});

describe("node id", () => {
  it("is the public key in bech32m", () => {
    expect(identity.id).toBe("flor132yw8ht5p8cetl2jmvknewjawt9xwzdlrk2pyxlnwjyqrdq0dawqhpx2nm");
    expect(parseNodeId(identity.id)).toEqual(identity.publicKey);
    expect(parseNodeId(identity.id.toUpperCase())).toEqual(identity.publicKey);
  });

  it("parses what it encodes", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { id, publicKey } = createIdentity(seed);
        expect(parseNodeId(id)).toEqual(publicKey);
        expect(explainNodeId(id)).toBeUndefined();
      }),
      { numRuns: 20 },
    );
  });

  it("finds every mistyped character", () => {
    for (let at = 0; at < identity.id.length; at += 1) {
      const typo = identity.id.slice(0, at) + (identity.id[at] === "q" ? "p" : "q") + identity.id.slice(at + 1);
      expect(parseNodeId(typo)).toBeUndefined();
      expect(explainNodeId(typo)).toMatch(at < 5 ? /begins with/ : /checksum/);
    }
  });

  it("says what is wrong", () => {
    expect(explainNodeId("bc1qqq")).toMatch(/begins with "flor1"/);
    expect(explainNodeId(identity.id.slice(0, -1))).toMatch(/63 characters, this one has 62/);
    expect(explainNodeId(identity.id.replace("2", "b"))).toMatch(/character 7 cannot stand/);
    expect(explainNodeId(identity.id.replace("y", "Y"))).toMatch(/mixes/);
    expect(explainNodeId(encodeNodeId(new Uint8Array(32)))).toMatch(/no Ed25519 key/);
  });

  it("never throws on any text", () => {
    fc.assert(fc.property(fc.string(), (text) => parseNodeId(text) === undefined && explainNodeId(text) !== undefined));
  });
});

describe("key file", () => {
  it("is PKCS#8 that others read", () => {
    const key = createPublicKey(createPrivateKey(encodeKeyFile(identity)));
    expect(key.asymmetricKeyType).toBe("ed25519");
    expect(key.export({ format: "jwk" }).x).toBe(Buffer.from(identity.publicKey).toString("base64url"));
  });

  it("decodes what it encodes, with Windows line ends too", () => {
    expect(decodeKeyFile(encodeKeyFile(identity))).toEqual(identity.seed);
    expect(decodeKeyFile(encodeKeyFile(identity).replaceAll("\n", "\r\n"))).toEqual(identity.seed);
  });

  it("refuses everything else", () => {
    const file = encodeKeyFile(identity);
    expect(decodeKeyFile(file.replace("MC4CAQ", "MC4CAg"))).toBeUndefined();
    expect(decodeKeyFile(file.replaceAll("PRIVATE", "PUBLIC"))).toBeUndefined();
    for (let end = 0; end < file.trimEnd().length; end += 1) expect(decodeKeyFile(file.slice(0, end))).toBeUndefined();
  });
});
