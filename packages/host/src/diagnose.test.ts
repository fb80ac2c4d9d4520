import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { diagnose } from "./diagnose.ts";
import { faultOfProgram } from "./program-file.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "flor-diagnose-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function file(content: string | Buffer, mode = 0o755): Promise<string> {
  const path = join(folder, "link");
  await writeFile(path, content);
  await chmod(path, mode);
  return path;
}

/** The head of an ELF file, little-endian, for a machine. */
function elf(machine: number): Buffer {
  const head = Buffer.alloc(64);
  head.write("\u007FELF\u0002\u0001\u0001", "latin1");
  head.writeUInt16LE(machine, 18);
  return head;
}

const fault = async (program: string): Promise<string | undefined> => faultOfProgram(program, "/usr/bin:/bin");

it("finds nothing wrong with a program and with a script", async () => {
  expect(await fault("sh")).toBeUndefined();
  expect(await fault(process.execPath)).toBeUndefined();
  expect(await fault(await file("#!/bin/sh\nexit 0\n"))).toBeUndefined();
  expect(await fault(await file("#!/usr/bin/env sh\n"))).toBeUndefined();
});

it("says what is wrong with the file", async () => {
  expect(await fault("no-such-link")).toBe("no-such-link is not in the PATH: give its full path");
  expect(await fault(join(folder, "none"))).toMatch(/none does not exist$/);
  await mkdir(join(folder, "folder"));
  expect(await fault(join(folder, "folder"))).toMatch(/is a folder, not a program/);
  expect(await fault(await file("#!/bin/sh\n", 0o000))).toMatch(/is not executable: chmod \+x \//);
  expect(await fault(await file("#!/opt/none/python3\n"))).toMatch(
    /needs \/opt\/none\/python3, which is not installed/,
  );
  expect(await fault(await file("#!/usr/bin/env no-such-python\n"))).toMatch(/needs no-such-python/);
  expect(await fault(await file("#!/bin/sh\r\n"))).toMatch(/Windows line ends/);
  expect(await fault(await file("hello"))).toMatch(/neither a Linux program nor a script/);
  expect(await fault(await file(elf(process.arch === "arm64" ? 62 : 183)))).toMatch(
    /is built for \w+64; this machine is/,
  );
  expect(await fault(await file(elf(process.arch === "arm64" ? 183 : 62)))).toBeUndefined();
  expect(await fault(await file(elf(9999)))).toMatch(/built for machine 9999/);
  expect(await fault(await file(elf(62).subarray(0, 10)))).toMatch(/damaged/);
});

it("joins what happened, what is wrong, and the last lines", async () => {
  const failure = { searchPath: "/usr/bin:/bin", heard: undefined, recentLines: [], isStarted: false };
  expect(await diagnose({ ...failure, program: "no-such-link", reason: "not started: ENOENT" })).toBe(
    "not started: ENOENT; no-such-link is not in the PATH: give its full path",
  );
  const recentLines = ["1", "2", "3", "4", "5", "no such port"];
  const started = { ...failure, program: "sh", isStarted: true, recentLines };
  expect(await diagnose({ ...started, reason: "exited with code 1" })).toBe(
    "exited with code 1; it said nothing on Flor IO: is it a link?; " +
      'its last lines: "2", "3", "4", "5", "no such port"',
  );
  expect(await diagnose({ ...started, reason: "exited with code 78", isConfiguration: true })).toBe(
    'exited with code 78; its last lines: "2", "3", "4", "5", "no such port"',
  );
  expect(
    await diagnose({ ...started, recentLines: [], reason: "exited with code 78", heard: "it speaks Flor IO 2" }),
  ).toBe("exited with code 78; it speaks Flor IO 2");
});
