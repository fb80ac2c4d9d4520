/** docs/network.md, "Networks of others": alice of one network reaches bob of another, over gateways that share a third. */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, NetworkMachine, type Said, TestServer } from "@flor/testkit";
import { expect, test } from "vitest";
import { connectThrough } from "./connect-through.ts";

/** Octets that cross at once. */
const MANY = 1_000_000;
const SOCKS = ["--socks5", "127.0.0.1:0"] as const;

async function succeed(machine: NetworkMachine, ...args: readonly string[]): Promise<Said> {
  const said = await machine.flor(...args);
  expect(said).toMatchObject({ code: 0 });
  return said;
}

/** Makes a network, and returns its id. */
async function create(machine: NetworkMachine, network: string, place: string): Promise<string> {
  const where = ["--listen", place, "--address", place, ...SOCKS];
  await succeed(machine, "network", "create", network, "--as", machine.name, ...where);
  return new RegExp(`name: ${network}, id: (flornet1\\w+)`).exec(readFileSync(fileOf(machine), "utf8"))?.[1] ?? "";
}

async function joinNetwork(machine: NetworkMachine, host: NetworkMachine, network: string): Promise<void> {
  const { output } = await succeed(host, "invite", machine.name, "--network", network);
  await succeed(machine, "join", /^florjoin1\w+$/m.exec(output)?.[0] ?? "no line", ...SOCKS);
}

const fileOf = (machine: NetworkMachine): string => join(machine.home, ".config/flor/flor.yaml");

/** Writes what the page says into a machine's configuration, and applies it. */
async function configure(machine: NetworkMachine, ...lines: readonly string[]): Promise<void> {
  const own = readFileSync(fileOf(machine), "utf8").replace(/^routes:\n(?: .*\n)+/m, "");
  writeFileSync(fileOf(machine), own);
  appendFileSync(fileOf(machine), `${lines.join("\n")}\n`);
  await succeed(machine, "reload");
}

/** What comes back of many octets through a machine's node; `undefined`: it did not let the client through. */
async function echoed(machine: NetworkMachine, target: TestServer): Promise<number | undefined> {
  const { inbounds } = await machine.waitFor(({ inbounds: all }) => all.length > 0, "an inbound");
  using through = await connectThrough(inbounds[0]?.port ?? 0, target);
  if (through.reply !== 0) return undefined;
  const sent = new Uint8Array(MANY).map((_, at) => (at * 7) & 0xff);
  const writing = through.client.write(sent);
  const back = await through.client.read(MANY);
  await writing;
  expect(Buffer.compare(back, sent)).toBe(0);
  return back.length;
}

test("a host reaches one of another network over gateways, until it is revoked in its own", async () => {
  await using target = await TestServer.open({ kind: "echo" });
  await using alice = new NetworkMachine("alice");
  await using g1 = new NetworkMachine("g1");
  await using g2 = new NetworkMachine("g2");
  await using bob = new NetworkMachine("bob");
  const [one, two] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const home = await create(g1, "home", one);
  await create(g1, "backbone", one);
  const work = await create(g2, "work", two);
  await g1.up();
  await joinNetwork(g2, g1, "backbone");
  await g2.up();
  await joinNetwork(alice, g1, "home");
  await joinNetwork(bob, g2, "work");
  await alice.up();
  await bob.up();

  await configure(
    g1,
    `foreign: [{ name: work, id: "${work}", gateways: [g2] }]`,
    "gateway: [{ from: home, to: work }]",
  );
  await configure(
    g2,
    `foreign: [{ name: home, id: "${home}", gateways: [g1] }]`,
    "gateway: [{ from: home, to: work }]",
  );
  const rule = `{ from: ["network:home"], to: ["127.0.0.1:${target.port}"] }`;
  await configure(
    bob,
    `foreign: [{ name: home, id: "${home}", gateways: [g2] }]`,
    `outbounds: [{ tcp: { allow: [${rule}] } }]`,
  );
  await configure(
    alice,
    `foreign: [{ name: work, id: "${work}", gateways: [g1] }]`,
    'routes: [{ to: "*", through: bob.work }]',
  );
  await expect.poll(() => echoed(alice, target), { timeout: 200_000 }).toBe(MANY);
  expect((await alice.flor("peers")).output).toMatch(/^bob\.work +up +g1 → bob\.work /m);
  expect((await alice.flor("paths", "bob.work")).output).toContain("g1 → bob.work");
  // Neither network's members are known in the other.
  expect((await alice.flor("members")).output).not.toContain("bob");
  const explained = await bob.flor("policy", "explain", "alice.home", `127.0.0.1:${target.port}`);
  expect(explained.output).toMatch(/^alice\.home to .*: allowed, by the rule from network:home to /);

  // A gateway that goes takes its labels with it, and nothing else.
  await g2.down();
  await g2.up();
  await expect.poll(() => echoed(alice, target), { timeout: 200_000 }).toBe(MANY);

  await succeed(g1, "revoke", "alice", "--network", "home", "--reason", "lost");
  await bob.waitFor(({ peers }) => peers.every(({ name }) => name !== "alice.home"), "alice is out");
});
