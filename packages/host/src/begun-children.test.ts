import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BegunChildren } from "./begun-children.ts";
import type { Spawned } from "./spawn-child.ts";

const command = (program: string): { command: [string, string, string]; environment: { PATH: string } } => ({
  command: ["/bin/sh", "-c", program],
  environment: { PATH: "/bin:/usr/bin" },
});

async function adopted(begun: BegunChildren, program: string): Promise<Spawned> {
  const child = await begun.take(command(program))?.adopt();
  if (child === undefined || "code" in child) throw new Error("there is no such child");
  return child;
}

test("a child that was begun is taken once, with what it says by then, and by its own command", async () => {
  using begun = new BegunChildren();
  await begun.begin(command("echo here; read line; echo $line"));
  expect(begun.take(command("true"))).toBeUndefined();
  const { process } = await adopted(begun, "echo here; read line; echo $line");
  expect(begun.take(command("echo here; read line; echo $line"))).toBeUndefined();
  process.stdin.write("bootstrap\n");
  let said = "";
  process.stdout.on("data", (octets: Buffer) => (said += octets.toString()));
  await once(process, "close");
  expect(said).toBe("here\nbootstrap\n");
});

test("one that nobody takes ends, one that was taken goes on", async () => {
  const folder = mkdtempSync(join(tmpdir(), "flor-begun-"));
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  const begun = new BegunChildren();
  await begun.begin(command("read line"));
  // Holds the pipe open for as long as it runs.
  await begun.begin(command(`exec 3>${pipe}; exec sleep 600`));
  // Opens once somebody writes to it.
  const reading = await open(pipe);
  const { process: taken } = await adopted(begun, "read line");
  begun[Symbol.dispose]();
  expect(await reading.readFile("utf8")).toBe("");
  await reading.close();
  taken.stdin.end("go on\n");
  expect((await once(taken, "exit"))[0]).toBe(0);
  rmSync(folder, { recursive: true });
});

test("one that is over is not handed out", async () => {
  using begun = new BegunChildren();
  const over = command("echo too early; exit 3");
  await begun.begin(over);
  const child = begun.take(over);
  const first = await child?.adopt();
  if (first === undefined || "code" in first) throw new Error("it was never there");
  if (first.process.exitCode === null) await once(first.process, "exit");
  expect(await child?.adopt()).toBeUndefined();
  // Its pipes are closed, unread as they are.
  expect([first.process.stdout.destroyed, first.process.stderr.destroyed]).not.toContain(false);
});

test("one that could not be started says why, since another one might be started without a word", async () => {
  using begun = new BegunChildren();
  const missing = { command: ["/nonexistent"] as [string], environment: {} };
  await begun.begin(missing);
  expect(await begun.take(missing)?.adopt()).toEqual({ code: "ENOENT" });
});
