import { sealRecord } from "@flor/service";
import { verify } from "@flor/quic/identity";
import { expect, test } from "vitest";
import { publisherOf, recordOf, signerOf } from "./records.testing.ts";
import { recordPath, REGISTRY_RECORDS_MAX, SignedRecords } from "./signed-records.ts";

const [alice, mallory] = [publisherOf(1), publisherOf(2)];

test("a record that its publisher signed is held", () => {
  const held = new SignedRecords(verify);
  const record = recordOf(alice);
  expect(held.put(recordPath(record), sealRecord(record, signerOf(alice)))).toBe(undefined);
  expect(held.records()).toEqual([record]);
});

test.each([
  ["signed by another than its key says", recordOf(alice), recordPath(recordOf(alice)), "signature is wrong"],
  ["under another publisher's path", recordOf(mallory), recordPath(recordOf(alice)), "it is the record of"],
  ["of another network", recordOf(mallory, { network: "other" }), recordPath(recordOf(mallory)), "it is the record of"],
])("a record %s is refused, and counted with its path", (_what, record, path, says) => {
  const held = new SignedRecords(verify);
  expect(held.put(path, sealRecord(record, signerOf(mallory)))).toContain(says);
  expect([held.size, held.refused]).toEqual([0, 1]);
  expect(held.lastRefused).toContain(path);
});

test("an older serial does not replace a newer one, and neither does garbage", () => {
  const held = new SignedRecords(verify);
  const path = recordPath(recordOf(alice));
  for (const serial of [5, 4]) held.put(path, sealRecord(recordOf(alice, { serial }), signerOf(alice)));
  held.put(path, Uint8Array.of(1, 2, 3));
  expect(held.records()[0]?.serial).toBe(5);
  expect(held.refused).toBe(2);
});

test("as many records of a network are held as may be, and one more is refused until another one goes", () => {
  expect(new SignedRecords(verify).most).toBe(REGISTRY_RECORDS_MAX);
  const held = new SignedRecords(verify, 3);
  const pathOf = (number: number): string => recordPath(recordOf(alice, { service: `s${number}` }));
  const put = (number: number): string | undefined =>
    held.put(pathOf(number), sealRecord(recordOf(alice, { service: `s${number}` }), signerOf(alice)));
  expect([1, 2, 3, 4].map(put)).toEqual([undefined, undefined, undefined, `${pathOf(4)}: there are 3 records already`]);
  // One that is held may change.
  expect(put(2)).toBeUndefined();
  held.delete(pathOf(1));
  expect([put(4), held.size, held.refused]).toEqual([undefined, 3, 1]);
});
