import { expect, test } from "vitest";
import { readYaml } from "./yaml-source.ts";
import { NESTING_MAX, yamlExcess } from "./yaml-excess.ts";

const MIB = 1_048_576;

function fill(part: string): string {
  return part.repeat(Math.ceil(MIB / part.length)).slice(0, MIB);
}

function stairs(levels: number): string {
  return Array.from({ length: levels }, (_, level) => `${" ".repeat(level)}a:\n`).join("");
}

test.each([
  ["brackets", fill("["), 1],
  ["braces", fill("{ a: "), 1],
  ["lists in one line", fill("- "), 1],
  ["keys in one line", fill("? "), 1],
  ["blocks", stairs(1000), NESTING_MAX + 1],
  ["lists in blocks", Array.from({ length: 40 }, (_, level) => `${" ".repeat(4 * level)}- -\n`).join(""), 22],
])("%s within each other, deeper than any configuration needs, are refused unread", (_title, text, line) => {
  const { issues } = readYaml(text, {});
  expect(issues).toHaveLength(1);
  expect(issues[0]).toMatchObject({ line, message: expect.stringContaining(`nested more than ${NESTING_MAX} deep`) });
});

test.each([["a: 1\n"], ["]"], ["---\n"]])("a file full of %j is answered, and not read to its end", (part) => {
  const { issues } = readYaml(fill(part), {});
  expect(issues.length).toBeGreaterThan(0);
  expect(issues.length).toBeLessThanOrEqual(50);
});

test("a list of as many items as are allowed, in each spelling, is neither too long nor too deep", () => {
  const flow = `  - { name: "a", id: "flor1", link: [wan, lan], address: "192.0.2.1:4600" }\n`;
  const block = "  - name: a\n    id: flor1\n    link:\n    - wan\n    - lan\n    address: 192.0.2.1:4600\n";
  for (const item of [flow, block])
    expect(yamlExcess(`peers:\n${item.repeat(1024)}routes:\n${item.repeat(1024)}`)).toBeUndefined();
  expect(yamlExcess(`a: |\n${"  [ - { ? \n".repeat(1000)}b: "[[["\n`)).toBeUndefined();
});

test("a key that stands twice is named, with the line of the first", () => {
  expect(readYaml("name: a\nlinks: []\nlinks:\n  - { a: 1, b: 2, a: 3 }\n", {}).issues).toEqual([
    { line: 3, column: 1, message: "links appears twice, first in line 2; keep one" },
    { line: 4, column: 19, message: "a appears twice, first in line 4; keep one" },
  ]);
});

test("aliases that would expand without end are refused, and said to be the cause", () => {
  const laughs = Array.from({ length: 12 }, (_, level) => {
    const before = level === 0 ? "lol" : `*a${level - 1}`;
    return `x-${level}: &a${level} [${Array.from({ length: 9 }, () => before).join(", ")}]\n`;
  });
  expect(readYaml(laughs.join(""), {}).issues).toEqual([
    { line: 1, column: 1, message: expect.stringContaining("aliases (*name) expand to too much") },
  ]);
});

test("the character 0 is refused wherever it is escaped", () => {
  expect(readYaml('key: "./n\\0.key"\n', {}).issues).toEqual([
    { line: 1, column: 6, message: "contains the character NUL; remove it" },
  ]);
});
