import { expect, it } from "vitest";
import { Places } from "./places.ts";

it("runs as many at once as there are places, the others in order, and refuses beyond the queue", async () => {
  const places = new Places(2, 2);
  const started: number[] = [];
  const gates = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
  const ended: Promise<void>[] = [];
  const run = (index: number): boolean => {
    const end = Promise.withResolvers<void>();
    ended.push(end.promise);
    return places.run(async () => {
      started.push(index);
      await gates[index]?.promise;
      end.resolve();
    });
  };
  expect([0, 1, 2, 3, 4].map(run)).toEqual([true, true, true, true, false]);
  expect(started).toEqual([0, 1]);
  gates[1]?.resolve();
  await ended[1];
  await Promise.resolve();
  expect(started).toEqual([0, 1, 2]);
  for (const gate of gates) gate.resolve();
  await Promise.all(ended.slice(0, 4));
  expect(started).toEqual([0, 1, 2, 3]);
});
