/**
 * `npm run services -- --seconds 20`: real servers behind services while publishers drain, are killed and come back; then
 * shares, and requests per second beside haproxy and nginx. Linux, root; prints a table, and ends with 1 for any error.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { findTool, type Namespace } from "@flor/testkit";
import { startHaproxy, startNginxStream } from "./balancers.ts";
import { startClients } from "./clients.ts";
import { Fleet, FORWARD_PORTS, INGRESSES, PORTS, PUBLISHERS } from "./fleet.ts";

const { values } = parseArgs({ options: { seconds: { type: "string", default: "20" } } });
const SECONDS = Number(values.seconds);
const CLIENT_ADDRESSES = 300;
/** Per cent: one of the table, and three times the deviation of ten thousand random clients. */
const SHARE_OFF_MAX = 2.4;
const TABLE_LOOKS = 10;
const NEWS_APART_MS = 6000;
const WHO_ANSWERS = fileURLToPath(new URL("who-answers.ts", import.meta.url));

// By hand alone: CI does not install them.
const missing = "nginx redis-server redis-benchmark sshd ssh postgres initdb pgbench wrk haproxy curl setpriv"
  .split(" ")
  .filter((program) => findTool(program) === undefined);
if (missing.length > 0) throw new Error(`missing ${missing.join(", ")}, and perhaps nginx's stream module`);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
let failures = 0;

function check(isRight: boolean, what: string): void {
  if (!isRight) failures += 1;
  say(`${isRight ? "✓" : "✗"} ${what}`);
}

/** Requests per second of nginx's page, without errors counted. */
async function requestsPerSecond(namespace: Namespace, place: string): Promise<string> {
  const said = await namespace.run("wrk", "-t1", "-c16", "-d5s", `http://${place}/`);
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(said)?.[1] ?? "?";
  const errors = /Socket errors:.*/.exec(said)?.[0] ?? "no errors";
  return `${Math.round(Number(rate))} requests/s, ${errors}`;
}

async function whoAnswers(namespace: Namespace, port: number): Promise<readonly string[]> {
  const said = await namespace.run(process.execPath, WHO_ANSWERS, `${port}`, `${CLIENT_ADDRESSES}`);
  return JSON.parse(said) as readonly string[];
}

/** Shares of clients that had another answer although theirs was still there. */
function disruption(before: readonly string[], after: readonly string[], removed: string): string {
  const stayed = before.filter((name) => name !== removed).length;
  const moved = before.filter((name, index) => name !== removed && after[index] !== name).length;
  return `${moved} of ${stayed} clients of others moved, ${after.filter((name) => name === removed).length} went to who left`;
}

/** Real clients at both ingresses while publishers drain, are killed, and come back. */
async function changes(fleet: Fleet): Promise<void> {
  const hashes = async (): Promise<string> =>
    (await Promise.all(INGRESSES.map(async (name) => (await fleet.table(name, "web")).hash))).join(" ");
  const before = await hashes();
  check(new Set(before.split(" ")).size === 1, `both ingresses have the same table: ${before}`);
  const clients = startClients(fleet, SECONDS);
  for (const publisher of ["beta", "gamma"] as const) {
    const services = ["web", "web2", "who", "cache", "db", "shell"];
    for (const name of services) await fleet.node(publisher).ask("service.drain", { name });
    // An ingress that has not heard of it yet may still send somebody, and who was sent may not be there yet.
    for (const name of services) await fleet.waitForUp(name, PUBLISHERS.length - 1);
    for (const name of services) await fleet.waitForEmpty(name, publisher);
    await fleet.node(publisher).process.kill();
    await fleet.startPublisher(publisher);
    for (const name of services) await fleet.waitForUp(name, PUBLISHERS.length);
    say(`  ${publisher} was drained, killed, and is back`);
  }
  const results = await clients;
  for (const { name, done, failed, text } of results)
    check(failed === 0 && done > 0, `${name}: ${done} done, ${failed} failed${text === "" ? "" : `: ${text}`}`);
  let after = await hashes();
  // A change of the set is taken up within a second or two.
  for (let look = 0; after !== before && look < TABLE_LOOKS; look += 1) {
    await sleep(1000);
    after = await hashes();
  }
  check(after === before, `the tables are what they were: ${after}`);
}

/** Whom an ingress picks for ten thousand clients, and the other one. */
async function shares(fleet: Fleet): Promise<void> {
  const picks = async (ingress: string, count: number): Promise<readonly string[]> => {
    const names: string[] = [];
    for (let n = 0; n < count; n += 1) {
      const client = `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}:${1024 + n}`;
      names.push(
        ((await fleet.node(ingress).ask("service.explain", { name: "who", client })) as { picked: string }).picked,
      );
    }
    return names;
  };
  const [near, far] = [await picks("near", 10_000), await picks("far", 2000)];
  const shareOf = (name: string): number => (100 * near.filter((one) => one === name).length) / near.length;
  const text = PUBLISHERS.map((name) => `${name} ${shareOf(name).toFixed(1)} %`).join(", ");
  check(
    PUBLISHERS.every((name) => Math.abs(shareOf(name) - 100 / 3) < SHARE_OFF_MAX),
    `10,000 clients: ${text}`,
  );
  check(
    far.every((name, index) => near[index] === name),
    "2,000 of them have the same publisher at the other ingress",
  );
}

/** flor alone, others alone, and others in front of it. */
async function beside(fleet: Fleet, folder: string): Promise<void> {
  const namespace = fleet.namespace("near");
  const direct = PUBLISHERS.map((name) => `${fleet.addresses.get(name)}:${PORTS.web}`);
  const throughFlor = [`127.0.0.1:${FORWARD_PORTS.web}`];
  const common = { namespace, folder };
  await using haproxy = await startHaproxy({ ...common, port: 7001, servers: direct });
  await using stream = await startNginxStream({ ...common, port: 7002, servers: direct });
  await using haproxyFlor = await startHaproxy({ ...common, port: 7003, servers: throughFlor });
  await using streamFlor = await startNginxStream({ ...common, port: 7004, servers: throughFlor });
  for (const [name, place] of [
    ["one publisher, direct", direct[0]!],
    ["haproxy alone", "127.0.0.1:7001"],
    ["nginx stream alone", "127.0.0.1:7002"],
    ["flor alone", throughFlor[0]!],
    ["haproxy, then flor", "127.0.0.1:7003"],
    ["nginx stream, then flor", "127.0.0.1:7004"],
  ] as const)
    say(`  ${name}: ${await requestsPerSecond(namespace, place)}`);
  for (const running of [haproxy, stream, haproxyFlor, streamFlor]) await running.stop();
  await removals(fleet, { namespace, folder, direct });
}

interface Removals {
  readonly namespace: Namespace;
  readonly folder: string;
  readonly direct: readonly string[];
}

/** How long a publisher's word takes to both ingresses. */
async function news(fleet: Fleet): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    const weight = 40 + round;
    const start = performance.now();
    await fleet.node("alpha").ask("service.weight", { name: "shell", weight });
    for (const ingress of INGRESSES)
      await fleet
        .node(ingress)
        .waitFor(
          ({ services }) =>
            services?.found.some(
              ({ name, publishers }) => name === "shell.team" && publishers.some((one) => one.weight === weight),
            ),
          `weight ${weight}`,
        );
    times.push(Math.round(performance.now() - start));
    // Changes that keep coming are told at a slower pace.
    await sleep(NEWS_APART_MS);
  }
  await fleet.node("alpha").ask("service.enable", { name: "shell" });
  say(`  a weight was known at both ingresses after ${times.join(", ")} ms`);
}

/** gamma leaves: whose clients move? */
async function removals(fleet: Fleet, { namespace, folder, direct }: Removals): Promise<void> {
  const before = await whoAnswers(namespace, FORWARD_PORTS.who);
  await fleet.node("gamma").process.stop();
  await fleet.waitForUp("who", 2);
  say(`  gamma leaves flor: ${disruption(before, await whoAnswers(namespace, FORWARD_PORTS.who), "gamma")}`);
  for (const [name, start] of [
    ["haproxy", startHaproxy],
    ["nginx stream", startNginxStream],
  ] as const) {
    const answers: (readonly string[])[] = [];
    for (const servers of [direct, direct.slice(0, 2)]) {
      await using _running = await start({ namespace, folder, port: 7005, servers });
      answers.push(await whoAnswers(namespace, 7005));
    }
    say(`  gamma leaves ${name}: ${disruption(answers[0]!, answers[1]!, "gamma")}`);
  }
}

const folder = mkdtempSync(join(tmpdir(), "flor-beside-"));
try {
  await using fleet = await Fleet.start();
  say("changes");
  await changes(fleet);
  say("news");
  await news(fleet);
  say("shares");
  await shares(fleet);
  say("beside");
  await beside(fleet, folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;
