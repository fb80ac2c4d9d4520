/** The walk of docs/network.md: from nothing to three machines, then one is shown the door. */
import { statSync } from "node:fs";
import { join } from "node:path";
import type { NodeStatus } from "@flor/node";
import { freePort, NetworkMachine, type Said, TestServer } from "@flor/testkit";
import { expect, test } from "vitest";
import { connectThrough } from "./connect-through.ts";

/** The line that `flor invite` printed. */
const lineIn = ({ output }: Said): string => /^florjoin1\w+$/m.exec(output)?.[0] ?? "no line";

/** What SOCKS5 replies through a machine's node: 0 is success. */
async function replyThrough(machine: NetworkMachine, target: TestServer): Promise<number> {
  const { inbounds } = await machine.waitFor(({ inbounds: all }) => all.length > 0, "an inbound");
  using through = await connectThrough(inbounds[0]?.port ?? 0, target);
  return through.reply;
}

async function joinAs(machine: NetworkMachine, host: NetworkMachine, ...invite: readonly string[]): Promise<string> {
  const line = lineIn(await host.flor("invite", machine.name, ...invite));
  expect(await machine.flor("join", line, "--socks5", "127.0.0.1:0")).toMatchObject({
    code: 0,
    output: expect.stringContaining(`joined home as ${machine.name}`),
  });
  await machine.up();
  await machine.waitFor(({ peers }) => peers.some(({ name, state }) => name === "vm" && state === "up"), "vm is up");
  return line;
}

test("three machines become a network by create, invite and join, and one of them is revoked", async () => {
  await using target = await TestServer.open({ kind: "echo" });
  await using vm = new NetworkMachine("vm");
  await using laptop = new NetworkMachine("laptop");
  await using phone = new NetworkMachine("phone");
  const place = `127.0.0.1:${await freePort()}`;
  const rule = `127.0.0.1:${target.port}`;
  const where = ["--listen", place, "--address", place, "--socks5", "127.0.0.1:0"];
  const created = await vm.flor("network", "create", "home", "--as", "vm", ...where, "--allow", rule);
  expect(created).toMatchObject({ code: 0, output: expect.stringContaining("offline storage") });
  expect(statSync(join(vm.home, ".config/flor/home.root.key")).mode & 0o777).toBe(0o600);
  await vm.up();

  const used = await joinAs(laptop, vm, "--role", "dev");
  expect(await replyThrough(laptop, target)).toBe(0);
  // A node that runs belongs to another network from one moment to the next.
  const second = await laptop.flor("network", "create", "lab", "--as", "laptop");
  expect(second).toMatchObject({ code: 0, output: expect.stringContaining("reload --node laptop") });
  const reloaded = await laptop.flor("reload");
  expect(reloaded).toMatchObject({ code: 0, output: expect.stringContaining("lab: its members are let in") });
  expect((await laptop.flor("members")).output).toContain("lab");
  await joinAs(phone, vm);
  expect(await replyThrough(phone, target)).toBe(0);
  await laptop.waitFor(({ peers }) => peers.some(({ name, path }) => name === "phone" && path.length > 0), "a path");
  await expect
    .poll(async () => (await laptop.flor("status")).output)
    .toMatch(/^network +home +laptop, [23] of 3 members reachable, until 20/m);
  expect((await laptop.flor("members")).output).toMatch(/^laptop .* dev .* this node$/m);
  await expect.poll(async () => (await laptop.flor("members")).output).toMatch(/^phone .* yes$/m);
  expect(await vm.flor("policy", "explain", "laptop", rule)).toMatchObject({
    output: `laptop (dev) to ${rule}, tcp: allowed, by the rule ${rule}\n`,
  });

  await using thief = new NetworkMachine("thief");
  expect(await thief.flor("join", used)).toMatchObject({ code: 1, output: expect.stringContaining("used already") });

  expect(await vm.flor("revoke", "phone", "--reason", "lost")).toMatchObject({ code: 0 });
  await phone.waitFor(({ peers }) => peers.every(({ state }) => state !== "up"), "nobody speaks to it");
  const told = ({ peers }: NodeStatus): boolean =>
    peers.some(({ name, lastEnd }) => name === "vm" && lastEnd?.reason === "revoked in home by vm");
  await phone.waitFor(told, "it is told why");
  await laptop.waitFor(({ peers }) => peers.every(({ name }) => name !== "phone"), "laptop knows");
  expect(await replyThrough(laptop, target)).toBe(0);
  // What is known lies on the disk.
  await laptop.down();
  const known = await laptop.flor("members");
  expect(known.output).toMatch(/^vm /m);
  expect(known.output).not.toMatch(/^phone /m);
});
