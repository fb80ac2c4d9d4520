/** Members that start with a clock of 1970, or one that is ten years ahead: how soon they are in their network again. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { NodeStatus } from "@flor/node";
import { Field } from "../../netns/field.ts";
import { FieldNodes } from "../../netns/field-nodes.ts";
import { line } from "../../netns/field-plan.ts";
import { msUntil, tellMs, tellSo } from "./outside.ts";
import type { Tell, Trial } from "./trial.ts";

const JOINED_MS = 5000;
const SHIFT = fileURLToPath(new URL("shifted-clock.ts", import.meta.url));
const TEN_YEARS_MS = 3652 * 86_400_000;
const TIMES = 3;
const TOLERANCE_MS = 120_000;

export const clocksTrial: Trial = { name: "clocks", play };

async function play(tell: Tell): Promise<void> {
  await using field = await Field.lay(line(3));
  const environment = { NODE_OPTIONS: `--import=${SHIFT}` };
  const rolesOf = (name: string): readonly string[] => (name === "a" ? ["issuer"] : []);
  await using nodes = await FieldNodes.start(field, {
    members: true,
    rolesOf,
    flows: [{ from: "c", to: "a" }],
    environment,
  });
  const node = nodes.node("c");
  for (const [name, offsetOf] of [
    ["in 1970", () => 60_000 - Date.now()],
    ["ten years ahead", () => TEN_YEARS_MS],
  ] as const) {
    const took: number[] = [];
    for (let time = 0; time < TIMES; time += 1) {
      await node.process.stop();
      writeFileSync(join(node.folder, "clock"), String(offsetOf()));
      const began = performance.now();
      await node.up();
      const startedMs = performance.now() - began;
      await msUntil(async () => isUp(await node.status(), "a") && isUp(await node.status(), "b"));
      const ms = performance.now() - began;
      took.push(ms);
      tellMs(
        tell,
        `a member starts with a clock ${name}, until it is in (its program had started after ${Math.round(startedMs)} ms)`,
        ms,
        JOINED_MS,
      );
    }
    const status = await node.status();
    const behind = status?.clockBehindSeconds ?? 0;
    const isSeen = Math.abs(1000 * behind + offsetOf()) < TOLERANCE_MS;
    tellSo(tell, `its status says how far its clock is off, ${name}`, isSeen, `${behind} s behind`);
    const other = await nodes.node("b").status();
    const knows = other?.networks?.[0]?.reachable === 3;
    tellSo(tell, `the others see it as before, ${name}`, knows);
  }
  const moved = await Promise.all(
    ["a", "b"].map(async (name) => (await nodes.node(name).status())?.clockBehindSeconds),
  );
  tellSo(
    tell,
    "no other node's time was moved",
    moved.every((behind) => behind === undefined),
  );
}

function isUp(status: NodeStatus | undefined, peer: string): boolean {
  return status?.peers.some(({ name, state }) => name === peer && (state === "up" || state === "idle")) === true;
}
