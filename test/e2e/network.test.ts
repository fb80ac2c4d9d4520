/** The walk of docs/network.md: from nothing to three machines, then one is shown the door. */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { NodeStatus } from "@flor/node";
import { freePort, NetworkMachine, type Said, TestServer } from "@flor/testkit";
import { expect, test } from "vitest";
import { connectThrough, openThrough } from "./connect-through.ts";

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

/** What a machine's key file holds, and the id that its node bears now. */
async function keyOf(machine: NetworkMachine): Promise<{ readonly file: string; readonly id: string }> {
  const { id } = await machine.waitFor(() => true, "an answer");
  return { file: readFileSync(join(machine.home, ".config/flor/flor.key"), "utf8"), id };
}

/** Rotates a machine's key while its node runs; what the command said. */
async function rotate(machine: NetworkMachine, ...options: readonly string[]): Promise<string> {
  const before = await keyOf(machine);
  const { code, output } = await machine.flor("key", "rotate", ...options);
  expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining("the node bears it already") });
  const after = await keyOf(machine);
  expect(after.file).not.toBe(before.file);
  expect(output).toContain(after.id);
  return after.id;
}

test("keys are rotated at both ends of a flow, and the flow goes on", async () => {
  await using target = await TestServer.open({ kind: "echo" });
  await using vm = new NetworkMachine("vm");
  await using laptop = new NetworkMachine("laptop");
  const place = `127.0.0.1:${await freePort()}`;
  const where = ["--listen", place, "--address", place, "--socks5", "127.0.0.1:0"];
  const created = await vm.flor("network", "create", "home", "--as", "vm", ...where, "--allow", "*");
  expect(created).toMatchObject({ code: 0 });
  await vm.up();
  await joinAs(laptop, vm);
  const { inbounds } = await laptop.waitFor(({ inbounds: all }) => all.length > 0, "an inbound");
  using client = await openThrough(inbounds[0]?.port ?? 0, target);
  const [said, heard] = [createHash("sha256"), createHash("sha256")];
  let isOver = false;
  const exchange = async (): Promise<void> => {
    for (let round = 0; !isOver; round += 1) {
      const piece = createHash("sha512").update(`${round}`).digest();
      said.update(piece);
      await client.write(piece);
      heard.update(await client.read(piece.length, 60_000));
    }
  };
  const exchanged = exchange();
  const laptopId = await rotate(laptop);
  await vm.waitFor(
    ({ peers }) => peers.some(({ name, id, state }) => name === "laptop" && id === laptopId && state !== "unreachable"),
    "its new id",
  );
  const rootKey = join(vm.home, ".config/flor/home.root.key");
  const vmId = await rotate(vm, "--root", rootKey);
  await laptop.waitFor(
    ({ peers }) => peers.some(({ name, id, state }) => name === "vm" && id === vmId && state === "up"),
    "its new id",
  );
  isOver = true;
  await exchanged;
  expect(heard.digest("hex")).toBe(said.digest("hex"));
  expect(await replyThrough(laptop, target)).toBe(0);
  // The next start finds the new key, and a member that slept meanwhile is let in by what it knows.
  await vm.down();
  await vm.up();
  await laptop.waitFor(({ peers }) => peers.some(({ id, state }) => id === vmId && state === "up"), "vm is back");
  expect(await replyThrough(laptop, target)).toBe(0);
});

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
