/** docs/containers.md, walked: what a node needs of a container, and what it says where something is missing. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { descendants, flor, requireRoot, run, StartedProcess } from "@flor/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";

const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");
const IMAGE_ROOT = fileURLToPath(new URL("image-root.sh", import.meta.url));
const FLOR = ["--disable-sigusr1", join(REPOSITORY, "apps/flor/src/main.ts")];
const USER = "4242";
const SOCKETS = "XDG_RUNTIME_DIR=/run/user";

let folder: string;

beforeEach(async () => {
  requireRoot();
  folder = mkdtempSync(join(tmpdir(), "flor-container-"));
  mkdirSync(join(folder, "image"));
  await flor(["keygen", join(folder, "given/node.key")]);
  const config = { name: "boxed", key: "node.key", links: [{ name: "wan", kind: "udp", listen: "127.0.0.1:0" }] };
  writeFileSync(join(folder, "given/flor.yaml"), JSON.stringify(config));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** `flor …` as process 1 of a container, with these variables alone. */
function startContainer(variables: readonly string[], ...args: readonly string[]): StartedProcess {
  return StartedProcess.start(IMAGE_ROOT, [folder, REPOSITORY, ...variables, process.execPath, ...FLOR, ...args]);
}

/** Process 1, by the number that it has outside. */
function initOf(container: StartedProcess): number {
  const init = descendants(container.pid).find((pid) => /^NSpid:\s+\d+\s+1$/m.test(statusOf(pid)));
  if (init === undefined) throw new Error(`no process 1: ${container.output}`);
  return init;
}

function statusOf(pid: number | string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "";
  }
}

/** Runs a command in the container, as its user. */
async function runInside(init: number, ...command: readonly string[]): Promise<string> {
  const enter = ["--mount", "--pid", "--net", "--root", "--wd=/", "--setuid", USER, "--setgid", USER];
  return run("nsenter", ["--target", String(init), ...enter, "env", "-i", "PATH=/usr/bin:/bin", ...command]);
}

test("a node runs as process 1 of a read-only container, without HOME and without a name", async () => {
  await using container = startContainer([SOCKETS], "up", "-c", "/etc/flor/flor.yaml");
  await container.waitForOutput(/"state":"ready".*link-state/);
  const init = initOf(container);
  const status = await runInside(init, SOCKETS, process.execPath, ...FLOR, "status", "--json");
  expect(JSON.parse(status)).toMatchObject({ name: "boxed", pid: 1, mistakes: {} });

  // What nobody waits for becomes a child of process 1. A zombie is still there for `kill -0`.
  const orphans = await runInside(init, "sh", "-c", "for n in 1 2; do sleep 0.1 >/dev/null 2>&1 & echo $!; done");
  const isThere = 'for pid in "$@"; do kill -0 "$pid" 2>/dev/null && echo "$pid"; done; true';
  const pids = orphans.trim().split("\n");
  expect(pids).toHaveLength(2);
  await expect.poll(() => runInside(init, "sh", "-c", isThere, "sh", ...pids)).toBe("");

  process.kill(init, "SIGTERM");
  expect(await container.exited).toMatchObject({ code: 0 });
});

test("without a folder for its sockets it says which variable names one", async () => {
  await using container = startContainer([], "up", "-c", "/etc/flor/flor.yaml");
  expect(await container.exited).toMatchObject({ code: 1 });
  expect(container.output).toContain("flor: /tmp/flor-4242 cannot be made (EROFS): set XDG_RUNTIME_DIR");
});

test("a demo that can write nowhere says so, and which variables name other folders", async () => {
  await using container = startContainer([], "demo");
  expect(await container.exited).toMatchObject({ code: 1 });
  expect(container.output).toContain("/tmp/flor-demo-");
  expect(container.output).toMatch(/EROFS.*\n→ the file system is read-only: set TMPDIR, /);
});

test("a command finds the configuration of the machine, without a home to look in", async () => {
  await using container = startContainer([SOCKETS], "check");
  expect(await container.exited).toMatchObject({ code: 0 });
  expect(container.output).toContain("/etc/flor/flor.yaml is good");
});
