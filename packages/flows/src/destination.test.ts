import { canonicalIpAddress, Cause, decodeOpen, type Destination, destinationText, encodeOpen } from "@flor/wire";
import fc from "fast-check";
import { expect, it } from "vitest";
import { askedOf, openOf } from "./destination.ts";

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
      expect(askedOf(preface.message)).toEqual({ destination: sent, service: undefined });
    }),
  );
});

it("is the same destination in either spelling of an IPv4 address", () => {
  const mapped = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 77, 3, 2);
  const spelt = askedOf({ version: 2, command: 1, address: mapped, port: 80 });
  expect(spelt).toMatchObject({ destination: { target: { address: Uint8Array.of(10, 77, 3, 2) }, port: 80 } });
});

it("is incomplete at every prefix, and never throws on random octets", () => {
  const whole = encodeOpen(openOf({ target: { kind: "domain", name: "web.example" }, port: 443 }));
  for (let length = 0; length < whole.length; length += 1) {
    expect(decodeOpen(whole.subarray(0, length)).state).toBe("incomplete");
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
      const preface = decodeOpen(octets);
      if (preface.state === "complete") askedOf(preface.message);
    }),
    { numRuns: 10_000 },
  );
});

it("refuses what cannot be served, with its cause", () => {
  expect(askedOf({ version: 1, command: 1, domain: "a", port: 1 })).toMatchObject({
    cause: Cause.GENERAL_FAILURE,
  });
  expect(askedOf({ version: 2, command: 3, domain: "a", port: 1 })).toMatchObject({
    cause: Cause.COMMAND_NOT_SUPPORTED,
  });
  expect(askedOf({ version: 2, command: 1, domain: "a", port: 0 })).toMatchObject({
    cause: Cause.GENERAL_FAILURE,
  });
  expect(askedOf({ version: 2, command: 1, domain: "a".repeat(256), port: 1 })).toMatchObject({
    cause: Cause.GENERAL_FAILURE,
  });
  expect(askedOf({ version: 2, command: 1, address: new Uint8Array(5), port: 1 })).toMatchObject({
    cause: Cause.ADDRESS_TYPE_NOT_SUPPORTED,
  });
});

it("of a service carries its name, who asks and the networks crossed", () => {
  const to = { target: { kind: "domain", name: "db.team" }, port: 5432 } as const;
  const client = { address: Uint8Array.of(192, 0, 2, 7), port: 40_000 };
  const service = { name: "db.team", user: "alice", hops: 1, client };
  const preface = decodeOpen(encodeOpen(openOf(to, service)));
  if (preface.state !== "complete") throw new Error(preface.state);
  expect(askedOf(preface.message)).toEqual({ destination: to, service });
  expect(preface.message.domain).toBeFalsy();
});

it("of a service is refused when it is too long, or has crossed too many networks", () => {
  const open = { version: 2, command: 1, port: 5432, service: "db.team" };
  expect(askedOf({ ...open, hops: 2 })).toMatchObject({ cause: Cause.NOT_ALLOWED });
  expect(askedOf({ ...open, service: "a".repeat(254) })).toMatchObject({ cause: Cause.GENERAL_FAILURE });
  expect(askedOf({ ...open, user: "u".repeat(256) })).toMatchObject({ cause: Cause.GENERAL_FAILURE });
});

it("is written as people write it", () => {
  const ipv6 = new Uint8Array(16);
  ipv6[15] = 1;
  expect(destinationText({ target: { kind: "address", address: new Uint8Array([10, 0, 0, 1]) }, port: 22 })).toBe(
    "10.0.0.1:22",
  );
  expect(destinationText({ target: { kind: "address", address: ipv6 }, port: 22 })).toBe("[::1]:22");
});
