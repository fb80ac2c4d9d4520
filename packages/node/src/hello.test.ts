import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeHello, encodeHello, HELLO_OCTETS } from "./hello.ts";

const word = fc.nat({ max: 0xffffffff });
const hello = fc.record({
  poll: fc.boolean(),
  final: fc.boolean(),
  heard: fc.boolean(),
  loss: fc.nat({ max: 65_535 }).map((part) => part / 65_535),
  myDiscriminator: word,
  yourDiscriminator: word,
  sequence: word,
});

it("decodes to what was encoded, wherever it lies", () => {
  fc.assert(
    fc.property(hello, fc.nat({ max: 40 }), (value, offset) => {
      const octets = new Uint8Array(offset + HELLO_OCTETS + 3);
      octets.set(encodeHello(value), offset);
      expect(decodeHello(octets, offset, octets.length)).toEqual(value);
    }),
  );
});

it("is nothing at every prefix, and survives any octets", () => {
  const whole = encodeHello({
    poll: true,
    final: false,
    heard: true,
    loss: 0,
    myDiscriminator: 1,
    yourDiscriminator: 2,
    sequence: 3,
  });
  for (let end = 0; end < whole.length; end += 1) expect(decodeHello(whole, 0, end)).toBeUndefined();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 32 }), (octets) => {
      decodeHello(octets, 0, octets.length);
    }),
    { numRuns: 10_000 },
  );
});
