import { expect, test } from "vitest";
import { KeyedSets } from "./keyed-sets.ts";

test("a key is there as long as something is there of it", () => {
  const sets = new KeyedSets<string, number>();
  sets.add("a", 1);
  sets.add("a", 2);
  sets.add("a", 2);
  sets.add("b", 1);
  sets.moveLast("a");
  sets.moveLast("c");
  expect([...sets.keys()]).toEqual(["b", "a"]);
  expect([...sets.of("a")]).toEqual([1, 2]);
  sets.delete("a", 1);
  sets.delete("a", 7);
  expect([sets.has("a"), ...sets.of("a")]).toEqual([true, 2]);
  sets.delete("a", 2);
  sets.delete("c", 1);
  expect([sets.has("a"), sets.of("a").size, ...sets.keys()]).toEqual([false, 0, "b"]);
  expect([...sets.take("b")]).toEqual([1]);
  expect([...sets.keys()]).toEqual([]);
});
