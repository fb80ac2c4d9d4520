import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { StartedProcess } from "./started-process.ts";

const AT_END = fileURLToPath(new URL("./at-end.ts", import.meta.url));

/** A program that has two things to undo, and then does `text`. */
const program = (text: string): StartedProcess =>
  StartedProcess.start(process.execPath, [
    "--input-type=module",
    "-e",
    `import { writeSync } from "node:fs";
     import { atEnd } from ${JSON.stringify(AT_END)};
     atEnd(() => writeSync(1, "first undone\\n"));
     atEnd(() => { writeSync(1, "second undone\\n"); throw new Error("no matter"); });
     ${text}`,
  ]);

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("all is undone before %s ends the program", async (signal) => {
  await using started = program(`setInterval(() => {}, 1000); process.kill(process.pid, "${signal}");`);
  expect(await started.exited).toEqual({ code: undefined, signal });
  expect(started.output).toBe("second undone\nfirst undone\n");
});

test.each([
  ["a throw", "throw new Error('oh')", 1],
  ["process.exit", "process.exit(3)", 3],
  ["its last line", "", 0],
])("all is undone after %s", async (_what, text, code) => {
  await using started = program(text);
  expect((await started.exited).code).toBe(code);
  expect(started.output).toContain("second undone\nfirst undone\n");
});

test("a program that listens to a signal itself still hears it", async () => {
  await using started = program(`
    let times = 0;
    process.on("SIGINT", () => { times += 1; if (times === 2) { writeSync(1, "heard"); process.exit(5); } });
    setInterval(() => {}, 1000);
    process.kill(process.pid, "SIGINT");`);
  expect((await started.exited).code).toBe(5);
  expect(started.output).toMatch(/^second undone\nfirst undone\nheard$/);
});
