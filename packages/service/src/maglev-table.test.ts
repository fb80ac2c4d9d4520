import fc from "fast-check";
import { expect, test } from "vitest";
import { buildMaglevTable, churnBetween, isPrime, MaglevBuilder, NO_BACKEND } from "./maglev-table.ts";
import { permutationOf } from "./permutations.ts";

function tableOf(keys: readonly string[], size: number, weightOf: (key: string) => number = () => 1) {
  return buildMaglevTable(
    size,
    keys.map((key) => permutationOf(key, "db.team", weightOf(key), size)),
  );
}

const backends = (count: number): string[] => Array.from({ length: count }, (_, index) => `b${index}`);

test("a table without backends has none in any slot", () => {
  expect(tableOf([], 251).slots.every((slot) => slot === NO_BACKEND)).toBe(true);
});

test("a composite size is refused", () => {
  expect(isPrime(65_536)).toBe(false);
  expect(() => new MaglevBuilder(65_536, [])).toThrow("must be prime; 65536 is not");
});

test.each([
  [{ offset: 7, skip: 1, weight: 1 }, "offset 7"],
  [{ offset: 0, skip: 0, weight: 1 }, "skip 0"],
  [{ offset: 0, skip: 7, weight: 1 }, "skip 7"],
  [{ offset: 0, skip: 1, weight: 0 }, "weight 0"],
])("a permutation that does not fit is refused: %j", (permutation, says) => {
  expect(() => new MaglevBuilder(7, [permutation])).toThrow(says);
});

test("equal weights take equal shares, within one slot, in any order of the backends", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.constantFrom(251, 1021, 4093), (count, size) => {
      const { entries, slots } = tableOf(backends(count), size);
      expect(slots.includes(NO_BACKEND)).toBe(false);
      expect(Math.max(...entries) - Math.min(...entries)).toBeLessThanOrEqual(1);
    }),
    { numRuns: 60 },
  );
});

test("weights are followed within two slots", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 20 }), (weights) => {
      const size = 65_537;
      const keys = backends(weights.length);
      const { entries } = tableOf(keys, size, (key) => weights[keys.indexOf(key)]!);
      const sum = weights.reduce((all, weight) => all + weight, 0);
      for (const [index, weight] of weights.entries()) {
        // Everybody has its first turn at once: at most one turn more than earned, and the last round may end early.
        expect(Math.abs(entries[index]! - (size * weight) / sum)).toBeLessThanOrEqual(
          2 + (weights.length * weight) / sum,
        );
      }
    }),
    { numRuns: 40 },
  );
});

test("a table built in slices is the table built at once", () => {
  const permutations = backends(10).map((key) => permutationOf(key, "db.team", 1, 4093));
  const builder = new MaglevBuilder(4093, permutations);
  let slices = 0;
  while (!builder.fill(100)) slices += 1;
  // Each slot once, and the taken ones on the way to the last free ones.
  expect(slices).toBeGreaterThanOrEqual(40);
  expect(builder.table).toEqual(buildMaglevTable(4093, permutations));
});

/** Slots of staying backends that moved although they need not, as a share: maglev.md measured these, times two. */
test.each([
  [1021, 10, 0.0494],
  [4093, 10, 0.02],
  [16_381, 100, 0.0272],
  [65_537, 10, 0.0044],
  [65_537, 100, 0.011],
])("one of the backends of a table of %i slots and %i backends leaves: few others move", (size, count, most) => {
  const keys = backends(count);
  const before = tableOf(keys, size);
  let extra = 0;
  for (let index = 0; index < 10; index += 1) {
    const left = keys.toSpliced((index * count) / 10, 1);
    const churn = churnBetween(before, keys, tableOf(left, size), left);
    expect(churn.unavoidable).toBe(before.entries[(index * count) / 10]);
    extra += (churn.moved - churn.unavoidable) / size / 10;
  }
  expect(extra).toBeLessThanOrEqual(most);
});

test("what is added and removed again leaves the table as it was", () => {
  const keys = backends(20);
  expect(tableOf(keys, 4093)).toEqual(tableOf([...keys, "more"].slice(0, 20), 4093));
});
