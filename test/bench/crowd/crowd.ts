/**
 * The crowd: many neighbours of one node in a process, each with a key, a node and a udp link of its own. Argument: a
 * CrowdOrder. Says CrowdCount and CrowdInformed.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { CrowdMember } from "./crowd-member.ts";
import type { CrowdCount, CrowdInformed, CrowdOrder } from "./crowd-order.ts";

const COUNT_INTERVAL_MS = 10;
const NANOSECONDS = 1e6;

const order = JSON.parse(process.argv[2] ?? "") as CrowdOrder;
const members = Array.from({ length: order.count }, (_, number) => new CrowdMember(order.first + number, order));
await Promise.all(members.map((member) => member.open()));

// Each round of the loop, where Node can say so.
const rounds = monitorEventLoopDelay({ resolution: COUNT_INTERVAL_MS, samplePerIteration: true });
rounds.enable();
let said = -1;
let aliveAt: number | undefined;
let knownMs: number | undefined;
let isInformed = false;
setInterval(() => {
  const count: CrowdCount = { alive: members.filter((member) => member.isAlive).length };
  if (count.alive !== said) say(count);
  said = count.alive;
  if (aliveAt === undefined && count.alive > 0) {
    aliveAt = performance.now();
    rounds.reset();
  }
  if (isInformed || aliveAt === undefined || count.alive < order.count) return;
  const sinceMs = performance.now() - aliveAt;
  if (members.every((member) => member.knows(order.layer))) knownMs ??= sinceMs;
  if (knownMs === undefined || !members.every((member) => member.reachesAll)) return;
  isInformed = true;
  const { max, count: many } = rounds;
  const p99Ms = many === 0 ? 0 : rounds.percentile(99) / NANOSECONDS;
  say({ informedMs: sinceMs, knownMs, longestMs: many === 0 ? 0 : max / NANOSECONDS, p99Ms });
}, COUNT_INTERVAL_MS);
process.once("SIGTERM", () => process.exit(0));

function say(what: CrowdCount | CrowdInformed): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}
