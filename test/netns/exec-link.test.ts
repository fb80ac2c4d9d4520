import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { descendants, requireTools, Sshd } from "@flor/testkit";
import { execa } from "execa";
import { expect, test } from "vitest";
import { expectToCarry, FLOR_COMMAND, StreamMachines } from "./stream-machines.ts";

const SERVE = ["link", "serve", "--stdio"];
const far = { kind: "exec", serve: true };

test("frames cross a plain pipe to a node on the same machine", async () => {
  await using machines = await StreamMachines.open();
  const near = { kind: "exec", command: [...FLOR_COMMAND, ...SERVE], env: machines.far.environment };
  await machines.up({ near, far, address: "any text" });
  await expectToCarry(machines);
});

test("frames cross socat", async () => {
  requireTools(["socat"]);
  await using machines = await StreamMachines.open();
  const serve = `EXEC:${[...FLOR_COMMAND, ...SERVE].join(" ")}`;
  const listen = `TCP-LISTEN:4700,bind=${machines.farAddress},reuseaddr,fork`;
  machines.own(machines.farMachine.start("socat", [listen, serve], { env: machines.far.environment }));
  const near = { kind: "exec", command: ["socat", "-", "TCP:{address}"] };
  await machines.up({ near, far, address: `${machines.farAddress}:4700` });
  await expectToCarry(machines);
});

test("frames cross ssh, and again after its session is cut", async () => {
  await using machines = await StreamMachines.open();
  const sshd = machines.own(await Sshd.start(machines.farMachine, machines.farAddress));
  const options = sshd.clientArguments().slice(0, -1);
  const { XDG_RUNTIME_DIR = "" } = machines.far.environment;
  const remote = ["env", `XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR}`, ...FLOR_COMMAND, ...SERVE];
  const near = { kind: "exec", command: ["ssh", ...options, "{address}", ...remote] };
  await machines.up({ near, far, address: `root@${machines.farAddress}` });
  await expectToCarry(machines);

  const link = await machines.near.waitFor((status) => status.links[0]?.pid, "a link process");
  const cut = descendants(link);
  expect(cut).not.toEqual([]);
  for (const ssh of cut) process.kill(ssh, "SIGTERM");
  await expect.poll(() => descendants(link).filter((pid) => cut.includes(pid))).toEqual([]);
  await machines.near.waitFor((status) => status.links[0]?.ports[0]?.up, "the port is up");
  await expectToCarry(machines);
});

test("a command that fails is said in the node's log, with its last words", async () => {
  await using machines = await StreamMachines.open();
  const near = { kind: "exec", command: ["sh", "-c", "echo no such host: {address} >&2; exit 3"] };
  await machines.upNear({ near, far, address: "nowhere" });
  expect(
    await machines.near.process.waitForOutput(
      /nowhere: sh exited with 3; it said: no such host: nowhere; trying again/,
    ),
  ).toBeTruthy();
  const missing = { kind: "exec", command: ["no-such-program"] };
  await machines.near.process.stop();
  await machines.upNear({ near: missing, far, address: "nowhere" });
  expect(
    await machines.near.process.waitForOutput(
      /no-such-program does not exist; install it, or correct the link's command/,
    ),
  ).toBeTruthy();
});

test("flor link serve says what is missing where no node serves", async () => {
  const folder = mkdtempSync(join(tmpdir(), "flor-serve-"));
  try {
    const [node, ...args] = [...FLOR_COMMAND, ...SERVE];
    const ended = await execa(node, args, { reject: false, env: { XDG_RUNTIME_DIR: folder }, stdin: "ignore" });
    expect([ended.exitCode, ended.stdout]).toEqual([1, ""]);
    expect(ended.stderr).toContain("no exec link of a running node serves here");
    expect(ended.stderr).toContain("kind: exec, serve: true");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
