/** One link of a node does its worst; the others, the flows over them and the node's memory must not notice. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { NodeStatus } from "@flor/node";
import { flor, residentOctets } from "@flor/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HostileOrders } from "./hostile-link.ts";
import { badLink, HostileStage } from "./hostile-stage.ts";
import { slownessOfProcessor } from "./processor-slowness.ts";

/** Each mode lasts so long at least, and until the node has noticed. */
const HOSTILE_MS = 1200;
const NOTICED_MAX_MS = 60_000;
/** For a link that is deaf while it misbehaves: three Pings go unanswered, and its node does not yet give it up. */
const DEAF_MS = 4000;
const LOOK_AGAIN_MS = 50;
/**
 * The loop's work between two looks at its timers, the median: milliseconds of processor time. Of most modes it is 0. One
 * or another may be long, by a collection of garbage or a machine that stood still.
 */
const WORK_MAX_MS = 50;
/** A verdict holds for 10 s, five crashes for a minute. */
const FORGIVEN_MAX_MS = 150_000;
const PORTS_MAX = 256;
/** Less than what a link writes into its log. */
const GROWTH_MAX_OCTETS = 96 * 1024 * 1024;
const SECRET = "a secret of the node's environment";
const HARMLESS = ["PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "FLOR_IO", "NODE_COMPILE_CACHE", ""];

const slowness = slownessOfProcessor();
let stage: HostileStage;

beforeAll(async () => {
  process.env["FLOR_TEST_SECRET"] = SECRET;
  stage = await HostileStage.open();
  // A node that has just begun grows by itself.
  const warmAt = performance.now() + HOSTILE_MS;
  await stage.transferUntil(() => performance.now() > warmAt);
});

afterAll(async () => {
  delete process.env["FLOR_TEST_SECRET"];
  await stage[Symbol.asyncDispose]();
});

/** Each mode, and what the node says of the link. Those of one reason are apart: a verdict holds for 10 s. */
const noticed: Readonly<Record<string, RegExp>> = {
  "100 MB of structured log lines": /lines of its log/,
  "hellos of strangers": /more control messages/,
  "unknown ports": /from a port that it did not announce/,
  "empty frames in the largest bundles": /packets of no connection/,
  "forged admissions": /packets of strangers/,
  "nothing read": /unanswered Pings/,
  "wrong lengths": /malformed datagrams/,
  "100 MB of short log lines": /lines of its log/,
  "endless control messages": /more control messages/,
  "garbage frames one by one": /frames without their neighbour's token/,
  "ports that come and go": /lists of ports/,
  "wrong session tokens": /without the session's token/,
  "new ports all the time": /more new ports/,
  "packets of no connection": /packets of no connection/,
  "no credit granted": /no credit for any frame|unanswered Pings/,
  "huge control messages": /more control messages/,
  "frames without credit": /without credit, and lost/,
  "two thousand ports": /malformed datagrams/,
  "an MTU of one": /too little for QUIC/,
  "an MTU that changes": /lists of ports/,
  "unknown labels": /with an unknown label/,
  "endless credit, and nothing read": /unanswered Pings/,
  "ports with huge names": /more control messages/,
  "endless reports of too big frames": /reports of too big frames|more reports and notices/,
};

/** What a node cannot tell from bad luck. */
const unnoticed = ["an MTU that is not kept", "a log line of 100 MB"];

const DEAF = /nothing read/;

/** Has the link behave so until it did for long enough, and the node has noticed. */
async function watch(orders: HostileOrders, reason: RegExp): Promise<NodeStatus> {
  let pid = await stage.order(orders);
  const since = performance.now();
  let overAt = since + orders.forMs;
  const isSeen = (status: NodeStatus): NodeStatus | undefined =>
    performance.now() - since > HOSTILE_MS && reason.test(badLink(status)?.degradedReason ?? "") ? status : undefined;
  for (let seen: NodeStatus | undefined; performance.now() - since < NOTICED_MAX_MS;) {
    const status = await stage.near.status();
    seen = status && isSeen(status);
    if (seen !== undefined) return seen;
    const link = status && badLink(status);
    // What it did before may have cost its life, or is over and was not noticed: the next one is not less hostile.
    if (link?.state === "ready" && (link.pid !== pid || performance.now() > overAt)) {
      pid = await stage.order(orders);
      overAt = performance.now() + orders.forMs;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  const last = await stage.near.status();
  throw new Error(`the node did not notice: ${String(reason)}; it says ${JSON.stringify(last && badLink(last))}`);
}

async function expectUnharmed(mode: string, reason: RegExp): Promise<void> {
  const { near } = stage;
  const [memory, looks] = [residentOctets(near.process.pid), stage.worked().length];
  let isOver = false;
  const watched = watch({ mode, forMs: DEAF.test(mode) ? DEAF_MS : NOTICED_MAX_MS }, reason);
  const pushed = stage.pushUntil(() => isOver);
  const transferred = stage.transferUntil(() => isOver);
  const echo = stage.roundTrip("ping");
  const { links } = await watched.finally(() => (isOver = true));
  expect(await echo).toBe("ping");
  await stage.order({ mode: "honest", forMs: 0 });
  expect(await transferred).toBeGreaterThan(0);
  // A loop that works on and on does not look at all.
  await expect.poll(() => stage.worked().length).toBeGreaterThan(looks + 1);
  const works = stage
    .worked()
    .slice(looks)
    .toSorted((one, other) => one - other);
  expect(works[Math.floor(works.length / 2)] ?? 0).toBeLessThan(WORK_MAX_MS * slowness);
  await pushed;
  await expect.poll(() => residentOctets(near.process.pid) - memory).toBeLessThan(GROWTH_MAX_OCTETS);
  expect(links.find(({ name }) => name === "bad")?.ports.length).toBeLessThanOrEqual(PORTS_MAX);
  expect(links.find(({ name }) => name === "wan")?.degraded).toBe(false);
}

describe("a node with one hostile link", () => {
  test("says in its log which link is degraded, and why", async () => {
    await expectUnharmed("garbage frames in bundles", /frames without their neighbour's token/);
    await stage.near.process.waitForOutput(/"link":"bad","reason":"[^"]+","node":"near","msg":"link-degraded"/);
  });

  test.each(Object.entries(noticed))("carries its other flows on, and says what it does: %s", expectUnharmed);

  test("shows people which link is degraded, and why", async () => {
    // While it misbehaves: a verdict holds for 10 s, and a busy machine takes longer to start a command.
    await stage.order({ mode: "garbage frames in bundles", forMs: NOTICED_MAX_MS });
    await expect
      .poll(async () => (await flor(["links"], stage.near)).stdout, { timeout: NOTICED_MAX_MS })
      .toMatch(/bad is degraded: [\w' ]{9,}/);
    await stage.order({ mode: "honest", forMs: 0 });
  });

  test.each(unnoticed)("carries its other flows on: %s", (mode) => expectUnharmed(mode, /^/));

  test("forgives it, and lets it carry flows again", async () => {
    const { near } = stage;
    await near.waitFor((status) => badLink(status)?.degraded === false, "the link is forgiven", FORGIVEN_MAX_MS);
    await near.waitForPeer("third");
    await expect.poll(() => stage.countBeyond().catch(String), { timeout: FORGIVEN_MAX_MS }).toMatch(/^1 /);
  });
});

describe("a link process", () => {
  test("has nothing of its node's environment but what is harmless", async () => {
    const environment = readFileSync(`/proc/${await stage.badPid()}/environ`, "utf8");
    expect(environment).not.toContain(SECRET);
    expect(environment).not.toContain(stage.near.folder);
    const names = environment.split("\0").map((line) => line.split("=")[0] ?? "");
    expect(HARMLESS).toEqual(expect.arrayContaining(names));
  });

  test("shares no file, pipe or socket with its node but its standard input, output and error", async () => {
    const ofNode = new Set(descriptorsOf(stage.near.process.pid).map(([, target]) => target));
    const ofLink = descriptorsOf(await stage.badPid());
    expect(ofLink.filter(([number, target]) => number > 2 && ofNode.has(target))).toEqual([]);
    expect(ofLink.map(([, target]) => target)).not.toContain(stage.near.keyFile);
  });
});

/** Numbers and targets of what a process has open; devices and the kernel's own are nobody's secret. */
function descriptorsOf(pid: number): readonly (readonly [number, string])[] {
  const folder = `/proc/${pid}/fd`;
  const all = readdirSync(folder).map((number) => [Number(number), targetOf(join(folder, number))] as const);
  return all.filter(([, target]) => !target.startsWith("anon_inode:") && !target.startsWith("/dev/"));
}

function targetOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "closed meanwhile";
  }
}
