import { expect, test } from "vitest";
import { AFFINITY_CLIENTS_MAX, AffinityCache } from "./affinity-cache.ts";
import { sizeError, TABLE_SIZE_MAX, tableSizeFor } from "./table-size.ts";

/** The prime after the largest size. */
const LARGER = 655_379;

test("a table has 655,373 slots at most, whether it is asked for or needed", () => {
  expect([sizeError(TABLE_SIZE_MAX), sizeError(LARGER)]).toEqual([
    undefined,
    `the table's size must be from 251 to ${TABLE_SIZE_MAX}, not ${LARGER}`,
  ]);
  expect(tableSizeFor([1], TABLE_SIZE_MAX).size).toBe(TABLE_SIZE_MAX);
  expect(tableSizeFor([1], LARGER)).toMatchObject({ size: 1021, error: expect.stringContaining("must be from") });
  expect(tableSizeFor([1, ...Array<number>(100).fill(1000)], 0).size).toBe(TABLE_SIZE_MAX);
});

test("65,536 clients of a service are remembered, and of more the one away longest is forgotten", () => {
  const cache = new AffinityCache();
  for (let client = 0; client < AFFINITY_CLIENTS_MAX; client += 1) cache.set(client, "a", 0);
  expect([cache.size, cache.get(0, 0)]).toEqual([AFFINITY_CLIENTS_MAX, "a"]);
  cache.set(0, "a", 0);
  cache.set(AFFINITY_CLIENTS_MAX, "b", 0);
  expect([cache.size, cache.get(0, 0), cache.get(1, 0), cache.get(2, 0)]).toEqual([
    AFFINITY_CLIENTS_MAX,
    "a",
    undefined,
    "a",
  ]);
});
