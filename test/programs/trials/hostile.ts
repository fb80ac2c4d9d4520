/**
 * A member that says whatever it can that is wrong, while others' datagrams cross its neighbour:
 *
 *     a ── b ── c      datagrams go from a to c, and back
 *          └── h       is hostile
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { constants, setPriority } from "node:os";
import { descendants, flor, type NodeProcess, type StartedProcess } from "@flor/testkit";
import { Field } from "../../netns/field.ts";
import { FieldNodes } from "../../netns/field-nodes.ts";
import type { FieldPlan } from "../../netns/field-plan.ts";
import { tellMs, tellSo } from "./outside.ts";
import type { Tell, Trial } from "./trial.ts";

const PLAN: FieldPlan = {
  machines: ["a", "b", "c", "h"],
  cables: [{ ends: ["a", "b"] }, { ends: ["b", "c"] }, { ends: ["b", "h"] }],
};
const END = fileURLToPath(new URL("round-trip-end.ts", import.meta.url));
const MEMBER = fileURLToPath(new URL("hostile-member.ts", import.meta.url));
const COLLECT = fileURLToPath(new URL("collected-heap.ts", import.meta.url));
const MADE_UP = 100_000;
const P99_MS = 50;
const GROWTH_MIB = 16;
const MIB = 1_048_576;
const QUIET_MS = 3000;
/** How long each mode but the first lasts. */
const LIE_MS = 5000;
const MADE_UP_MAX_MS = 60_000;
const MODES = [
  "equal sequences",
  "large advertisements",
  "large wrong signatures",
  "summaries without end",
  "summaries beyond their bound",
  "requests beyond their bound",
  "forged revocations",
] as const;

export const hostileTrial: Trial = { name: "hostile", play };

async function play(tell: Tell): Promise<void> {
  await using field = await Field.lay(PLAN);
  const rolesOf = (name: string): readonly string[] => (name === "a" ? ["issuer"] : []);
  const flows = [{ from: "a", to: "c" }];
  const environment = { NODE_OPTIONS: `--import=${COLLECT}` };
  await using nodes = await FieldNodes.start(field, {
    members: true,
    rolesOf,
    flows,
    environment,
    programs: { h: MEMBER },
  });
  const [from, to] = nodes.placesOf(nodes.flows[0]!);
  await using echo = to.namespace.start(process.execPath, [END, "echo", to.host, String(to.port)]);
  await echo.waitForOutput(/listening/u);
  await using asks = from.namespace.start(process.execPath, [END, "ask", from.host, String(from.port)]);
  await asks.waitForOutput(/asking/u);
  const [victim, member] = [nodes.node("b"), nodes.node("h")];
  // It stands for another machine: it has what the others leave of this one's processors.
  for (const pid of [member.process.pid, ...descendants(member.process.pid)])
    setPriority(pid, constants.priority.PRIORITY_LOW);
  while ((await answersOf(asks)).answered === 0) await sleep(QUIET_MS);
  await sleep(QUIET_MS);
  const heapBefore = await heldOctets(victim);
  tellMs(tell, "before: p99 of the round trips of others", (await answersOf(asks)).p99, P99_MS);

  for (const mode of ["made-up keys", ...MODES] as const) {
    const isFirst = mode === "made-up keys";
    await order(member, mode);
    const began = performance.now();
    const least = isFirst ? MADE_UP : 0;
    await sleep(isFirst ? QUIET_MS : LIE_MS);
    let said = await order(member, mode);
    while (said < least && performance.now() - began < MADE_UP_MAX_MS) {
      await sleep(QUIET_MS);
      said += await order(member, mode);
    }
    await order(member, "none");
    const { p99, asked, answered } = await answersOf(asks);
    const name = `${mode} (${said.toLocaleString("en")} said)`;
    if (isFirst) tellSo(tell, `${MADE_UP.toLocaleString("en")} were said`, said >= MADE_UP, said.toLocaleString("en"));
    tellMs(tell, `${name}: p99 of the round trips of others`, p99, P99_MS);
    tellSo(tell, `${mode}: others lose nothing to speak of`, answered > 0.98 * asked, `${answered} of ${asked}`);
  }
  await sleep(QUIET_MS);
  const growth = ((await heldOctets(victim)) - heapBefore) / MIB;
  tell({
    what: "heap of its neighbour has grown by",
    seen: `${growth.toFixed(1)} MiB`,
    wanted: `≤ ${GROWTH_MIB} MiB`,
    holds: growth <= GROWTH_MIB,
  });
  const status = (await flor(["status", "--node", "b"], victim)).stdout;
  const line = status.split("\n").find((one) => one.includes("misbehaves")) ?? "nothing";
  tellSo(tell, "flor status of its neighbour names it, and what it does", /peer h misbehaves/u.test(line), line.trim());
  const others = (await victim.status())?.peers.filter(
    ({ name, misconduct }) => name !== "h" && misconduct !== undefined,
  );
  tellSo(tell, "and nobody else", others?.length === 0);
  const elsewhere = await nodes.node("a").status();
  tellSo(
    tell,
    "those behind its neighbour hear of no lie",
    elsewhere?.peers.every(({ misconduct }) => misconduct === undefined) === true,
  );
  const members = elsewhere?.networks?.[0]?.members;
  tellSo(tell, "nobody was revoked by it", members === PLAN.machines.length, `${members} members`);
}

/** Has the member live by a mode; how much it said by the one before. */
async function order({ folder, process: member }: NodeProcess, mode: string): Promise<number> {
  writeFileSync(join(folder, "orders"), mode);
  const said = await answer(member, /\{"mode".*\}\n/u);
  return (JSON.parse(said) as { readonly said: number }).said;
}

interface Answers {
  readonly p99: number;
  readonly asked: number;
  readonly answered: number;
}

async function answersOf(asks: StartedProcess): Promise<Answers> {
  return JSON.parse(await answer(asks, /\{"p50".*\}\n/u)) as Answers;
}

function answer(from: StartedProcess, pattern: RegExp): Promise<string> {
  const { length } = from.output;
  from.signal("SIGUSR2");
  return from.waitUntil(() => pattern.exec(from.output.slice(length))?.[0], "an answer", QUIET_MS * 10);
}

/** What is held when garbage is collected, octets. */
async function heldOctets(node: NodeProcess): Promise<number> {
  return (JSON.parse(await answer(node.process, /\{"collected".*\}\n/u)) as { readonly collected: number }).collected;
}
