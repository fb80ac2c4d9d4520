import { canonicalIpAddress, Cause, decodeOpen, type Destination, destinationText, encodeOpen } from "@flor/wire";
import fc from "fast-check";
import { expect, it } from "vitest";
import { destinationOf, openOf } from "./destination.ts";

const port = fc.integer({ min: 1, max: 0xffff });
const address = fc
  .oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 16, maxLength: 16 }))
  .map(canonicalIpAddress)
  .map((octets) => ({ kind: "address" as const, address: octets }));
const domain = fc.domain().map((name) => ({ kind: "domain" as const, name }));
const destination: fc.Arbitrary<Destination> = fc.record({ target: fc.oneof(address, domain), port });

it("crosses a preface unchanged", () => {
  fc.assert(
    fc.property(destination, (sent) => {
      const preface = decodeOpen(encodeOpen(openOf(sent)));
      if (preface.state !== "complete") throw new Error(preface.state);
      expect(destinationOf(preface.message)).toEqual(sent);
    }),
  );
});

it("is the same destination in either spelling of an IPv4 address", () => {
  const mapped = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 77, 3, 2);
  const spelt = destinationOf({ version: 2, command: 1, address: mapped, port: 80 });
  expect(spelt).toEqual({ target: { kind: "address", address: Uint8Array.of(10, 77, 3, 2) }, port: 80 });
});

it("is incomplete at every prefix, and never throws on random octets", () => {
  const whole = encodeOpen(openOf({ target: { kind: "domain", name: "web.example" }, port: 443 }));
  for (let length = 0; length < whole.length; length += 1) {
    expect(decodeOpen(whole.subarray(0, length)).state).toBe("incomplete");
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
      const preface = decodeOpen(octets);
      if (preface.state === "complete") destinationOf(preface.message);
    }),
    { numRuns: 10_000 },
  );
});

it("refuses what cannot be served, with its cause", () => {
  expect(destinationOf({ version: 1, command: 1, domain: "a", port: 1 })).toMatchObject({
    cause: Cause.GENERAL_FAILURE,
  });
  expect(destinationOf({ version: 2, command: 3, domain: "a", port: 1 })).toMatchObject({
    cause: Cause.COMMAND_NOT_SUPPORTED,
  });
  expect(destinationOf({ version: 2, command: 1, domain: "a", port: 0 })).toMatchObject({
    cause: Cause.GENERAL_FAILURE,
  });
  expect(destinationOf({ version: 2, command: 1, domain: "a".repeat(256), port: 1 })).toMatchObject({
    cause: Cause.GENERAL_FAILURE,
  });
  expect(destinationOf({ version: 2, command: 1, address: new Uint8Array(5), port: 1 })).toMatchObject({
    cause: Cause.ADDRESS_TYPE_NOT_SUPPORTED,
  });
});

it("is written as people write it", () => {
  const ipv6 = new Uint8Array(16);
  ipv6[15] = 1;
  expect(destinationText({ target: { kind: "address", address: new Uint8Array([10, 0, 0, 1]) }, port: 22 })).toBe(
    "10.0.0.1:22",
  );
  expect(destinationText({ target: { kind: "address", address: ipv6 }, port: 22 })).toBe("[::1]:22");
});
