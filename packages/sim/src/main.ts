/** `npm run sim`: a layer of any size in virtual time, from a seed. */
import { Command, InvalidArgumentError } from "commander";
import { brokenPromises } from "./promises.ts";
import { membersTable } from "./members/members-table.ts";
import { simulateMembers } from "./members/simulate-members.ts";
import { headOf, LEGEND, tableOf } from "./report.ts";
import { type Report, simulate } from "./scenario.ts";

interface Options {
  readonly nodes: number;
  readonly seed: number;
  readonly degree: number;
  readonly fail: number;
  readonly hostile: number;
  readonly samples: number;
  readonly members?: true;
  readonly json?: true;
  readonly check?: true;
}

function number(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError("It is a number from 0 on.");
}

function share(text: string): number {
  const value = text.endsWith("%") ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError("It is a share such as 10%.");
}

function print(report: Report, startedAt: number, json: boolean): void {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const memory = Math.round(process.memoryUsage().rss / 1_048_576);
  const lines = [
    headOf(report),
    ...tableOf(report.outcomes),
    LEGEND,
    `${report.checked} signatures, ${seconds} s, ${memory} MiB`,
  ];
  process.stdout.write(`${json ? JSON.stringify(report, null, 2) : lines.join("\n")}\n`);
}

function printMembers(options: Options): void {
  const outcomes = simulateMembers(options);
  const text = options.json === true ? JSON.stringify(outcomes, null, 2) : membersTable(outcomes).join("\n");
  process.stdout.write(`${text}\n`);
  const unknown = options.check === true ? outcomes.filter(({ knownMs }) => knownMs === Infinity) : [];
  for (const { what } of unknown) process.stderr.write(`broken: ${what}: not all know it within a minute\n`);
  if (unknown.length > 0) process.exitCode = 1;
}

new Command("sim")
  .description("simulate a layer in virtual time: it starts, loses cables, flaps, parts, is lied to, and loses a node")
  .option("--nodes <number>", "how many", number, 100)
  .option("--seed <number>", "the same seed, the same run", number, 1)
  .option("--degree <number>", "adjacencies of a node, on average", number, 4)
  .option("--fail <share>", "cables that are cut at once", share, 0.1)
  .option("--hostile <number>", "advertisements that a hostile member makes up", number, 100)
  .option("--samples <number>", "nodes that frames are sent from, and as many that each sends to", number, 20)
  .option("--members", "a network's members instead: they join, are revoked, lie, and lose their issuer")
  .option("--json", "print JSON")
  .option("--check", "fail when a promise of the layer is broken")
  .action((options: Options) => {
    if (options.members === true) return printMembers(options);
    const startedAt = performance.now();
    const progress = options.json === true ? undefined : process.stderr;
    const report = simulate(options, ({ what }) => void progress?.write(`${what}\n`));
    print(report, startedAt, options.json === true);
    const broken = options.check === true ? brokenPromises(report.outcomes) : [];
    for (const problem of broken) process.stderr.write(`broken: ${problem}\n`);
    if (broken.length > 0) process.exitCode = 1;
  })
  .parse();
