/** `flor demo` as a user runs it, and what is left of it when it ends in each of the ways it can end. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { StartedProcess } from "@flor/testkit";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fetchThrough } from "../../apps/flor/src/demo/fetch-through.ts";
import { freeTcpPort } from "../../apps/flor/src/demo/free-port.ts";
import { isRunning } from "./is-running.ts";

const FLOR = fileURLToPath(new URL("../../apps/flor/src/main.ts", import.meta.url));
const READY_MS = 250_000;
const GONE_MS = 120_000;
/** The links of the lowest two nodes. */
const LINKS = 2;

/** Of RFC 1928 section 3: the demo's when none is named. */
const SOCKS_PORT = 1080;

let folder: string;
let port: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "flor-e2e-"));
  port = await freeTcpPort(21_080);
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function startDemo(...args: readonly string[]): StartedProcess {
  return StartedProcess.start(process.execPath, [FLOR, "demo", "--port", String(port), ...args], {
    env: environmentOf(),
  });
}

function environmentOf(): Readonly<Record<string, string>> {
  return { TMPDIR: folder, XDG_RUNTIME_DIR: folder, XDG_STATE_HOME: join(folder, "state"), NO_COLOR: "1" };
}

/** Waits until a demo carries traffic; the pids of its nodes and links, as it printed them. */
async function pidsOf(demo: StartedProcess, layers: number = 1): Promise<readonly number[]> {
  await demo.waitForOutput(/^end {4}Ctrl-C$/m, READY_MS);
  const pids = [...demo.output.matchAll(/^(?:\d +)?(?:near|far)-[-\w]+ (?:node|link wan) +(\d+)/gm)].map(([, pid]) =>
    Number(pid),
  );
  expect(pids).toHaveLength(2 * layers + LINKS);
  const { host, localPort } = localPage(demo);
  expect((await fetchThrough(port, { host, port: localPort }, "/")).toString()).toContain("It works");
  return pids;
}

function localPage(demo: StartedProcess): { readonly host: string; readonly localPort: number } {
  return { host: "127.0.0.1", localPort: Number(/http:\/\/127\.0\.0\.1:(\d+)\//.exec(demo.output)?.[1]) };
}

async function waitUntilGone(pids: readonly number[]): Promise<void> {
  await expect.poll(() => pids.filter(isRunning), { timeout: GONE_MS }).toEqual([]);
}

/** Nothing in the folders that the demo may write to, and nobody on its port. */
async function expectNothingLeft(): Promise<void> {
  expect(readdirSync(folder, { recursive: true })).toEqual([]);
  expect(await freeTcpPort(port)).toBe(port);
}

test("the check sends real traffic through, and leaves nothing behind", async () => {
  await using demo = startDemo("--check");
  const { code } = await demo.exited;
  const steps = demo.output.split("\n").filter((line) => /^[✓✗]/u.test(line));
  expect(steps).toHaveLength(6);
  expect(steps.filter((line) => !line.startsWith("✓"))).toEqual([]);
  expect(code).toBe(0);
  await expectNothingLeft();
});

describe("the demo of several layers", () => {
  test("carries the same traffic through three, and leaves nothing behind", async () => {
    await using demo = startDemo("--check", "--layers", "3");
    expect(await demo.exited).toMatchObject({ code: 0 });
    expect(demo.output.match(/^✓/gmu)).toHaveLength(6);
    expect(demo.output).toMatch(/^3 +near-\d+-layer3 node +\d+ +proxy 127\.0\.0\.1:\d+, on near-\d+-layer2$/m);
    expect(demo.output).toMatch(/^1 +far-\d+-layer1 link wan +\d+ +udp$/m);
    await expectNothingLeft();
  });

  test("names the node that draws the stack, and takes all of it with it when it is killed", async () => {
    await using demo = startDemo("--layers", "2");
    const pids = await pidsOf(demo, 2);
    const watch = /^watch {2}npm run -s flor -- (status --node \S+)/m.exec(demo.output)?.[1]?.split(" ") ?? [];
    const { stdout } = await execa(process.execPath, [FLOR, ...watch], { env: environmentOf() });
    expect(stdout).toMatch(/^stack +packet +of at most \d+ octets.*\n +near-.*\n +near-.*\n +wire +40 octets/m);
    await demo.kill();
    await waitUntilGone(pids);
    // A demo that is killed cannot remove its folder: what links remember is in it, and no key.
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^flor-demo-/)]);
    const left = readdirSync(folder, { recursive: true }).map(String);
    expect(left.filter((file) => file.endsWith(".key") || file.endsWith(".yaml"))).toEqual([]);
    await using next = startDemo("--check");
    expect(await next.exited).toMatchObject({ code: 0 });
    await expectNothingLeft();
  });
});

describe("the demo", () => {
  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("ends with everything it started on %s", async (signal) => {
    await using demo = startDemo();
    const pids = await pidsOf(demo);
    demo.signal(signal);
    expect(await demo.exited).toMatchObject({ code: 0 });
    await waitUntilGone(pids);
    await expectNothingLeft();
  });

  test("leaves nothing when a second signal ends it at once", async () => {
    await using demo = startDemo();
    const pids = await pidsOf(demo);
    // Both are there when it goes on: else it might have ended in order between them.
    for (const signal of ["SIGSTOP", "SIGINT", "SIGTERM", "SIGCONT"] as const) demo.signal(signal);
    expect(await demo.exited).toMatchObject({ code: 130 });
    await waitUntilGone(pids);
    await expectNothingLeft();
  });

  test("takes nodes and links with it when it is killed", async () => {
    await using demo = startDemo();
    const pids = await pidsOf(demo);
    expect(await demo.kill()).toMatchObject({ signal: "SIGKILL" });
    await waitUntilGone(pids);
  });

  test("that loses a node says which and how, and ends", async () => {
    await using demo = startDemo();
    const pids = await pidsOf(demo);
    const far = Number(/^far-\d+ node +(\d+)/m.exec(demo.output)?.[1]);
    process.kill(far, "SIGKILL");
    expect(await demo.exited).toMatchObject({ code: 1 });
    expect(demo.output).toContain(`flor: node far-${port} ended (SIGKILL)`);
    await waitUntilGone(pids);
    // A killed node cannot remove its control socket; the next node of its name does.
    expect(readdirSync(join(folder, "flor"))).toEqual([`far-${port}.sock`]);
    expect(readdirSync(folder)).toEqual(["flor"]);
  });

  test("outlives a link that is killed", async () => {
    await using demo = startDemo();
    const pids = await pidsOf(demo);
    const link = Number(/^near-\d+ link wan +(\d+)/m.exec(demo.output)?.[1]);
    process.kill(link, "SIGKILL");
    const { host, localPort } = localPage(demo);
    expect((await fetchThrough(port, { host, port: localPort }, "/")).toString()).toContain("It works");
    demo.signal("SIGINT");
    expect(await demo.exited).toMatchObject({ code: 0 });
    await waitUntilGone(pids);
    await expectNothingLeft();
  });

  test("ends when the port that was named is taken", async () => {
    const taken = createServer().listen(port, "127.0.0.1");
    await once(taken, "listening");
    await using demo = startDemo();
    expect(await demo.exited).toMatchObject({ code: 1 });
    expect(demo.output).toContain(`flor: port ${port} is in use`);
    taken.close();
    await once(taken, "close");
    await expectNothingLeft();
  });

  test("takes the next free port when none was named", async () => {
    const taken = createServer().listen(await freeTcpPort(SOCKS_PORT), "127.0.0.1");
    await once(taken, "listening");
    const next = await freeTcpPort(SOCKS_PORT);
    await using demo = StartedProcess.start(process.execPath, [FLOR, "demo"], { env: environmentOf() });
    const [, chosen] = await demo.waitForOutput(/curl --proxy http:\/\/127\.0\.0\.1:(\d+) /, READY_MS);
    expect(Number(chosen)).toBe(next);
    await demo.stop();
    taken.close();
    await once(taken, "close");
  });
});
