import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type DestinationPattern,
  matchesTarget,
  NAME_MAX_CHARACTERS,
  parseDestinationPattern,
} from "./destination-pattern.ts";
import { parseIpAddress, type Target } from "@flor/wire";

const pattern = (text: string): DestinationPattern => {
  const parsed = parseDestinationPattern(text);
  if ("error" in parsed) throw new Error(parsed.error);
  return parsed;
};

const target = (text: string): Target => {
  const address = parseIpAddress(text);
  return address === undefined ? { kind: "domain", name: text } : { kind: "address", address };
};

describe("destination patterns", () => {
  it.each([
    ["*", "example.org", 1, true],
    ["*:*", "::1", 65_535, true],
    ["*:443", "example.org", 443, true],
    ["*:443", "example.org", 80, false],
    ["example.org:443", "EXAMPLE.org.", 443, true],
    ["Example.ORG.:443", "example.org", 443, true],
    ["example.org", "www.example.org", 443, false],
    ["*.example.org:443", "www.example.org", 443, true],
    ["*.example.org:443", "a.b.example.org.", 443, true],
    ["*.example.org:443", "example.org", 443, false],
    ["*.example.org:443", "badexample.org", 443, false],
    ["*.example.org:443", "www.example.org.evil", 443, false],
    ["192.168.1.0/24:22", "192.168.1.9", 22, true],
    ["192.168.1.0/24:22", "192.168.2.9", 22, false],
    ["192.168.1.9", "192.168.1.9", 22, true],
    ["0.0.0.0/0", "example.org", 22, false],
    ["example.org", "192.0.2.1", 22, false],
    ["[fd00::/8]:*", "fd12::1", 22, true],
    ["[fd00::/8]:*", "fe80::1", 22, false],
    ["[::1]:8000-8100", "::1", 8000, true],
    ["[::1]:8000-8100", "::1", 8100, true],
    ["[::1]:8000-8100", "::1", 8101, false],
    ["a.example:80,443,8000-8100", "a.example", 443, true],
    ["a.example:80, 443", "a.example", 81, false],
  ])("%s for %s port %i: %s", (text, host, port, fits) => {
    expect(matchesTarget(pattern(text), target(host), port)).toBe(fits);
  });

  it.each([
    ["", /not a host; allowed/],
    ["fd00::/8", /\[…\] for IPv6/],
    ["::1:80", /\[…\] for IPv6/],
    ["[192.0.2.1]:80", /only IPv6 addresses go in brackets/],
    ["[fd00::]/8:80", /not a destination/],
    ["127.1:80", /"127\.1" is not an address/],
    ["0x7f.1", /not an address/],
    ["a.*.example:80", /"\*" only as the first label/],
    ["*example.org", /not a host/],
    ["*.127.1", /not an address|not a host/],
    ["exämple.org", /ASCII/],
    ["a b", /not a host/],
    ["a..b", /not a host/],
    ["-a.example", /not a host/],
    ["example.org:", /not a port/],
    ["example.org:0", /1 to 65535/],
    ["example.org:65536", /1 to 65535/],
    ["example.org:90-80", /not a port/],
    ["example.org:80,", /not a port/],
    ["example.org:http", /not a port/],
    ["192.168.1.7/24:22", /192\.168\.1\.0\/24/],
    [`a:${Array(65).fill(1).join(",")}`, /more than 64 ports/],
  ])("refuses %j and says what is allowed", (text, error) => {
    expect(parseDestinationPattern(text)).toEqual({ error: expect.stringMatching(error) as string });
  });

  it("parses any text without a throw", () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[a-z0-9.*:/,[\]-]{0,40}$/));
    fc.assert(
      fc.property(text, (value) => {
        const parsed = parseDestinationPattern(value);
        expect("error" in parsed ? parsed.error.length : parsed.text.length).toBeGreaterThan(0);
      }),
      { numRuns: 10_000 },
    );
  });
});

it("reads a name of 253 characters, and refuses a longer one", () => {
  const longest = `${"a.".repeat(126)}a`;
  expect(longest).toHaveLength(NAME_MAX_CHARACTERS);
  expect(parseDestinationPattern(longest)).not.toHaveProperty("error");
  expect(parseDestinationPattern(`${longest}a`)).toHaveProperty("error");
});
