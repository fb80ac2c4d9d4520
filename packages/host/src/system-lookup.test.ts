import { Cause } from "@flor/wire";
import { expect, test } from "vitest";
import { LOOKUPS_AT_ONCE, LOOKUPS_WAITING_MAX, SystemLookup } from "./system-lookup.ts";

test("two names are asked of the C library, 256 wait, and one more is refused", async () => {
  const asked: string[] = [];
  const answers: (() => void)[] = [];
  const lookup = new SystemLookup(async (name) => {
    asked.push(name);
    await new Promise<void>((resolve) => answers.push(resolve));
    return { addresses: [] };
  });
  const all = LOOKUPS_AT_ONCE + LOOKUPS_WAITING_MAX;
  const found = Array.from({ length: all }, (_, n) => lookup.addressesOf(`name ${n}`));
  expect(asked).toHaveLength(LOOKUPS_AT_ONCE);
  expect(await lookup.addressesOf("another")).toMatchObject({ cause: Cause.OVERLOADED });
  while (answers.length > 0) {
    answers.shift()!();
    await new Promise(setImmediate);
  }
  expect(await Promise.all(found)).toHaveLength(all);
  expect(asked).toHaveLength(all);
});
