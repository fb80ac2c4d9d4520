import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeInvite, encodeInvite, guestSeed, type Invite } from "./invite.ts";
import { listenFor, parseInviteAddress } from "./invite-address.ts";
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

  it("reads back from a message that broke it, quoted it or put words before it, and not with words behind it", () => {
    const halves = [line.slice(0, 76), line.slice(76)];
    for (const text of [
      halves.join("\n"),
      halves.join(" \r\n> "),
      halves.join("=\r\n"),
      halves.join("\u200B\u00AD "),
      `"${line}"`,
      `\u201C${line}\u201D.`,
      `<${line}>`,
      `→ on anna: flor join ${line}`,
      Array.from(line, (one) => String.fromCodePoint((one.codePointAt(0) ?? 0) + 0xfee0)).join(""),
    ])
      expect(decodeInvite(text)).toEqual(invite);
    expect(decodeInvite(`${line} Yours, Anna`)).toHaveProperty("problem");
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
    ["flor1qqqq", "the id of a node"],
    ["flornet1qqqq", "the id of a network"],
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

it.each(["vm\u001B]0;x\u0007:4600", "vm:4600\nnext: rm", "vm.example :4600", ""])(
  "an invite whose address is %j, for a terminal rather than for a link, is none",
  (address) => {
    const addresses = [{ kind: "udp", address }] as const;
    expect(decodeInvite(encodeInvite({ ...invite, addresses }))).toHaveProperty("problem");
  },
);

it("shows a network's id as text, and reads it", () => {
  const text = encodeNetworkId(keyOf(5));
  expect(text).toMatch(/^flornet1[a-z0-9]+$/);
  expect(parseNetworkId(text)).toEqual(keyOf(5));
  expect(parseNetworkId(`${text.slice(0, -1)}q`)).toBeUndefined();
  expect(parseNetworkId("flor1abc")).toBeUndefined();
});

it("a udp link listens on IPv6 where the inviter is reached by that", () => {
  const listens = (["udp", "tcp"] as const).flatMap((kind) =>
    ["[2001:db8::1]:4600", "203.0.113.7:4600", "vm.example:4600"].map((address) => listenFor({ kind, address }).listen),
  );
  expect(listens).toEqual(["[::]:0", ...Array<undefined>(5).fill(undefined)]);
});

describe("an address for invites", () => {
  it.each(["vm.example:4600", "vm:1", "203.0.113.7:65535", "127.0.0.1:4600", "[2001:db8::1]:4600", "[::1]:4600"])(
    "is %s, for udp or tcp",
    (address) => {
      expect(parseInviteAddress(address)).toEqual({ kind: "udp", address });
      expect(parseInviteAddress(`tcp:${address}`)).toEqual({ kind: "tcp", address });
    },
  );

  it.each([
    ["vm.example", "not an address"],
    ["vm.example:0", "not an address"],
    ["vm.example:65536", "not an address"],
    ["ws:vm.example:1", "not an address"],
    ["-x:1", "not an address"],
    ["a..b:1", "not an address"],
    ["999.1.1.1:1", "not an address"],
    ["2001:db8::1:4600", "not an address"],
    ["[10.0.0.1]:1", "not an address"],
    [`${"a.".repeat(70)}b:1`, "not an address"],
    ["0.0.0.0:4600", "for listening"],
    ["[::]:4600", "for listening"],
    ["[fe80::1]:4600", "one cable alone"],
    ["169.254.1.1:4600", "one cable alone"],
    ["224.0.0.1:4600", "no single machine's"],
    ["[ff02::1]:4600", "no single machine's"],
  ])("is not %s", (text, words) => {
    const address = parseInviteAddress(text);
    expect("problem" in address ? address.problem : "").toContain(words);
  });
});
