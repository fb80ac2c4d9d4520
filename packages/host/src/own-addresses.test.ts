import { networkInterfaces } from "node:os";
import { expect, test } from "vitest";
import { type OwnAddressList, OwnAddresses } from "./own-addresses.ts";

const here = Uint8Array.of(192, 0, 2, 1);
const there = Uint8Array.of(192, 0, 2, 2);
const failing = (): OwnAddressList => ({ code: "EMFILE" });

test("the list is read once a second at most, and shows what changed", () => {
  let reads = 0;
  const own = new OwnAddresses(() => [(reads += 1) === 1 ? here : there]);
  expect(own.at(0)).toEqual([here]);
  expect(own.at(999)).toEqual([here]);
  expect(own.at(1000)).toEqual([there]);
  expect(reads).toBe(2);
});

test("a list that cannot be read is none, and says why", () => {
  const own = new OwnAddresses(failing);
  expect(own.at(0)).toEqual({ code: "EMFILE" });
});

test("what was read holds while the system does not tell, for 10 s at most", () => {
  let isTelling = true;
  const own = new OwnAddresses(() => (isTelling ? [here] : failing()));
  expect(own.at(0)).toEqual([here]);
  isTelling = false;
  expect(own.at(9000)).toEqual([here]);
  expect(own.at(10_000)).toEqual({ code: "EMFILE" });
  isTelling = true;
  expect(own.at(11_000)).toEqual([here]);
});

test("the system's interfaces are all in it", () => {
  const count = Object.values(networkInterfaces()).flat().length;
  expect(new OwnAddresses().at(0)).toHaveLength(count);
});
