import { INITIAL_TTL, labelStackOctets, unpackLabelStackEntry } from "@flor/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isBottom, labelOf, outgoingTtl, pushStack, writeTtl } from "./stack.ts";

const label = fc.integer({ min: 16, max: 0xfffff });

describe("label stack", () => {
  it("pushes top first and marks the last entry as the bottom", () => {
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 8 }), (stack) => {
        const view = new DataView(new ArrayBuffer(64));
        const end = pushStack(view, 3, stack, INITIAL_TTL);
        expect(end).toBe(3 + 4 * stack.length);
        expect(labelStackOctets(view, 3, 64)).toBe(4 * stack.length);
        stack.forEach((value, index) => {
          const word = view.getUint32(3 + 4 * index);
          expect(labelOf(word)).toBe(value);
          expect(isBottom(word)).toBe(index === stack.length - 1);
          expect(unpackLabelStackEntry(word).ttl).toBe(INITIAL_TTL);
        });
      }),
    );
  });

  it("takes one from the TTL at each hop and stops at zero (RFC 3032 section 2.4.1)", () => {
    expect(outgoingTtl(0x00010140)).toBe(31);
    expect(outgoingTtl(0x00010101)).toBe(0);
    expect(outgoingTtl(0x00010100)).toBe(0);
  });

  it("writes the popped TTL into the next entry (RFC 3443 uniform model)", () => {
    const view = new DataView(new ArrayBuffer(8));
    pushStack(view, 0, [100, 200], 64);
    writeTtl(view, 4, outgoingTtl(view.getUint32(0)));
    expect(unpackLabelStackEntry(view.getUint32(4))).toEqual({ label: 200, trafficClass: 0, bottom: true, ttl: 31 });
  });
});
