import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalIpAddress, formatIpAddress, isNumericName, parseIpAddress } from "./ip-address.ts";

const octets = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });

describe("IP addresses as text", () => {
  it("takes back what it wrote", () => {
    fc.assert(
      fc.property(fc.oneof(octets(4), octets(16)), (address) => {
        expect(parseIpAddress(formatIpAddress(address))).toEqual(address);
      }),
    );
  });

  it.each([
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:0db8::0001", "2001:db8::1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["::1", "::1"],
    ["fe80::", "fe80::"],
    ["::FFFF:127.0.0.1", "::ffff:7f00:1"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["::127.0.0.1", "::7f00:1"],
  ])("writes %s as RFC 5952 wants: %s", (text, canonical) => {
    const address = parseIpAddress(text);
    expect(address && formatIpAddress(address)).toBe(canonical);
  });

  const others =
    "0 127.1 2130706433 0x7f000001 0177.0.0.1 1.2.3.256 1.2.3.4.5 1.2.3. ١.2.3.4 fe80::1%lo 1::2::3 ::: 1:2:3:4:5:6:7 " +
    "1:2:3:4:5:6:7:8:9 12345:: g:: ::ffff:127.1 ::ffff:0177.0.0.1 1.2.3.4:: [::1] 1:2:3:4:5:6:7::8";
  it.each(["", " 1.2.3.4", "1.2.3.4\n", ...others.split(" ")])("does not take %j for an address", (text) => {
    expect(parseIpAddress(text)).toBeUndefined();
  });

  it.each([
    ["::ffff:10.77.3.2", "10.77.3.2"],
    ["::FFFF:0a4d:0302", "10.77.3.2"],
    ["::ffff:0:10.77.3.2", "::ffff:0:a4d:302"],
    ["::10.77.3.2", "::a4d:302"],
    ["64:ff9b::10.77.3.2", "64:ff9b::a4d:302"],
    ["2002:a4d:302::", "2002:a4d:302::"],
    ["10.77.3.2", "10.77.3.2"],
  ])("has one form for %s: %s", (text, canonical) => {
    expect(formatIpAddress(canonicalIpAddress(parseIpAddress(text)!))).toBe(canonical);
  });

  it("reads any text without a throw", () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-fA-F:.x/%]{0,60}$/));
    fc.assert(
      fc.property(text, (value) => {
        expect([undefined, 4, 16]).toContain(parseIpAddress(value)?.length);
      }),
      { numRuns: 10_000 },
    );
  });

  it.each(["0", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.0.0.1", "0X7F000001", "1.2.3.0x", "127.1.", "a.1"])(
    "knows that %s could be read as a number",
    (name) => expect(isNumericName(name)).toBe(true),
  );

  it.each(["example.org", "1.example.org", "0x7g", "a1", "1a", "localhost.", "x--1.de", "", "."])(
    "leaves %j a name",
    (name) => expect(isNumericName(name)).toBe(false),
  );
});
