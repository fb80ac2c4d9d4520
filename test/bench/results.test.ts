import { expect, test } from "vitest";
import { formatTable, median, Results } from "./results.ts";

test("the median is the middle value", () => {
  expect(median([5, 1, 9])).toBe(5);
  expect(median([4, 1, 9, 2])).toBe(3);
});

test("rounds become medians, and the table shows who was not measured", () => {
  const results = new Results();
  for (const value of [940.4, 1, 12_345]) results.add("download", "direct", { "Mbit/s": value });
  results.add("download", "flor", { "Mbit/s": 0.123_45, "CPU s/GB, client": 2 });
  expect(`\n${formatTable(results.lines(), ["direct", "flor"])}\n`).toBe(`
| row      | figure           | direct |  flor |
| -------- | ---------------- | -----: | ----: |
| download | Mbit/s           |    940 | 0.123 |
| download | CPU s/GB, client |      – |     2 |
`);
  expect(formatTable(results.lines(), ["direct"], "medians and ranges")).toContain("| 940 (1–12345) |");
  expect(results.values()).toEqual({
    download: {
      "Mbit/s": { direct: [940.4, 1, 12_345], flor: [0.123_45] },
      "CPU s/GB, client": { flor: [2] },
    },
  });
});
