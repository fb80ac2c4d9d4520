import { expect, it } from "vitest";
import { shellWord } from "./shell-word.ts";

it.each([
  ["/etc/flor/home.key", "/etc/flor/home.key"],
  ["My Keys/home.key", "'My Keys/home.key'"],
  ["it's", String.raw`'it'\''s'`],
  ["", "''"],
  ["$HOME/a;b", "'$HOME/a;b'"],
])("%j is copied into a shell as %s", (text, word) => {
  expect(shellWord(text)).toBe(word);
});
