import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeInvite, encodeInvite, guestSeed, type Invite } from "./invite.ts";
import { keyOf } from "./network.testing.ts";
import { encodeNetworkId, parseNetworkId } from "./network-id.ts";
import { hexOf } from "./octets.ts";

const invite: Invite = {
  root: keyOf(0),
  network: "home",
  inviter: keyOf(1),
  inviterName: "vm",
  name: "anna",
  secret: new Uint8Array(16).fill(7),
  expires: 1_800_000_000,
  addresses: [
    { kind: "udp", address: "203.0.113.7:4600" },
    { kind: "tcp", address: "vm.example:443" },
  ],
};

describe("an invite", () => {
  const line = encodeInvite(invite);

  it("is one line of letters and digits, and reads back, in capitals too", () => {
    expect(line).toMatch(/^florjoin1[a-z0-9]{200,400}$/);
    expect(decodeInvite(line)).toEqual(invite);
    expect(decodeInvite(`  ${line.toUpperCase()}\n`)).toEqual(invite);
  });

  it("is told to be mistyped when one character is another", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 9, max: line.length - 1 }),
        fc.constantFrom("q", "p", "z", "0", "w"),
        (at, other) => {
          fc.pre(line[at] !== other);
          expect(decodeInvite(line.slice(0, at) + other + line.slice(at + 1))).toHaveProperty("problem");
        },
      ),
    );
  });

  it.each([
    ["", "begins with"],
    ["flor1qqqq", "begins with"],
    [line.slice(0, -1), "checksum"],
    [`${line}${line}`, "checksum"],
    [`${line}${"q".repeat(1500)}`, "longer than any"],
  ])("says what is wrong with %.12s…", (text, words) => {
    const decoded = decodeInvite(text);
    expect("problem" in decoded ? decoded.problem : "").toContain(words);
  });

  it("has one guest's key for inviter and newcomer, another for each secret, network and inviter", () => {
    const seeds = [
      invite,
      { ...invite, secret: new Uint8Array(16) },
      { ...invite, root: keyOf(3) },
      { ...invite, inviter: keyOf(3) },
    ].map((one) => hexOf(guestSeed(one)));
    expect(new Set(seeds).size).toBe(4);
    const decoded = decodeInvite(line);
    expect("problem" in decoded ? "" : hexOf(guestSeed(decoded))).toBe(seeds[0]);
  });

  it("is made of nothing but names, and one to four addresses", () => {
    for (const wrong of [
      { ...invite, addresses: [] },
      { ...invite, name: "Anna Smith" },
      { ...invite, addresses: Array.from({ length: 5 }, () => invite.addresses[0]!) },
    ])
      expect(decodeInvite(encodeInvite(wrong))).toHaveProperty("problem");
  });
});

it("shows a network's id as text, and reads it", () => {
  const text = encodeNetworkId(keyOf(5));
  expect(text).toMatch(/^flornet1[a-z0-9]+$/);
  expect(parseNetworkId(text)).toEqual(keyOf(5));
  expect(parseNetworkId(`${text.slice(0, -1)}q`)).toBeUndefined();
  expect(parseNetworkId("flor1abc")).toBeUndefined();
});
