/**
 * How TCP connections end through two nodes: the same octets and the same end as without anything between. `ssh -D` and
 * microsocks are asked too: where they see what is seen directly, there is no excuse for flor.
 */
import { Firewall, Namespace, Sshd } from "@flor/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FlorPair } from "../e2e/flor-pair.ts";
import { linkPid } from "../e2e/node-log.ts";
import { CELLS, type Cell, type Dial, direct, see, type Seen, seeSilence, through } from "./tcp-ends-table.ts";

const SSH_SOCKS_PORT = 1081;
const MICROSOCKS_PORT = 1082;
/** Connections at once. */
const AT_ONCE = 24;
/** A kernel gives up after so many sendings, which is seconds instead of a quarter of an hour. */
const SENDINGS = 2;

const WAYS = ["direct", "flor", "ssh -D", "microsocks"] as const;
type Way = (typeof WAYS)[number];

let stage: AsyncDisposableStack;
let namespace: Namespace;
let pair: FlorPair;
let ways: Readonly<Record<Way, Dial>>;
const seen = new Map<string, Promise<Seen | string>>();

beforeAll(async () => {
  await using owned = new AsyncDisposableStack();
  namespace = owned.use(await Namespace.create("ends"));
  const inside = namespace.name;
  pair = owned.use(await FlorPair.start({ namespace }));
  const sshd = owned.use(await Sshd.start(namespace, "127.0.0.1"));
  const ssh = namespace.start("ssh", sshd.clientArguments("-N", "-v", "-D", `127.0.0.1:${SSH_SOCKS_PORT}`));
  owned.use(ssh);
  owned.use(namespace.start("microsocks", ["-i", "127.0.0.1", "-p", String(MICROSOCKS_PORT)]));
  await ssh.waitForOutput(/Entering interactive session/);
  ways = {
    direct: direct(inside),
    flor: through(pair.socksPort, inside),
    "ssh -D": through(SSH_SOCKS_PORT, inside),
    microsocks: through(MICROSOCKS_PORT, inside),
  };
  const looks = CELLS.flatMap((cell) => WAYS.map((way) => ({ cell, way, ...Promise.withResolvers<Seen | string>() })));
  for (const { cell, way, promise } of looks) seen.set(`${way}: ${cell.title}`, promise);
  const next = looks[Symbol.iterator]();
  for (let worker = 0; worker < AT_ONCE; worker += 1) void work(next);
  stage = owned.move();
});

afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
});

interface Look {
  readonly cell: Cell;
  readonly way: Way;
  readonly resolve: (seen: Seen | string) => void;
}

async function work(looks: Iterable<Look>): Promise<void> {
  for (const { cell, way, resolve } of looks) resolve(await see(cell, ways[way], namespace.name).catch(String));
}

const row = async ({ title }: Cell): Promise<Record<Way, Seen | string>> =>
  Object.fromEntries(await Promise.all(WAYS.map(async (way) => [way, await seen.get(`${way}: ${title}`)])));

test.each(CELLS)("$title", async (cell) => {
  const { direct: wanted, flor } = await row(cell);
  expect(flor).toEqual(wanted);
});
test("the table can fail: microsocks shows another end in some cells", async () => {
  const rows = await Promise.all(CELLS.map(row));
  expect(rows.some(({ direct: wanted, microsocks }) => JSON.stringify(microsocks) !== JSON.stringify(wanted))).toBe(
    true,
  );
});

test("a side that falls silent with data under way ends by time-out, which a proxy can only show as a RST", async () => {
  await Promise.all(CELLS.map(row));
  const firewall = new Firewall(namespace);
  await namespace.sysctl("net.ipv4.tcp_retries2", SENDINGS);
  const looks = (["client", "target"] as const).flatMap((side) =>
    (["direct", "flor"] as const).map((way) => ({ side, way })),
  );
  const rules: string[] = [];
  const silenced = Promise.withResolvers<void>();
  const silence = (port: number): Promise<void> => {
    rules.push(`tcp sport ${port} drop`, `tcp dport ${port} drop`);
    if (rules.length === 2 * looks.length) firewall.add(...rules).then(silenced.resolve, silenced.reject);
    return silenced.promise;
  };
  const ends = await Promise.all(looks.map(({ side, way }) => seeSilence(side, ways[way], namespace.name, silence)));
  await firewall.clear();
  expect(ends).toEqual(["ETIMEDOUT", "ECONNRESET", "ETIMEDOUT", "ECONNRESET"]);
});

test("a link that dies changes no end", async () => {
  const cells = CELLS.filter(({ octets, reader, ending }) => octets > 100 && reader === "slow" && ending !== "close");
  const looked = Promise.all(cells.map((cell) => see(cell, ways.flor, namespace.name)));
  const killed = (async () => {
    for (const node of [pair.near, pair.far]) process.kill(await linkPid(node), "SIGKILL");
  })();
  const [got] = await Promise.all([looked, killed]);
  const rows = await Promise.all(cells.map(row));
  expect(got).toEqual(rows.map(({ direct: wanted }) => wanted));
});
