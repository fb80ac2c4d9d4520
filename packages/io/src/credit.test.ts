import { expect, test } from "vitest";
import { CreditGrant, PING_DATAGRAMS_MAX } from "./credit.ts";

test("a Ping settles 16,777,216 datagrams at once, and one that claims more is not believed", () => {
  const grant = new CreditGrant(65_536);
  expect(grant.settle(PING_DATAGRAMS_MAX + 1, 1)).toBeUndefined();
  expect([grant.received.datagrams === 0, grant.received.octets === 0]).toEqual([true, true]);
  expect(grant.settle(PING_DATAGRAMS_MAX, 1)).toBe(PING_DATAGRAMS_MAX);
  // What is beyond counts from there.
  expect(grant.settle(2 * PING_DATAGRAMS_MAX, 1)).toBe(PING_DATAGRAMS_MAX);
  expect(grant.settle(3 * PING_DATAGRAMS_MAX + 1, 1)).toBeUndefined();
});
