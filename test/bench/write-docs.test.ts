import { expect, test } from "vitest";
import { replaceMarked } from "./write-docs.ts";

const PAGE = "# Page\n\n<!-- bench:rows -->\n\nold\n\n<!-- /bench:rows -->\n\nProse.\n";

test("what stands between the markers is replaced, and again", () => {
  const once = replaceMarked(PAGE, "rows", "new");
  expect(once).toBe("# Page\n\n<!-- bench:rows -->\n\nnew\n\n<!-- /bench:rows -->\n\nProse.\n");
  expect(replaceMarked(once, "rows", "old")).toBe(PAGE);
});

test("a page without markers is refused", () => {
  expect(() => replaceMarked(PAGE, "links", "new")).toThrow('no "<!-- bench:links -->"');
});
