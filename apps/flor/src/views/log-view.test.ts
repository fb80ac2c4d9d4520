import { createLog } from "@flor/host";
import { createColors } from "picocolors";
import { expect, test } from "vitest";
import { logText } from "./log-view.ts";

const plain = createColors(false);

/** What a person sees of one line of a node's log. */
function shown(step: string, fields: Readonly<Record<string, unknown>>): string {
  let text = "";
  const stream = { write: (line: string) => void (text += logText(line, plain)) };
  createLog({ fields: { node: "home" }, stream }).write("warn", step, fields);
  return text;
}

test("a line has the time of day, the level, the step and its circumstances", () => {
  expect(shown("adjacency-up", { link: "wan", neighbour: "vm", hops: 2, address: "", via: undefined })).toMatch(
    /^\d\d:\d\d:\d\d\.\d{3} warn {2}adjacency-up {9}link=wan neighbour=vm hops=2 address=""\n$/,
  );
});

test("no name of a stranger makes a second line, moves the cursor or passes for a field", () => {
  const text = shown("open-failed", { destination: "a\n12:00:00.000 info  up\u001B[2J", cause: 'x" peer=vm' });
  expect(text.trimEnd()).not.toMatch(/[\p{C}]/u);
  expect(text).toContain(String.raw`cause="x\" peer=vm"`);
});

test("what is not a line of the log is shown as it is", () => {
  expect(logText("Segmentation fault\n", plain)).toBe("Segmentation fault\n");
});
