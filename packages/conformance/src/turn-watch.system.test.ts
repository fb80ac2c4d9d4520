import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

const WATCH = new URL("./turn-watch.ts", import.meta.url).href;

test.each([
  ["microtasks only", "for (;;) await undefined;"],
  ["one turn without end", "for (;;);"],
])("a loop of %s ends the process, and says so", async (_, loop) => {
  const program = `
    const { TurnWatch } = await import(${JSON.stringify(WATCH)});
    new TurnWatch(1000);
    setTimeout(async () => { ${loop} }, 100);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "pipe"] });
  const [said, [, signal]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  expect(said).toContain("the kit made no turn for 1 s");
  expect(signal).toBe("SIGKILL");
});

test("a watch that is disposed keeps no process", async () => {
  const program = `
    const { TurnWatch } = await import(${JSON.stringify(WATCH)});
    { using watch = new TurnWatch(1000); }`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: "ignore" });
  expect(await once(child, "exit")).toEqual([0, null]);
});
