/** What programs and links import has a page, and a docstring each. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { apiPages } from "./api-pages.ts";

describe.each(apiPages())("$path", ({ path, text, entries }) => {
  it("is as the sources say: npm run generate", () => {
    const written = readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), "utf8");
    expect(withoutLayout(written) === withoutLayout(text)).toBe(true);
  });

  it("tells of every export what it is", () => {
    expect(entries.length).toBeGreaterThan(5);
    expect(entries.filter(({ doc }) => doc === "").map(({ name }) => name)).toEqual([]);
  });
});

/** The formatter breaks lines as it likes, and ends lists with commas or without. */
function withoutLayout(text: string): string {
  return text.replaceAll(/[\s,;]+/g, "");
}
