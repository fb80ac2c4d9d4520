/** Every signal, sent to a running node and to its link, does what docs/signals.md says. */
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { constants } from "node:os";
import { NodeProcess, StartedProcess } from "@flor/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

type Effect = "stops" | "reloads" | "is ignored" | "is suspended" | "ends" | "see below";

interface Row {
  readonly signal: NodeJS.Signals;
  readonly node: Effect;
  readonly link: Effect;
}

const FLOR = new URL("../../apps/flor/src/main.ts", import.meta.url).pathname;
const DEBUGGER_PORT = 9229;
/** A process that is told to stop does so at once; one that has ended never does. */
const STOPS_WITHIN_MS = 30_000;
const ROW = /^\| (?<names>`SIG[^|]+) \| (?<node>[a-z ]+?) +\| (?<link>[a-z ]+?) +\|/gm;

const rows: readonly Row[] = [...readFileSync(new URL("../../docs/signals.md", import.meta.url), "utf8").matchAll(ROW)]
  .map(({ groups }) => groups!)
  .flatMap(({ names, node, link }) =>
    [...names!.matchAll(/`(SIG\w+)`/g)].map(([, signal]) => ({ signal, node, link }) as unknown as Row),
  );
const config = { links: [{ name: "wan", kind: "udp", listen: "127.0.0.1:0" }] };

let node: NodeProcess;

beforeEach(async () => {
  node = await NodeProcess.prepare("signalled");
});

afterEach(async () => {
  await node[Symbol.asyncDispose]();
});

async function startedLink(): Promise<number> {
  await node.up(config);
  return node.waitFor(({ links: [link] }) => link?.state === "ready" && link.pid, "its link is ready");
}

/** The state of a process, such as "T" for a stopped one; `undefined`: there is none. */
function stateOf(pid: number): string | undefined {
  try {
    return /^\d+ \(.*\) (\S)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
  } catch {
    return undefined;
  }
}

async function isDebuggerOpen(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(DEBUGGER_PORT, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

const signalsOf = (which: "node" | "link", effect: Effect): readonly NodeJS.Signals[] =>
  rows.filter((row) => row[which] === effect).map(({ signal }) => signal);

test("the table has a row for every signal of the system", () => {
  const synonyms = ["SIGIOT", "SIGPOLL"];
  const all = Object.keys(constants.signals).filter((name) => !synonyms.includes(name));
  expect(rows.map(({ signal }) => signal).sort()).toEqual(all.sort());
});

test("what a node and a link ignore, or reload by, leaves both at work", async () => {
  const link = await startedLink();
  for (const signal of [...signalsOf("node", "is ignored"), ...signalsOf("node", "reloads")])
    process.kill(node.process.pid, signal);
  for (const signal of signalsOf("link", "is ignored")) process.kill(link, signal);
  process.kill(link, "SIGINT");
  await node.process.waitForOutput(/"reloaded"|reloaded/);
  await node.process.waitForOutput(/"signal":"SIGUSR2".*signal-ignored/);
  expect((await node.status())?.links[0]).toMatchObject({ pid: link, state: "ready" });
  expect(await isDebuggerOpen()).toBe(false);
});

test.each(signalsOf("node", "stops"))("%s stops a node in order, and its link with it", async (signal) => {
  const link = await startedLink();
  node.process.signal(signal);
  expect(await node.process.exited).toEqual({ code: 0, signal: undefined });
  expect(stateOf(link)).toBeUndefined();
});

test("a node and a link that were suspended go on", async () => {
  const link = await startedLink();
  for (const pid of [node.process.pid, link]) {
    process.kill(pid, "SIGSTOP");
    // At once: who is silent for seconds counts as dead.
    for (const end = performance.now() + STOPS_WITHIN_MS; stateOf(pid) !== "T";)
      expect(performance.now()).toBeLessThan(end);
    process.kill(pid, "SIGCONT");
    await expect.poll(() => stateOf(pid)).not.toBe("T");
  }
  expect(await node.waitFor(({ links: [one] }) => one?.state === "ready" && one.pid, "its link is ready")).toBe(link);
});

test("what ends a node ends it at once", async () => {
  for (const signal of signalsOf("node", "ends")) {
    await node.up({});
    node.process.signal(signal);
    expect(await node.process.exited).toEqual({ code: undefined, signal });
  }
});

test("a link that is ended is started again", async () => {
  let pid = await startedLink();
  for (const signal of ["SIGTERM", "SIGSEGV"] as const) {
    const before = pid;
    process.kill(before, signal);
    pid = await node.waitFor(({ links: [one] }) => one?.pid !== before && one?.state === "ready" && one.pid, "another");
    expect(pid).not.toBe(before);
  }
});

describe("SIGUSR1 opens no debugger", () => {
  /** Whether Node.js has said what it does with SIGUSR1: before, the system ends any process by it. */
  function isDecided(pid: number): boolean {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const masks = [...status.matchAll(/^Sig(?:Blk|Cgt):\s+(?<mask>\w+)$/gm)].map(({ groups }) =>
      BigInt(`0x${groups!["mask"]}`),
    );
    return masks.some((mask) => (mask & (1n << BigInt(constants.signals.SIGUSR1 - 1))) !== 0n);
  }

  test("where its option keeps it closed", async () => {
    const command = ["--disable-sigusr1", FLOR, "up", "-c", node.configure({})];
    await using started = StartedProcess.start(process.execPath, command, { env: node.environment });
    await expect.poll(() => isDecided(started.pid), { interval: 1 }).toBe(true);
    for (let isUp = false; !isUp;) {
      isUp = started.output.includes("next");
      started.signal("SIGUSR1");
      expect(await isDebuggerOpen()).toBe(false);
      expect(started.isRunning).toBe(true);
    }
  });

  test("nor without it, though Node.js would have opened one at first", async () => {
    const command = [FLOR, "up", "-c", node.configure({})];
    await using started = StartedProcess.start(process.execPath, command, { env: node.environment });
    await expect.poll(() => isDecided(started.pid), { interval: 1 }).toBe(true);
    started.signal("SIGUSR1");
    await started.waitForOutput(/next/);
    started.signal("SIGUSR1");
    // It has taken a turn since.
    expect(await node.status()).toMatchObject({ name: "signalled" });
    expect(await isDebuggerOpen()).toBe(false);
  });

  test("and a link has the option wherever it was started", async () => {
    const link = await startedLink();
    expect(readFileSync(`/proc/${link}/cmdline`, "utf8")).toContain("--disable-sigusr1");
  });
});

describe("SIGHUP", () => {
  test("stops a node whose terminal is gone", async () => {
    const file = node.configure(config);
    const flor = [process.execPath, FLOR, "up", "-c", file];
    // A terminal for it; closing it sends the signal.
    const program = `
import os, pty, sys
pid, fd = pty.fork()
if pid == 0: os.execv(sys.argv[1], sys.argv[1:])
said = b""
while b"next" not in said: said += os.read(fd, 4096)
print("up", flush=True)
os.close(fd)
print("ended with", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)`;
    await using started = StartedProcess.start("python3", ["-c", program, ...flor], { env: node.environment });
    const [, code] = await started.waitForOutput(/ended with (\d+)/);
    expect(Number(code)).toBe(0);
  });
});
