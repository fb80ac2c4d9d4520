import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endpointFromWords, endpointOf, formatEndpoint, isIpv4Endpoint, sameEndpoint } from "./ip-endpoint.ts";
import { AF_INET, AF_INET6 } from "./linux-socket.ts";
import { decodeSocketAddress, encodeSocketAddress } from "./socket-address.ts";

const word = fc.integer({ min: 0, max: 0xffff_ffff });
const endpoints = fc
  .tuple(
    fc.oneof(fc.constant(0), word),
    fc.oneof(fc.constant(0), word),
    fc.constantFrom(0, 0xffff, 0x1_0000),
    word,
    fc.nat(0xffff),
  )
  .map(([a, b, c, d, port]) => endpointFromWords([a, b, c, d], port, 0));

describe("an IP endpoint", () => {
  it.each([
    ["192.0.2.1", [0, 0, 0xffff, 0xc000_0201]],
    ["::", [0, 0, 0, 0]],
    ["::1", [0, 0, 0, 1]],
    ["2001:db8::8:800:200c:417a", [0x2001_0db8, 0, 0x0008_0800, 0x200c_417a]],
    ["::ffff:192.0.2.1", [0, 0, 0xffff, 0xc000_0201]],
    ["64:ff9b::192.0.2.33", [0x0064_ff9b, 0, 0, 0xc000_0221]],
    ["fe80::1%3", [0xfe80_0000, 0, 0, 1]],
  ])("reads %s", (host, words) => {
    expect(endpointOf(host, 4600)?.words).toEqual(words);
  });

  it.each(["", "localhost", "1.2.3", "1.2.3.4.5", "::g", "0x7f000001", "127.1"])(
    "does not take %j for an address",
    (host) => {
      expect(endpointOf(host, 1)).toBeUndefined();
    },
  );

  it("comes back from its own text", () => {
    fc.assert(
      fc.property(endpoints, (endpoint) => {
        const again = endpointOf(endpoint.host, endpoint.port);
        expect(again).toEqual(endpoint);
        expect(again !== undefined && sameEndpoint(again, endpoint)).toBe(true);
      }),
    );
  });

  it("comes back from its sockaddr, in both families", () => {
    fc.assert(
      fc.property(endpoints, (endpoint) => {
        const families = isIpv4Endpoint(endpoint) ? [AF_INET, AF_INET6] : [AF_INET6];
        for (const family of families) {
          const octets = encodeSocketAddress(endpoint, family);
          expect(decodeSocketAddress(new DataView(octets.buffer), 0)).toEqual(endpoint);
        }
      }),
    );
  });

  it("does not fit an IPv4 socket when it is IPv6", () => {
    expect(() => encodeSocketAddress(endpointFromWords([1, 0, 0, 1], 1, 0), AF_INET)).toThrow("listen on [::]");
  });

  it("is written with brackets when it is IPv6", () => {
    expect(formatEndpoint(endpointFromWords([0, 0, 0, 1], 4600, 0))).toBe("[::1]:4600");
    expect(formatEndpoint(endpointFromWords([0, 0, 0xffff, 0x7f00_0001], 4600, 0))).toBe("127.0.0.1:4600");
  });
});
