import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { viewOf } from "./frame.ts";
import {
  LABEL_MAX,
  LABEL_STACK_ENTRY_OCTETS,
  LABEL_STACK_MAX_DEPTH,
  labelStackOctets,
  packLabelStackEntry,
  unpackLabelStackEntry,
} from "./label-stack-entry.ts";

const entry = fc.record({
  label: fc.nat(LABEL_MAX),
  trafficClass: fc.nat(7),
  bottom: fc.boolean(),
  ttl: fc.nat(255),
});

describe("a label stack entry", () => {
  it("unpacks as it was packed, as an unsigned word", () => {
    fc.assert(
      fc.property(entry, (values) => {
        const word = packLabelStackEntry(values.label, values.trafficClass, values.bottom, values.ttl);
        expect(word).toBeGreaterThanOrEqual(0);
        expect(unpackLabelStackEntry(word)).toEqual(values);
      }),
    );
  });

  it("has the bits of RFC 3032 section 2.1", () => {
    expect(packLabelStackEntry(LABEL_MAX, 0, false, 0)).toBe(0xfffff000);
    expect(packLabelStackEntry(0, 7, false, 0)).toBe(0xe00);
    expect(packLabelStackEntry(0, 0, true, 0)).toBe(0x100);
    expect(packLabelStackEntry(0, 0, false, 255)).toBe(0xff);
  });
});

describe("a label stack", () => {
  it("ends at its first bottom entry, eight entries deep at most, and is nothing when cut off", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.nat(20), (depth, behind) => {
        const octets = new Uint8Array(depth * LABEL_STACK_ENTRY_OCTETS + behind);
        const view = viewOf(octets);
        for (let i = 0; i < depth; i += 1) view.setUint32(i * 4, packLabelStackEntry(i, 0, i === depth - 1, 64));
        const isTooDeep = depth > LABEL_STACK_MAX_DEPTH;
        expect(labelStackOctets(view, 0, octets.length)).toBe(isTooDeep ? 0 : depth * LABEL_STACK_ENTRY_OCTETS);
        for (let end = 0; end < depth * LABEL_STACK_ENTRY_OCTETS; end += 1)
          expect(labelStackOctets(view, 0, end)).toBe(0);
      }),
    );
  });

  it("of 10,000 random octets never reaches beyond their end", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 48 }), (octets) => {
        const length = labelStackOctets(viewOf(octets), 0, octets.length);
        expect(length).toBeLessThanOrEqual(Math.min(octets.length, LABEL_STACK_MAX_DEPTH * LABEL_STACK_ENTRY_OCTETS));
        expect(length % LABEL_STACK_ENTRY_OCTETS).toBe(0);
      }),
      { numRuns: 10_000 },
    );
  });
});
