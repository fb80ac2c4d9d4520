/**
 * Networks of real nodes in namespaces, from outside: `npm run trials -- --only grid,return`, as root on Linux. Cables are cut,
 * nodes and links killed, ways made longer. Each figure is a line: what, what was seen, and what is wanted. Ends with 1 when one
 * is not as wanted.
 */
import { parseArgs } from "node:util";
import { requireRoot, requireTools } from "@flor/testkit";
import { delaysTrial } from "./delays.ts";
import { flapTrial } from "./flap.ts";
import { gridTrial } from "./grid.ts";
import { partitionTrial } from "./partition.ts";
import { hostileTrial } from "./hostile.ts";
import { joinTrial } from "./joined.ts";
import { natsTrial } from "./nats.ts";
import { returnTrial } from "./return.ts";
import { revokeTrial } from "./revoked.ts";
import { rotateTrial } from "./rotated.ts";
import { sleepTrial } from "./stopped.ts";
import { lineOf, type Trial } from "./trial.ts";
import { waysTrial } from "./ways.ts";
import { clocksTrial } from "./wrong-clocks.ts";

const trials: readonly Trial[] = [
  gridTrial,
  returnTrial,
  flapTrial,
  partitionTrial,
  delaysTrial,
  waysTrial,
  joinTrial,
  revokeTrial,
  rotateTrial,
  natsTrial,
  sleepTrial,
  clocksTrial,
  hostileTrial,
];
const names = trials.map(({ name }) => name);

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const { values } = parseArgs({ options: { only: { type: "string", default: names.join(",") } } });
const wanted = values.only.split(",");
for (const name of wanted)
  if (!names.includes(name)) throw new Error(`there is no trial ${name}: choose of ${names.join(", ")}`);
requireRoot();
requireTools(["ip", "nft", "curl"]);
const table: string[] = [];
let isWrong = false;
for (const { name, play } of trials.filter((trial) => wanted.includes(trial.name))) {
  const began = performance.now();
  say(`${name}:`);
  try {
    await play((figure) => {
      const line = lineOf(name, figure);
      isWrong ||= !figure.holds;
      table.push(line);
      say(`  ${line}`);
    });
  } catch (error) {
    isWrong = true;
    table.push(`✗ ${name.padEnd(9)} ${String(error).split("\n")[0]}`);
    say(`  failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  say(`  ${Math.round((performance.now() - began) / 1000)} s`);
}
say(`\n${table.join("\n")}`);
process.exitCode = isWrong ? 1 : 0;
