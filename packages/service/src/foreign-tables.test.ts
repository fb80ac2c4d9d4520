/** Tables that other implementations publish, computed by the same fill with their hashes and their rule of turns. */
import { expect, test } from "vitest";
import { SipHash24, xxHash64 } from "./foreign-hashes.testing.ts";
import { buildMaglevTable, type Permutation } from "./maglev-table.ts";

const PORTS = [90, 91, 92, 93, 94, 95];

function envoyPermutation(key: string, weight: number, size: number): Permutation {
  const modulus = BigInt(size);
  return {
    offset: Number(xxHash64(key, 0n) % modulus),
    skip: Number(xxHash64(key, 1n) % (modulus - 1n)) + 1,
    weight,
  };
}

test("Envoy's table of seven slots and six hosts is ours with its hashes", () => {
  const hosts = PORTS.map((port) => envoyPermutation(`127.0.0.1:${port}`, 1, 7));
  const table = buildMaglevTable(7, hosts);
  expect([...table.slots]).toEqual([2, 4, 0, 1, 5, 0, 3]);
  expect([Math.min(...table.entries), Math.max(...table.entries)]).toEqual([1, 2]);
});

test("Envoy's shares of 17 slots by weights 1 and 2 are 6 and 11", () => {
  const hosts = [envoyPermutation("127.0.0.1:90", 1, 17), envoyPermutation("127.0.0.1:91", 2, 17)];
  expect([...buildMaglevTable(17, hosts).entries]).toEqual([6, 11]);
});

test("katran's weights 2, 1, 1 differ by 16,385 of 65,537 slots where a turn is earned first", () => {
  const reals = [2, 1, 1].map((weight, index) => ({ offset: 977 * index, skip: 8191 + 2 * index, weight }));
  const { entries } = buildMaglevTable(65_537, reals, "earned");
  expect(Math.max(...entries) - Math.min(...entries)).toBe(16_385);
});

test("katran's 400 reals of one weight differ by one slot", () => {
  const reals = Array.from({ length: 400 }, (_, index) => ({ offset: 131 * index, skip: 17 + 3 * index, weight: 1 }));
  const { entries } = buildMaglevTable(65_537, reals);
  expect(Math.max(...entries) - Math.min(...entries)).toBe(1);
});

test("Cilium's weights 2, 13, 111, 10 take 16, 98, 832, 75 of 1,021 slots, within one", () => {
  const backends = [2, 13, 111, 10].map((weight, index) => ({ offset: 97 * index, skip: 5 + 7 * index, weight }));
  const { entries } = buildMaglevTable(1021, backends);
  for (const [index, slots] of [16, 98, 832, 75].entries()) expect(Math.abs(entries[index]! - slots)).toBeLessThan(2);
});

/** The first `size` slots that a permutation visits. */
function visited({ offset, skip }: Omit<Permutation, "weight">, size: number): number[] {
  return Array.from({ length: size }, (_, step) => (offset + step * skip) % size);
}

test.each([
  [3, 4, [3, 0, 4, 1, 5, 2, 6]],
  [0, 2, [0, 2, 4, 6, 1, 3, 5]],
  [3, 1, [3, 4, 5, 6, 0, 1, 2]],
])("the permutation from %i by %i over seven slots is rusty_rail's", (offset, skip, slots) => {
  // Alone in its table, a backend claims its slots in the order of its permutation.
  expect(visited({ offset, skip }, 7)).toEqual(slots);
  expect([...buildMaglevTable(7, [{ offset, skip, weight: 1 }]).slots]).toEqual(Array(7).fill(0));
});

function rustyRailPermutation(name: string, size: number): Permutation {
  const modulus = BigInt(size);
  const hash = new SipHash24();
  hash.writeText(name);
  const offset = Number(hash.finish() % modulus);
  hash.writeText("differenthash");
  return { offset, skip: Number(hash.finish() % (modulus - 1n)) + 1, weight: 1 };
}

test.each([
  ["fred", [1, 0, 6, 5, 4, 3, 2]],
  ["ralph", [3, 2, 1, 0, 6, 5, 4]],
  ["larry", [4, 0, 3, 6, 2, 5, 1]],
])("rusty_rail's permutation of %s over seven slots", (name, slots) => {
  expect(visited(rustyRailPermutation(name, 7), 7)).toEqual(slots);
});

test("rusty_rail's table of three servers over 293 slots", () => {
  const servers = ["server-1", "server-2", "server-3"].map((name) => rustyRailPermutation(name, 293));
  const table = buildMaglevTable(293, servers);
  expect([...table.slots.subarray(0, 12)]).toEqual([2, 1, 1, 0, 1, 2, 0, 1, 2, 1, 2, 0]);
  expect(table.entries.toSorted()).toEqual(Int32Array.of(97, 98, 98));
});
