/**
 * Long use in short: mixed traffic through two nodes while links and nodes are suspended, killed and started again. No
 * octet is wrong, no flow fails but those of a node that was killed, and nothing grows. `npm run soak -- --minutes 20`
 * does it for longer.
 */
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type Holdings, holdingsOf, type NodeProcess, residentOctets } from "@flor/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FlorPair } from "../../e2e/flor-pair.ts";
import { linkPid } from "../../e2e/node-log.ts";
import { type FailedDeed, Traffic } from "./traffic.ts";

const MINUTE_MS = 60_000;
const MINUTES = Number(process.env["FLOR_SOAK_MINUTES"] ?? 0.5);
/** For one that hangs. */
const TIME_LIMIT_MS = 3 * MINUTES * MINUTE_MS + 600_000;
const ROUND_MS = 4000;
const SUSPENDED_MS = 2000;
/** Longer than any session lasts in silence. */
const LONG_SUSPENDED_MS = 40_000;
/** What a short run cannot afford is in a long one. */
const LONG_MINUTES = 5;
const SETTLE_MS = 120_000;
/** A heap grows and shrinks by itself. */
const GROWTH_MAX_OCTETS = 64 * 1024 * 1024;

/** When flows may fail, instants of `performance.now`. */
interface Excuse {
  readonly from: number;
  readonly to: number;
}

/** What a node held after each round, once all flows were over; and the least of each kind. */
interface Rest {
  readonly memory: number[];
  least: Holdings | undefined;
}

let pair: FlorPair;
let traffic: Traffic;
const excuses: Excuse[] = [];

beforeAll(async () => {
  pair = await FlorPair.start();
  traffic = await Traffic.open();
});

afterAll(async () => {
  await traffic?.[Symbol.asyncDispose]();
  await pair?.[Symbol.asyncDispose]();
});

async function suspend(pid: number, forMs: number): Promise<void> {
  process.kill(pid, "SIGSTOP");
  await sleep(forMs);
  process.kill(pid, "SIGCONT");
}

/** Flows under way meanwhile may fail. */
async function excused(happening: () => Promise<void>): Promise<void> {
  const from = performance.now();
  await happening();
  excuses.push({ from, to: performance.now() });
}

/** What happens, one a round, in turns. The first is over when what nodes hold is first looked at. */
const happenings: readonly (() => Promise<void>)[] = [
  () =>
    excused(async () => {
      await pair.far.process.kill();
      await pair.far.up();
      // For a while the near node may hold its session with the dead process for one that is up.
      await pair.far.waitFor(({ peers }) => peers[0]?.state === "up", "a session of the new process");
      await pair.near.waitForPeer("far");
    }),
  () => suspend(pair.near.process.pid, SUSPENDED_MS),
  () => suspend(pair.far.process.pid, SUSPENDED_MS),
  async () => void process.kill(await linkPid(pair.near), "SIGKILL"),
  async () => void process.kill(await linkPid(pair.far), "SIGKILL"),
  async () => {
    if (MINUTES < LONG_MINUTES) return;
    await excused(async () => {
      await suspend(pair.far.process.pid, LONG_SUSPENDED_MS);
      await pair.near.waitForPeer("far");
    });
  },
];

async function round(happening: () => Promise<void>): Promise<void> {
  const until = performance.now() + ROUND_MS;
  let isOver = false;
  const flows = traffic.run(pair.socksPort, () => isOver && performance.now() > until);
  await sleep(ROUND_MS / 4);
  await happening().finally(() => (isOver = true));
  await flows;
}

async function rest(node: NodeProcess, rest: Rest): Promise<void> {
  await node.waitFor(
    ({ flows: { open }, links }) => open === 0 && links[0]?.state === "ready",
    "no flow is open",
    SETTLE_MS,
  );
  const { pid } = node.process;
  // Sockets close a moment after their flow: what the first look counts may be more than is held.
  const { least } = rest;
  await expect.poll(() => excess(least, holdingsOf(pid)), { timeout: SETTLE_MS }).toEqual([]);
  rest.least = leastOf(least, holdingsOf(pid));
  rest.memory.push(residentOctets(pid));
}

/** Kinds of which there is more than before, one line each; empty: nothing has grown. */
function excess(before: Holdings | undefined, now: Holdings): readonly string[] {
  if (before === undefined) return [];
  const kinds = Object.entries(now.descriptors).filter(([kind, count]) => count > (before.descriptors[kind] ?? 0));
  const children = now.children.length > before.children.length ? [`children: ${now.children.join("; ")}`] : [];
  return [...kinds.map(([kind, count]) => `${kind}: ${count}, was ${before.descriptors[kind] ?? 0}`), ...children];
}

function leastOf(before: Holdings | undefined, now: Holdings): Holdings {
  if (before === undefined) return now;
  const descriptors = Object.fromEntries(
    Object.entries(before.descriptors).map(([kind, count]) => [kind, Math.min(count, now.descriptors[kind] ?? 0)]),
  );
  return { descriptors, children: now.children.length < before.children.length ? now.children : before.children };
}

/** What a run by hand prints: flows by deed, those that failed, and resident MB of both nodes after each round. */
function report({ near, far }: Readonly<Record<"near" | "far", Rest>>): void {
  const file = process.env["FLOR_SOAK_REPORT"];
  if (file === undefined) return;
  const megabytes = ({ memory }: Rest): readonly number[] => memory.map((octets) => Math.round(octets / 1e6));
  const failed = { inOutages: traffic.failed.filter(isExcused).length, others: traffic.failed.length };
  failed.others -= failed.inOutages;
  writeFileSync(
    file,
    `${JSON.stringify({ done: traffic.done, failed, near: megabytes(near), far: megabytes(far) })}\n`,
  );
}

function growthOf(memory: readonly number[]): number {
  const third = Math.ceil(memory.length / 3);
  return medianOf(memory.slice(-third)) - medianOf(memory.slice(0, third));
}

function medianOf(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0;
}

const isExcused = ({ from, to }: FailedDeed): boolean => excuses.some((one) => from <= one.to && to >= one.from);

test(
  "after long use no octet is wrong, no flow failed without a cause, and nothing has grown",
  { timeout: TIME_LIMIT_MS },
  async () => {
    const rests = { near: { memory: [], least: undefined } as Rest, far: { memory: [], least: undefined } as Rest };
    const end = performance.now() + MINUTES * MINUTE_MS;
    for (let number = 0; number < happenings.length || performance.now() < end; number += 1) {
      const isKilled = number % happenings.length === 0;
      await round(happenings[number % happenings.length]!);
      for (const side of ["near", "far"] as const) {
        // A far node that was killed is another process.
        if (isKilled && side === "far") rests.far.least = undefined;
        await rest(pair[side], rests[side]);
      }
    }
    report(rests);
    const failed = traffic.failed.map((one) => ({ ...one, isExcused: isExcused(one) }));
    expect(failed.filter(({ isWrong }) => isWrong)).toEqual([]);
    expect(failed.filter((one) => !one.isExcused)).toEqual([]);
    expect(Object.entries(traffic.done).filter(([, count]) => count === 0)).toEqual([]);
    expect(growthOf(rests.near.memory.slice(1))).toBeLessThan(GROWTH_MAX_OCTETS);
    expect(growthOf(rests.far.memory.slice(1))).toBeLessThan(GROWTH_MAX_OCTETS);
  },
);
