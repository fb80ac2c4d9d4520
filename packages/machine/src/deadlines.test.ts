import fc from "fast-check";
import { expect, it } from "vitest";
import { Deadlines } from "./deadlines.ts";

it("gives what a sorted list gives, however deadlines are set, moved and taken away", () => {
  const steps = fc.array(
    fc.record({ item: fc.nat(8), at: fc.option(fc.nat(50), { nil: undefined }), now: fc.nat(50) }),
  );
  fc.assert(
    fc.property(steps, (all) => {
      const deadlines = new Deadlines<number>();
      const model = new Map<number, number>();
      for (const { item, at, now } of all) {
        deadlines.set(item, at);
        if (at === undefined) model.delete(item);
        else model.set(item, at);
        const earliest = model.size === 0 ? undefined : Math.min(...model.values());
        expect(deadlines.next).toBe(earliest);
        const due = deadlines.takeDue(now);
        expect(due === undefined).toBe(earliest === undefined || earliest > now);
        expect(due === undefined ? undefined : model.get(due)).toBe(due === undefined ? undefined : earliest);
        if (due !== undefined) model.delete(due);
        expect(deadlines.size).toBe(model.size);
      }
    }),
  );
});
