import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { chooseCases } from "../choose-cases.ts";
import { GROUPS } from "../conformance-case.ts";
import { CONTRACT, Section } from "../contract.ts";
import { ALL_CASES } from "./all-cases.ts";

const root = join(import.meta.dirname, "../../../..");

it("every section that a case cites is a heading of the contract", () => {
  const contract = readFileSync(join(root, CONTRACT), "utf8");
  const headings = [...contract.matchAll(/^## (.+)$/gm)].map((match) => match[1]);
  expect(headings).toEqual(expect.arrayContaining(Object.values(Section)));
});

it("ids are unique, and begin with the sign of their group", () => {
  const ids = ALL_CASES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, group } of ALL_CASES)
    expect(group.toUpperCase().startsWith(id.slice(0, 4))).toBe(id.slice(0, 4) !== "CTRL");
});

it("groups and ids narrow the choice together, and what is unknown is named", () => {
  expect(chooseCases({}).length).toBe(ALL_CASES.length);
  expect(new Set(chooseCases({ groups: ["data", "flow"] }).map(({ group }) => group))).toEqual(
    new Set(["data", "flow"]),
  );
  expect(chooseCases({ groups: ["data"], ids: ["DATA-02", "FLOW-01"] }).map(({ id }) => id)).toEqual(["DATA-02"]);
  expect(() => chooseCases({ groups: ["dates"] })).toThrow(/"dates".*process/);
  expect(() => chooseCases({ ids: ["DATA-99"] })).toThrow(/"DATA-99".*DATA-01/);
  expect(() => chooseCases({ groups: ["process"], ids: ["DATA-02"] })).toThrow(/DATA-02.*process/);
  expect(GROUPS.every((group) => chooseCases({ groups: [group] }).length > 0)).toBe(true);
});
