import { isIP, isIPv4, isIPv6 } from "node:net";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseIpLiteral } from "./ip-literal.ts";

describe("parseIpLiteral", () => {
  it.each([
    ["1.2.3.4", "01020304"],
    ["0.0.0.0", "00000000"],
    ["ABCD:EF01:2345:6789:ABCD:EF01:2345:6789", "abcdef0123456789abcdef0123456789"],
    ["2001:DB8:0:0:8:800:200C:417A", "20010db80000000000080800200c417a"],
    ["2001:DB8::8:800:200C:417A", "20010db80000000000080800200c417a"],
    ["FF01::101", "ff010000000000000000000000000101"],
    ["::1", "00000000000000000000000000000001"],
    ["::", "00000000000000000000000000000000"],
    ["0:0:0:0:0:0:13.1.68.3", "0000000000000000000000000d014403"],
    ["::13.1.68.3", "0000000000000000000000000d014403"],
    ["::FFFF:129.144.52.38", "81903426"],
    ["[::ffff:129.144.52.38]", "81903426"],
    ["1:2:3:4:5:6:7::", "00010002000300040005000600070000"],
    ["::2:3:4:5:6:7:8", "00000002000300040005000600070008"],
  ])("reads %s (RFC 4291 section 2.2)", (text, hexadecimal) => {
    expect(parseIpLiteral(text)?.toHex()).toBe(hexadecimal);
  });

  it.each([
    "",
    "[]",
    "[",
    "]",
    ":",
    ":::",
    "1",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.+4",
    "1.2.3. 4",
    "1.2.3.4 ",
    "1.2.3.0x4",
    "01.2.3.4",
    "1.2.3.1000",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::",
    "1::2::3",
    "::12345",
    "::g",
    "::1%lo",
    "1.2.3.4::",
    "::1.2.3.4:5",
    "::1.2.3",
    "::256.1.1.1",
    "1:2:3:4:5:6:7:1.2.3.4",
    "[[::1]]",
    "[1.2.3.4]",
    "[::1]:80",
  ])("%j is no literal", (text) => {
    expect(parseIpLiteral(text)).toBeUndefined();
  });

  it("agrees with node:net on what a literal is, zones apart", () => {
    const alphabet = fc.constantFrom(...Array.from("0123456789afAF:::...[]x"));
    fc.assert(
      fc.property(fc.string({ unit: alphabet, maxLength: 24 }), (text) => {
        const inner = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text;
        const expected = inner === text ? isIP(text) : isIPv6(inner) ? 6 : 0;
        const octets = parseIpLiteral(text)?.length;
        const isMapped =
          expected === 6 && canonical(inner).startsWith("[::ffff:") && canonical(inner).split(":").length === 5;
        expect(octets).toBe(expected === 4 || isMapped ? 4 : expected === 6 ? 16 : undefined);
      }),
      { numRuns: 20_000 },
    );
  });

  it("reads back what was written, for IPv4 and for IPv6 in every form of the generator", () => {
    fc.assert(fc.property(fc.ipV4(), (text) => isIPv4(text) && parseIpLiteral(text)?.join(".") === text));
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const octets = parseIpLiteral(text);
        const whole = octets?.length === 4 ? `::ffff:${octets.join(".")}` : groupsOf(octets ?? new Uint8Array(0));
        expect(canonical(whole)).toBe(canonical(text));
      }),
    );
  });
});

function groupsOf(octets: Uint8Array): string {
  return octets.toHex().match(/.{4}/g)?.join(":") ?? "";
}

/** The form that the WHATWG URL parser gives every spelling of one IPv6 address. */
function canonical(text: string): string {
  return new URL(`http://[${text}]`).hostname;
}
