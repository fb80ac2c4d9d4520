/** `npm run sim`: a layer of any size in virtual time, from a seed. */
import { Command, InvalidArgumentError } from "commander";
import { brokenAreaPromises } from "./areas/area-promises.ts";
import { AREAS_LEGEND, areasHead, areasTable, crossingsTable } from "./areas/areas-table.ts";
import { simulateAreas } from "./areas/simulate-areas.ts";
import { brokenPromises } from "./promises.ts";
import { membersTable } from "./members/members-table.ts";
import { simulateMembers } from "./members/simulate-members.ts";
import { headOf, LEGEND, tableOf } from "./report.ts";
import { simulate } from "./scenario.ts";

interface Options {
  readonly nodes: number;
  readonly seed: number;
  readonly degree: number;
  readonly fail: number;
  readonly hostile: number;
  readonly refuse: number;
  readonly samples: number;
  readonly areas: number;
  readonly gateways: number;
  readonly members?: true;
  readonly json?: true;
  readonly check?: true;
}

function number(text: string): number {
  const value = Number(text);
  if (text !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError("It is a number from 0 on.");
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (text !== "" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError("It is a whole number from 0 on.");
}

function share(text: string): number {
  const value = text.endsWith("%") ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError("It is a share such as 10%.");
}

/** Prints a report, and fails if a promise of it is broken. */
function print(options: Options, report: object, lines: readonly string[], brokenOf: () => readonly string[]): void {
  process.stdout.write(`${options.json === true ? JSON.stringify(report, null, 2) : lines.join("\n")}\n`);
  const broken = options.check === true ? brokenOf() : [];
  for (const problem of broken) process.stderr.write(`broken: ${problem}\n`);
  if (broken.length > 0) process.exitCode = 1;
}

function printMembers(options: Options): void {
  const outcomes = simulateMembers(options);
  print(options, outcomes, membersTable(outcomes), () =>
    outcomes
      .filter(({ knownMs }) => knownMs === Infinity)
      .map(({ what }) => `${what}: not all know it within a minute`),
  );
}

function printAreas(options: Options): void {
  const report = simulateAreas(options, (outcome) => say(options, outcome));
  const lines = [areasHead(report), ...areasTable(report), "", ...crossingsTable(report), AREAS_LEGEND, costOf(report)];
  print(options, report, lines, () => brokenAreaPromises(report));
}

function printLayer(options: Options): void {
  const report = simulate(options, (outcome) => say(options, outcome));
  const lines = [headOf(report), ...tableOf(report.outcomes), LEGEND, costOf(report)];
  print(options, report, lines, () => brokenPromises(report.outcomes, options.nodes));
}

/** Progress of a long run. */
function say({ json }: Options, { what }: { readonly what: string }): void {
  if (json !== true) process.stderr.write(`${what}\n`);
}

function costOf({ checked }: { readonly checked: number }): string {
  const seconds = (performance.now() / 1000).toFixed(1);
  return `${checked} signatures, ${seconds} s, ${Math.round(process.memoryUsage().rss / 1_048_576)} MiB`;
}

new Command("sim")
  .description("simulate a layer in virtual time: it starts, loses cables, flaps, parts, is lied to, and loses a node")
  .option("--nodes <number>", "how many", wholeNumber, 100)
  .option("--seed <number>", "the same seed, the same run", wholeNumber, 1)
  .option("--degree <number>", "adjacencies of a node, on average", number, 4)
  .option("--fail <share>", "cables that are cut at once", share, 0.1)
  .option("--refuse <share>", "nodes that carry nothing for others any more", share, 0)
  .option("--hostile <number>", "advertisements that a hostile member makes up", wholeNumber, 100)
  .option(
    "--samples <number>",
    "nodes that frames are sent from, and as many that each sends to; pairs of hosts of different areas",
    wholeNumber,
    20,
  )
  .option("--areas <number>", "networks of so many --nodes each instead, that gateways join", wholeNumber, 0)
  .option("--gateways <number>", "of each of these networks", wholeNumber, 2)
  .option("--members", "a network's members instead: they join, are revoked, lie, and lose their issuer")
  .option("--json", "print JSON")
  .option("--check", "fail when a promise of the layer is broken")
  .action((options: Options) => {
    try {
      if (options.members === true) printMembers(options);
      else if (options.areas > 0) printAreas(options);
      else printLayer(options);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      process.stderr.write(`sim: this cannot be simulated: ${error.message}\n`);
      process.exitCode = 1;
    }
  })
  .parse();
