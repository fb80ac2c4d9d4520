import { describe, expect, it } from "vitest";
import type { Target } from "@flor/wire";
import { addressRequest, domainRequest, greeting, request } from "./client-messages.testing.ts";
import { converse, type Conversation } from "./conversation.testing.ts";

const GENERAL_FAILURE = "05010001000000000000";
const HOST_UNREACHABLE = "05040001000000000000";
const COMMAND_NOT_SUPPORTED = "05070001000000000000";
const ADDRESS_TYPE_NOT_SUPPORTED = "05080001000000000000";

const loopback = [127, 0, 0, 1];
const ipv6 = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x2a];

function ask(octets: Uint8Array): Conversation {
  return converse({}, greeting(0), octets);
}

function targetOf(octets: Uint8Array): Target | undefined {
  const { requests, closes } = ask(octets);
  expect({ closes, requests: requests.length }).toEqual({ closes: [], requests: 1 });
  return requests[0]?.destination.target;
}

/** What the client of a refused request is told, and why it is closed. */
function refusalOf(octets: Uint8Array): readonly [reply: string | undefined, reason: string | undefined] {
  const { sent, requests, closes } = ask(octets);
  expect({ requests, sent: sent.length, closes: closes.length }).toEqual({ requests: [], sent: 2, closes: 1 });
  return [sent[1], closes[0]];
}

describe("request (cases 15-18)", () => {
  it("15: a reserved octet other than 00 is not looked at", () => {
    expect(targetOf(addressRequest(loopback, { reserved: 0xff }))).toEqual({
      kind: "address",
      address: Uint8Array.from(loopback),
    });
  });

  it.each([0x00, 0x02, 0x03, 0x04, 0xf0, 0xff])("16, 53: command %i is answered 07 and closed", (command) => {
    expect(refusalOf(addressRequest(loopback, { command }))).toEqual([COMMAND_NOT_SUPPORTED, "command-not-supported"]);
    expect(refusalOf(domainRequest("example.org", { command }))).toEqual([
      COMMAND_NOT_SUPPORTED,
      "command-not-supported",
    ]);
    expect(refusalOf(addressRequest(ipv6, { command, port: 0 }))).toEqual([
      COMMAND_NOT_SUPPORTED,
      "command-not-supported",
    ]);
  });

  it.each([0x00, 0x02, 0x05, 0x06, 0xff])("17: address type %i is answered 08 and closed", (addressType) => {
    expect(refusalOf(request(loopback, { addressType }))).toEqual([
      ADDRESS_TYPE_NOT_SUPPORTED,
      "address-type-not-supported",
    ]);
  });

  it("16, 17: an unknown command with an unknown address type is answered 07", () => {
    expect(refusalOf(request(loopback, { command: 2, addressType: 9 }))).toEqual([
      COMMAND_NOT_SUPPORTED,
      "command-not-supported",
    ]);
  });

  it("16: an unsupported command is refused only when its request is whole, so that no octet of it stays unread", () => {
    const octets = domainRequest("example.org", { command: 2 });
    expect(ask(octets.subarray(0, -1)).closes).toEqual([]);
    expect(ask(octets).closes).toEqual(["command-not-supported"]);
  });

  it.each([0x00, 0x01, 0x04, 0x06])("a request of version %i is answered 01 and closed", (version) => {
    expect(refusalOf(addressRequest(loopback, { version }))).toEqual([GENERAL_FAILURE, "request-version-unsupported"]);
  });

  it("18: a second greeting in place of a request is no request", () => {
    expect(ask(greeting(0)).requests).toEqual([]);
  });
});

describe("target (cases 19-26)", () => {
  it("19, 20: binary addresses come through as they are, the port with them", () => {
    expect(targetOf(addressRequest(loopback))).toEqual({ kind: "address", address: Uint8Array.from(loopback) });
    expect(targetOf(addressRequest(ipv6))).toEqual({ kind: "address", address: Uint8Array.from(ipv6) });
    for (const port of [1, 255, 256, 65_535])
      expect(ask(addressRequest(loopback, { port })).requests[0]?.destination.port).toBe(port);
  });

  it("25: a v4-mapped address is the IPv4 address in it, however it is written", () => {
    const mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...loopback];
    const target = { kind: "address", address: Uint8Array.from(loopback) };
    expect(targetOf(addressRequest(mapped))).toEqual(target);
    expect(targetOf(domainRequest("::ffff:127.0.0.1"))).toEqual(target);
    expect(targetOf(domainRequest("[::ffff:7f00:1]"))).toEqual(target);
  });

  it("21: a domain of no octets is answered 01 and closed", () => {
    expect(refusalOf(domainRequest(""))).toEqual([GENERAL_FAILURE, "domain-empty"]);
  });

  it("21: domains of 1 and of 255 octets come through", () => {
    const longest = `${"a".repeat(63)}.`.repeat(3) + "a".repeat(63);
    expect(longest.length).toBe(255);
    for (const name of ["a", longest]) expect(targetOf(domainRequest(name))).toEqual({ kind: "domain", name });
  });

  it.each(["a\0b", "\0", "a b", " a", "a\n", "a\r\nb", "a\tb", "a\x7f", "\x1b[2J", "bücher.example", "a\u2028b"])(
    "22: the domain %j is answered 04 and closed, for no host has such a name",
    (name) => {
      expect(refusalOf(domainRequest(name))).toEqual([HOST_UNREACHABLE, "domain-malformed"]);
    },
  );

  it("22: every octet that is not visible ASCII is refused wherever it stands", () => {
    for (let octet = 0; octet <= 0xff; octet++) {
      const isVisible = octet > 0x20 && octet < 0x7f;
      for (const name of [Uint8Array.of(octet, 0x61), Uint8Array.of(0x61, octet)])
        expect(ask(domainRequest(name)).requests.length).toBe(isVisible ? 1 : 0);
    }
  });

  it.each([
    ["127.0.0.1", loopback],
    ["255.255.255.255", [255, 255, 255, 255]],
    ["2001:db8::2a", ipv6],
    ["[2001:DB8::2A]", ipv6],
    ["[::1]", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
    ["::", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ])("23: the literal %s inside a domain is an address", (name, octets) => {
    expect(targetOf(domainRequest(name))).toEqual({ kind: "address", address: Uint8Array.from(octets) });
  });

  it.each([
    "0",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "127.0.0.01",
    "256.0.0.1",
    "127.0.0.1.",
    "[127.0.0.1]",
    "[::1",
    "fe80::1%eth0",
    "[fe80::1%25eth0]",
    "localhost",
  ])("23, 24: %s stays a domain as it is written: the egress judges it", (name) => {
    expect(targetOf(domainRequest(name))).toEqual({ kind: "domain", name });
  });

  it("24: a trailing dot and the case of a name are kept", () => {
    for (const name of ["example.org.", "Example.ORG", "."])
      expect(targetOf(domainRequest(name))).toEqual({ kind: "domain", name });
  });

  it("26: port 0 is answered 01 and closed", () => {
    expect(refusalOf(addressRequest(loopback, { port: 0 }))).toEqual([GENERAL_FAILURE, "port-zero"]);
    expect(refusalOf(domainRequest("example.org", { port: 0 }))).toEqual([GENERAL_FAILURE, "port-zero"]);
  });
});
