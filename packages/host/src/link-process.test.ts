import { chmod, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LinkState } from "@flor/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LinkProcess, type LinkProcessOwner } from "./link-process.ts";
import type { LogLine } from "./log-line.ts";

let folder = "";
let link: LinkProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "flor-link-"));
});
afterEach(async () => {
  await link?.stop();
  await rm(folder, { recursive: true });
});

/** A node that takes the first line on a link's stdout for a completed handshake. */
class Node implements LinkProcessOwner {
  readonly states: LinkState[] = [];
  readonly lines: LogLine[] = [];
  readonly diagnoses: string[] = [];
  readonly said: string[] = [];
  sessions = 0;
  closed = 0;
  #waiting: (() => void)[] = [];

  openSession(incarnation: number): string {
    this.sessions += 1;
    return `${JSON.stringify({ incarnation })}\n`;
  }

  closeSession(): void {
    this.closed += 1;
  }

  drain(deadlineMs: number): void {
    this.said.push(`drain ${deadlineMs}`);
  }

  bye(): void {
    this.said.push("bye");
  }

  heard(): string | undefined {
    return undefined;
  }

  handleState(state: LinkState): void {
    this.states.push(state);
    this.#changed();
  }

  handleDiagnosis(text: string): void {
    this.diagnoses.push(text);
    this.#changed();
  }

  handleLog(line: LogLine): void {
    this.lines.push(line);
    if (line.text.startsWith("ready")) link?.handleReady();
    this.#changed();
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #changed(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

function launch(command: readonly [string, ...string[]], environment: Readonly<Record<string, string>> = {}): Node {
  const node = new Node();
  link = new LinkProcess({ command, environment, directory: folder }, node);
  link.start();
  return node;
}

const script = (text: string): Node => launch(["/bin/sh", "-c", text]);

/** Whether there is such a process, a zombie excluded. */
async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return status !== "" && !/\) [ZX] /.test(status);
}

describe("a link process", () => {
  it("gets its bootstrap line and an environment without secrets, becomes ready, and stops at the end of stdin", async () => {
    process.env["FLOR_TEST_SECRET"] = "s3cret";
    const node = launch(["/bin/sh", "-c", 'read line; env; echo "$line"; echo ready; cat >/dev/null'], {
      MODE: "x",
    });
    await node.until(() => node.states.includes("ready"));
    delete process.env["FLOR_TEST_SECRET"];
    const texts = node.lines.map(({ text }) => text);
    expect(texts).toContain('{"incarnation":1}');
    expect(texts).toEqual(expect.arrayContaining(["FLOR_IO=1", "MODE=x"]));
    expect(texts.join()).not.toContain("s3cret");
    expect(link?.status).toMatchObject({ state: "ready", restarts: 0, crashes: undefined, reason: undefined });
    await link?.stop();
    expect(node.states).toEqual(["starting", "handshaking", "ready", "draining", "stopped"]);
    expect(node.said).toEqual(["drain 200", "bye"]);
    expect([node.sessions, node.closed]).toEqual([1, 1]);
    expect(node.diagnoses).toEqual([]);
  });

  it("gets no descriptor of its node, neither a socket nor one that the node was started with", async () => {
    const program = join(folder, "node.mjs");
    await writeFile(
      program,
      `import { ChildProcess } from ${JSON.stringify(import.meta.resolve("./child-process.ts"))};
       import { openLoopbackSocket } from ${JSON.stringify(import.meta.resolve("./open-loopback-socket.ts"))};
       const socket = await openLoopbackSocket();
       const command = ["/bin/sh", "-c", "echo descriptors $(ls /proc/self/fd)"];
       await ChildProcess.start({ command, environment: { PATH: "/bin:/usr/bin" } }, {
         handleOutput: (_, octets) => process.stdout.write(octets),
         handleExited: () => {},
         handleOutputEnded: () => socket.close(),
       });`,
    );
    // Descriptor 90 is far behind the first gap. The link is ready before it starts what may take its time.
    const node = launch([
      "bash",
      "-c",
      `exec 90</dev/null; echo ready; ${process.execPath} ${program}; cat >/dev/null`,
    ]);
    const said = (): string | undefined => node.lines.find(({ text }) => text.startsWith("descriptors"))?.text;
    await node.until(() => said() !== undefined);
    // ls itself opens the folder as descriptor 3.
    expect(said()).toBe("descriptors 0 1 2 3");
  });

  it("is ready again after kill -9, with a session of its own", async () => {
    const node = script("echo ready; cat >/dev/null");
    await node.until(() => node.states.includes("ready"));
    process.kill(link?.status.pid ?? 0, "SIGKILL");
    await node.until(() => node.states.includes("back-off"));
    expect(link?.status.reason).toBe("ended by SIGKILL");
    await node.until(() => node.sessions >= 2 && node.states.at(-1) === "ready");
    expect(link?.status.restarts).toBe(node.sessions - 1);
  });

  it("takes with it what it has started", async () => {
    const node = script("sleep 1000 & echo $!; echo ready; cat >/dev/null");
    await node.until(() => node.states.includes("ready"));
    const grandchild = Number(node.lines[0]?.text);
    expect(await isRunning(grandchild)).toBe(true);
    process.kill(link?.status.pid ?? 0, "SIGKILL");
    await node.until(() => node.states.includes("back-off"));
    await expect.poll(() => isRunning(grandchild)).toBe(false);
  });

  it("is ended by SIGTERM when the end of stdin does not do it, grandchildren included", async () => {
    const node = script("sleep 1000 & echo $!; echo ready; wait");
    await node.until(() => node.states.includes("ready"));
    const before = performance.now();
    await link?.stop();
    // Not before it had its time. A timer may be a little early.
    expect(performance.now() - before).toBeGreaterThan(1990);
    await expect.poll(() => isRunning(Number(node.lines[0]?.text))).toBe(false);
  });

  it("restarts on demand with a binary that was replaced", async () => {
    const program = join(folder, "link");
    await writeFile(program, "#!/bin/sh\necho ready one; cat >/dev/null\n");
    await chmod(program, 0o755);
    const node = launch([program]);
    await node.until(() => node.states.at(-1) === "ready");
    const replacement = join(folder, "new");
    await writeFile(replacement, "#!/bin/sh\necho ready two; cat >/dev/null\n");
    await chmod(replacement, 0o755);
    await rename(replacement, program);
    link?.restart();
    await node.until(() => node.lines.some(({ text }) => text === "ready two"));
    expect(node.states).toEqual(["starting", "handshaking", "ready", "draining", "starting", "handshaking", "ready"]);
  });

  it("is killed when it is of no use any more", async () => {
    const node = script("echo ready; cat >/dev/null");
    await node.until(() => node.states.includes("ready"));
    link?.handleUnresponsive("silent for 5 s");
    await node.until(() => node.states.includes("back-off"));
    expect(link?.status.reason).toBe("silent for 5 s");
  });
});

describe("a link that does not become ready", () => {
  it("fails for good with exit code 78, and says what it printed last", async () => {
    const node = script("echo 'no such device: eth7' >&2; exit 78");
    await node.until(() => node.diagnoses.length > 0);
    expect(link?.status).toMatchObject({ state: "failed", pid: undefined, recentLines: ["no such device: eth7"] });
    expect(node.diagnoses[0]).toContain("configuration is wrong (exit code 78)");
    expect(node.diagnoses[0]).toContain('its last lines: "no such device: eth7"');
    expect(node.sessions).toBe(1);
  });

  it("is diagnosed and tried again when it crashes", async () => {
    const node = script("exit 3");
    await node.until(() => node.diagnoses.length > 0);
    expect(node.diagnoses[0]).toBe("exited with code 3; it said nothing on Flor IO: is it a link?");
    await node.until(() => node.sessions >= 3);
    await link?.stop();
    expect(node.closed).toBe(node.sessions);
  });

  it.each([
    ["no-such-program-of-flor", "not started: ENOENT; no-such-program-of-flor is not in the PATH"],
    ["/etc/passwd", "not started: EACCES; /etc/passwd is not executable: chmod +x /etc/passwd"],
  ])("is diagnosed and tried again when %s cannot be started", async (program, diagnosis) => {
    const node = launch([program]);
    await node.until(() => node.diagnoses.length > 0);
    expect(node.diagnoses[0]).toContain(diagnosis);
    await node.until(() => node.sessions >= 2);
    await link?.stop();
    expect(node.states.at(-1)).toBe("stopped");
  });

  it("counts a session that could not be opened as a failed start", async () => {
    const node = new Node();
    node.openSession = () => {
      node.sessions += 1;
      throw new Error("no socket");
    };
    link = new LinkProcess({ command: ["/bin/true"] }, node);
    link.start();
    await node.until(() => node.states.includes("back-off"));
    expect(link.status.reason).toBe("no session: no socket");
  });

  it("may close its stdin at once, and print more than anybody reads", async () => {
    const node = script("exec <&-; echo ready; yes | head -c 3000000; echo done >&2; exec sleep 1000");
    await node.until(() => node.states.includes("ready"));
    await node.until(() => node.lines.some(({ text }) => text.includes("suppressed")) || node.lines.length >= 1000);
    expect(link?.status.recentLines).toHaveLength(200);
    expect(link?.status.state).toBe("ready");
  });
});

it("stops at once what is not running", async () => {
  const node = new Node();
  link = new LinkProcess({ command: ["/bin/true"] }, node);
  await link.stop();
  expect(link.status.state).toBe("stopped");
  link.start();
  const stopped = link.stop();
  await stopped;
  expect(link.status).toMatchObject({ state: "stopped", pid: undefined });
});

it("a stop that a restart overtakes ends with the process that was to stop", async () => {
  const node = script("echo ready; cat >/dev/null");
  await node.until(() => node.states.includes("ready"));
  const stopped = link?.stop();
  link?.restart();
  await stopped;
  await node.until(() => node.states.filter((state) => state === "ready").length === 2);
  expect(node.states).not.toContain("stopped");
});
