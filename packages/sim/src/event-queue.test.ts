import fc from "fast-check";
import { expect, test } from "vitest";
import { EventQueue } from "./event-queue.ts";

test("happenings come by time, those of one time as they were added", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9)), (times) => {
      const queue = new EventQueue<string>();
      times.forEach((at, index) => queue.add(at, `${at} ${index}`));
      const wanted = times.map((at, index) => ({ at, index })).toSorted((a, b) => a.at - b.at || a.index - b.index);
      const taken = Array.from({ length: times.length }, () => {
        const at = queue.nextAt;
        return [at, queue.take()];
      });
      expect(taken).toEqual(wanted.map(({ at, index }) => [at, `${at} ${index}`]));
      expect([queue.nextAt, queue.take()]).toEqual([Infinity, undefined]);
    }),
  );
});
