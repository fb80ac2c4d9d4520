import { RECORD_HEADER_OCTETS, RECORD_MAX_OCTETS } from "@flor/wire";
import { afterEach, expect, test } from "vitest";
import { RecordHold, RECORDS_HELD_MAX_OCTETS } from "./record-hold.ts";

const holds: RecordHold[] = [];

afterEach(() => {
  for (const hold of holds.splice(0)) hold.release();
});

const header = (content: number): Uint8Array => Uint8Array.of(0, content >> 16, content >> 8, content);

/** Begins a record of so many octets, its header included; whether there was memory for it. */
function begin(octets: number): boolean {
  const hold = new RecordHold();
  holds.push(hold);
  hold.take(header(octets - RECORD_HEADER_OCTETS), 0);
  return !hold.isSkipped;
}

test("records that are not whole hold 4 MiB of all flows together, and what is beyond is skipped to its end", () => {
  const longest = RECORD_HEADER_OCTETS + RECORD_MAX_OCTETS;
  const many = Math.floor(RECORDS_HELD_MAX_OCTETS / longest) - 1;
  for (let n = 0; n < many; n += 1) expect(begin(longest)).toBe(true);
  const left = RECORDS_HELD_MAX_OCTETS - many * longest;
  const half = Math.floor(left / 2);
  expect([begin(half), begin(left - half)]).toEqual([true, true]);
  const late = new RecordHold();
  late.take(header(3), 0);
  expect([late.isSkipped, late.isEmpty]).toEqual([true, false]);
  expect([late.take(new Uint8Array(2), 0), late.isEmpty]).toEqual([2, false]);
  expect([late.take(new Uint8Array(5), 0), late.isEmpty]).toEqual([1, true]);
  // What was held is free for others.
  holds.pop()?.release();
  expect(begin(left - half)).toBe(true);
});
