import { expect, test } from "vitest";
import { areaRows } from "./area-rows.ts";

test("a gateway says what it carries, and a host whom it wants in vain", () => {
  const areas = {
    carried: [
      { from: "home", to: "work", ways: 1, hosts: 1 },
      { from: "home", to: "play", ways: 3, hosts: 2 },
      { from: "work", to: "home", ways: 0, hosts: 0 },
    ],
    refused: [{ name: "bob.play", reason: "no gateway to play can be reached", forMs: 12_000 }],
  };
  expect(areaRows({ areas })).toEqual([
    ["gateway", "home → work", "1 way of 1 host"],
    ["gateway", "home → play", "3 ways of 2 hosts"],
    ["gateway", "work → home", "no way now"],
    ["refused", "bob.play", "no gateway to play can be reached, for 12 s"],
  ]);
  expect(areaRows({})).toEqual([]);
});
