import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LineWriter, WAITING_MAX_OCTETS } from "./line-writer.ts";

const LOG = new URL("./log.ts", import.meta.url).href;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-lines-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("lines are written whole and in order", async () => {
  const path = join(folder, "log");
  const descriptor = openSync(path, "w");
  const lines = Array.from({ length: 1000 }, (_, index) => `line ${index} é\n`);
  const writer = new LineWriter(descriptor, (lines) => `${lines} lost\n`);
  for (const line of lines) writer.write(line);
  await expect.poll(() => readFileSync(path, "utf8")).toBe(lines.join(""));
  closeSync(descriptor);
});

test.runIf(process.platform === "linux")("a log on a full disk neither ends the process nor keeps it", async () => {
  const full = openSync("/dev/full", "w");
  const program = `
    const { createLog } = await import(${JSON.stringify(LOG)});
    const log = createLog();
    log.write("info", "first");
    setTimeout(() => { log.write("info", "second"); process.stdout.write("at work"); }, 50);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", full] });
  closeSync(full);
  const [said, [code]] = await Promise.all([text(child.stdout!), once(child, "exit")]);
  expect([said, code]).toEqual(["at work", 0]);
});

test("a mebibyte of lines waits for a reader, and what is beyond is lost and said", async () => {
  const path = join(folder, "log");
  const descriptor = openSync(path, "w");
  const writer = new LineWriter(descriptor, (lost) => `${lost} lost\n`);
  const line = `${"x".repeat(1023)}\n`;
  // It is being written; those behind it wait.
  writer.write("first\n");
  for (let octets = 0; octets < WAITING_MAX_OCTETS; octets += line.length) writer.write(line);
  writer.write("beyond\n");
  const whole = `first\n1 lost\n${line.repeat(WAITING_MAX_OCTETS / line.length)}`;
  await expect.poll(() => readFileSync(path, "utf8")).toBe(whole);
  closeSync(descriptor);
});
