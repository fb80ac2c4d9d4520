import { LABEL_FIRST_FREE, LABEL_MAX } from "@flor/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IncomingLabelMap, LABEL_BINDINGS_MAX, LABEL_REST_MS } from "./incoming-label-map.ts";

describe("incoming label map", () => {
  it("finds what a label is bound to and nothing for an unknown label", () => {
    const map = new IncomingLabelMap<string>(7);
    const label = map.bind({ nextHop: "b", push: [] }, 0);
    expect(map.lookup(label ?? -1)?.nextHop).toBe("b");
    expect(map.lookup((label ?? 0) + 1)).toBeUndefined();
  });

  it("never gives out a special-purpose label, whatever the start", () => {
    fc.assert(
      fc.property(fc.integer(), (start) => {
        const label = new IncomingLabelMap<string>(start).bind({ nextHop: "b", push: [] }, 0) ?? -1;
        expect(label).toBeGreaterThanOrEqual(LABEL_FIRST_FREE);
        expect(label).toBeLessThanOrEqual(LABEL_MAX);
      }),
    );
  });

  it("goes on at the first free label behind the largest", () => {
    const map = new IncomingLabelMap<string>(LABEL_MAX - LABEL_FIRST_FREE);
    expect(map.bind({ nextHop: "a", push: [] }, 0)).toBe(LABEL_MAX);
    expect(map.bind({ nextHop: "b", push: [] }, 0)).toBe(LABEL_FIRST_FREE);
  });

  it("lets a freed label rest", () => {
    const map = new IncomingLabelMap<string>(LABEL_MAX - LABEL_FIRST_FREE);
    map.release(map.bind({ nextHop: "a", push: [] }, 0) ?? -1, 0);
    expect(map.lookup(LABEL_MAX)).toBeUndefined();
    const reused = new Set<number | undefined>();
    for (let i = 0; i < 100; i += 1) reused.add(map.bind({ nextHop: "b", push: [] }, LABEL_REST_MS - 1));
    expect(reused.has(LABEL_MAX)).toBe(false);
  });

  it("binds 65,536 labels, and no further one until one is released", () => {
    const map = new IncomingLabelMap<string>(0);
    const bind = (): number | undefined => map.bind({ nextHop: "a", push: [] }, 0);
    const first = bind()!;
    for (let bound = 1; bound < 65_536; bound += 1) bind();
    expect([LABEL_BINDINGS_MAX, bind()]).toEqual([65_536, undefined]);
    map.release(first, 0);
    expect(bind()).toBeDefined();
  });

  it("changes a bound label and refuses an unbound one", () => {
    const map = new IncomingLabelMap<string>(0);
    const label = map.bind({ nextHop: "a", push: [] }, 0) ?? -1;
    map.rebind(label, { nextHop: "b", push: [99] });
    expect(map.lookup(label)).toEqual({ nextHop: "b", push: [99] });
    expect(() => map.rebind(label + 1, { nextHop: "b", push: [] })).toThrow(RangeError);
  });
});
