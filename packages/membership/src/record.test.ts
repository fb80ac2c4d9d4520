import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hexOf, octetsOfHex } from "./octets.ts";
import { isMemberName, isRole, parseRecord, signatureOf, signRecord, splitRecords } from "./record.ts";
import { hexKey, issuer, membership, revocation, ROOT, signerOf, T0 } from "./network.testing.ts";

interface Vector {
  readonly title: string;
  readonly octets: string;
  readonly id: string;
  readonly record: Record<string, unknown>;
}
const vectors = JSON.parse(
  readFileSync(new URL("../../../proto/vectors/membership.json", import.meta.url), "utf8"),
) as { readonly records: readonly Vector[]; readonly malformed: readonly { title: string; octets: string }[] };

function isSignedBy(signer: string, message: Uint8Array, signature: Uint8Array): boolean {
  const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), octetsOfHex(signer)]);
  return verify(null, message, createPublicKey({ key: spki, format: "der", type: "spki" }), signature);
}

describe("golden vectors", () => {
  it.each(vectors.records)("$title", ({ octets, id, record: wanted }) => {
    const signed = parseRecord(octetsOfHex(octets))!;
    const { record } = signed;
    const shown = record.kind === "rotation" ? { ...record, consent: hexOf(record.consent) } : record;
    expect(shown).toEqual(wanted);
    expect(signed.id).toBe(id);
    const { message, signature } = signatureOf(signed);
    expect(isSignedBy(record.signer, message, signature)).toBe(true);
    // The one form that there is.
    expect(hexOf(signRecord(record, () => signature).octets)).toBe(octets);
  });

  it.each(vectors.malformed)("malformed: $title", ({ octets }) => {
    expect(parseRecord(octetsOfHex(octets))).toBeUndefined();
  });
});

describe("a record", () => {
  const records = [membership(1, { roles: ["dev", "admin"] }), issuer(2), revocation(3)];

  it("is malformed when it ends early or late, or when its length lies", () => {
    for (const { octets } of records) {
      for (let end = 0; end < octets.length; end += 1) expect(parseRecord(octets.subarray(0, end))).toBeUndefined();
      expect(parseRecord(Uint8Array.of(...octets, 0))).toBeUndefined();
    }
  });

  it("is read without throwing, whatever the octets", () => {
    fc.assert(
      fc.property(fc.constantFrom(...records), fc.nat(), fc.nat(255), ({ octets }, at, value) => {
        const changed = octets.slice();
        changed[at % octets.length] = value;
        const parsed = parseRecord(changed);
        expect(hexOf(parsed?.octets ?? changed)).toBe(hexOf(changed));
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (octets) => parseRecord(octets) === undefined));
  });

  it("is not signed with a name, a role or a date that is none", () => {
    expect(() => membership(1, { name: "Anna Smith" })).toThrow(RangeError);
    expect(() => membership(1, { roles: ["x".repeat(32)] })).toThrow(RangeError);
    expect(() => membership(1, { days: 401 })).toThrow(/1 to 400 days/);
  });

  it("is malformed with a key that is not written in its one form", () => {
    const key = `ee${"ff".repeat(30)}7f`;
    const head = { network: hexKey(ROOT), signer: hexKey(ROOT), issued: T0 };
    expect(() => signRecord({ kind: "revocation", ...head, key, reason: "" }, signerOf(ROOT))).toThrow(RangeError);
  });
});

it("takes records that lie one behind another apart", () => {
  const [a, b] = [membership(1).octets, revocation(2).octets];
  const both = Uint8Array.of(...a, ...b);
  expect(splitRecords(both, 2)?.map(hexOf)).toEqual([hexOf(a), hexOf(b)]);
  expect(splitRecords(both, 1)).toBeUndefined();
  expect(splitRecords(both.subarray(0, -1), 2)).toBeUndefined();
  expect(splitRecords(new Uint8Array(300), 64)).toBeUndefined();
});

it.each([
  ["anna", true],
  ["anna-2", true],
  ["a".repeat(63), true],
  ["a".repeat(64), false],
  ["Anna", false],
  ["-a", false],
  ["a.b", false],
  ["a~1", false],
  ["", false],
])("%s is a member's name: %s", (text, isName) => {
  expect(isMemberName(text)).toBe(isName);
  expect(isRole(text)).toBe(isName && text.length <= 31);
});
