import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AddressPrefix, parseAddressPrefix, prefixContains, prefixCovers } from "./address-prefix.ts";
import { formatIpAddress, parseIpAddress } from "@flor/wire";

const prefix = (text: string): AddressPrefix => {
  const parsed = parseAddressPrefix(text);
  if ("error" in parsed) throw new Error(parsed.error);
  return parsed;
};
const address = (text: string): Uint8Array => parseIpAddress(text) ?? expect.fail(text);

describe("address prefixes", () => {
  it.each([
    ["192.168.1.0/24", "192.168.1.0", true],
    ["192.168.1.0/24", "192.168.1.255", true],
    ["192.168.1.0/24", "192.168.2.0", false],
    ["172.16.0.0/12", "172.31.255.255", true],
    ["172.16.0.0/12", "172.32.0.0", false],
    ["0.0.0.0/0", "255.1.2.3", true],
    ["0.0.0.0/0", "::1", false],
    ["::/0", "1.2.3.4", false],
    ["fc00::/7", "fdff::1", true],
    ["fc00::/7", "fe00::1", false],
    ["10.0.0.1", "10.0.0.1", true],
    ["10.0.0.1", "10.0.0.2", false],
  ])("%s contains %s: %s", (range, text, contains) => {
    expect(prefixContains(prefix(range), address(text))).toBe(contains);
  });

  it.each([
    ["192.168.1.7/24", /192\.168\.1\.0\/24 for the range or 192\.168\.1\.7 for the one address/],
    ["10.0.0.0/33", /allowed: \/0 to \/32/],
    ["10.0.0.0/", /not a prefix length/],
    ["10.0.0.0/08", /not a prefix length/],
    ["10.0.0.0/8/8", /not an address or a range/],
    ["10.0/8", /not an address or a range/],
  ])("refuses %s and says what is allowed", (text, error) => {
    expect(parseAddressPrefix(text)).toEqual({ error: expect.stringMatching(error) as string });
  });

  it("agrees with arithmetic on bits", () => {
    const octets = fc.oneof(...[4, 16].map((length) => fc.uint8Array({ minLength: length, maxLength: length })));
    fc.assert(
      fc.property(octets, fc.nat(128), fc.nat(127), (base, bits, flipped) => {
        const size = BigInt(base.length * 8);
        const length = bits % (base.length * 8 + 1);
        const value = BigInt(`0x${Array.from(base, (octet) => octet.toString(16).padStart(2, "0")).join("")}`);
        const network = (value >> (size - BigInt(length))) << (size - BigInt(length));
        const text = `${formatIpAddress(octetsOf(network, base.length))}/${length}`;
        const bit = flipped % (base.length * 8);
        const other = octetsOf(value ^ (1n << (size - 1n - BigInt(bit))), base.length);
        expect(prefixContains(prefix(text), base)).toBe(true);
        expect(prefixContains(prefix(text), other)).toBe(bit >= length);
      }),
    );
  });

  it("covers what lies wholly within", () => {
    expect(prefixCovers(prefix("10.0.0.0/8"), prefix("10.1.0.0/16"))).toBe(true);
    expect(prefixCovers(prefix("10.0.0.0/8"), prefix("10.0.0.0/8"))).toBe(true);
    expect(prefixCovers(prefix("10.0.0.0/8"), prefix("0.0.0.0/0"))).toBe(false);
    expect(prefixCovers(prefix("10.0.0.0/8"), prefix("11.0.0.0/16"))).toBe(false);
  });
});

function octetsOf(value: bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => Number((value >> BigInt(8 * (length - 1 - index))) & 0xffn));
}
