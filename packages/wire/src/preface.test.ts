import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Cause, decodeOpen, decodeOpened, encodeOpen, encodeOpened, type Open, PREFACE_MAX_OCTETS } from "./preface.ts";

const port = fc.integer({ min: 1, max: 65_535 });
const address = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }),
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
);
const open = fc.oneof<fc.Arbitrary<Open>[]>(
  fc.record({ version: fc.constant(1), command: fc.constant(1), domain: fc.string({ maxLength: 255 }), port }),
  fc.record({ version: fc.constant(1), command: fc.constant(1), address, port }),
);
const opened = fc.record({
  cause: fc.constantFrom(...Object.values(Cause).filter((value) => typeof value === "number")),
  boundAddress: address,
  boundPort: port,
  text: fc.string({ maxLength: 200 }),
});

describe("a preface", () => {
  it("decodes to what was encoded, whatever follows it", () => {
    fc.assert(
      fc.property(open, opened, fc.uint8Array({ maxLength: 50 }), (first, answer, payload) => {
        for (const [octets, read, values] of [
          [encodeOpen(first), decodeOpen, first],
          [encodeOpened(answer), decodeOpened, answer],
        ] as const) {
          const stream = new Uint8Array([...octets, ...payload]);
          expect(read(stream)).toMatchObject({ state: "complete", octets: octets.length, message: values });
        }
      }),
    );
  });

  it("is incomplete at every prefix", () => {
    fc.assert(
      fc.property(open, (values) => {
        const octets = encodeOpen(values);
        for (let end = 0; end < octets.length; end += 1)
          expect(decodeOpen(octets.subarray(0, end))).toEqual({ state: "incomplete" });
      }),
    );
  });

  it("longer than its bound is malformed before it has come", () => {
    expect(decodeOpen(Uint8Array.of((PREFACE_MAX_OCTETS + 1) >> 8, (PREFACE_MAX_OCTETS + 1) & 0xff))).toEqual({
      state: "malformed",
    });
    expect(decodeOpen(Uint8Array.of(PREFACE_MAX_OCTETS >> 8, PREFACE_MAX_OCTETS & 0xff))).toEqual({
      state: "incomplete",
    });
  });

  it("of 10,000 random octets never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (octets, isShort) => {
        if (isShort && octets.length > 2) octets.set([0, octets.length - 2]);
        for (const read of [decodeOpen, decodeOpened]) {
          expect(["complete", "incomplete", "malformed"]).toContain(read(octets).state);
        }
      }),
      { numRuns: 10_000 },
    );
  });
});
