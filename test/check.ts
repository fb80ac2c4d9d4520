/**
 * The whole check, step by step: `npm run check`, or some steps of it: `npm run check -- types lint`.
 *
 * Every step runs even when an earlier one fails, so that one run tells everything. With FLOR_TEST_SYSTEM=1 the tests
 * that need root and system programs run too; with FLOR_TEST_REPORT=FILE the counts go to FILE as JSON.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { countResults, type Counts } from "./count-results.ts";

const withSystem = process.env["FLOR_TEST_SYSTEM"] === "1";

const steps: Readonly<Record<string, readonly (readonly string[])[]>> = {
  format: [["oxfmt", "--check", "."]],
  types: [
    ["tsc", "-p", "tsconfig.core.json"],
    ["tsc", "-p", "tsconfig.json"],
  ],
  lint: [["oxlint", "--type-aware", "--deny-warnings"]],
  unused: [["knip", "--no-progress", "--no-config-hints"]],
  generated: [["node", "proto/generate.ts", "--check"]],
};

const adviceOnFailure: Readonly<Record<string, string>> = {
  format: "npm run format",
  generated: "npm run generate",
};

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function secondsSince(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

/** What the step said when it failed; `undefined` when it passed. */
async function runStep(name: string): Promise<string | undefined> {
  const start = performance.now();
  for (const [command, ...args] of steps[name] ?? []) {
    const done = await execa(command!, args, { preferLocal: true, reject: false, all: true });
    if (!done.failed) continue;
    const advice = adviceOnFailure[name];
    const said = `✗ ${name} (${secondsSince(start)})${advice === undefined ? "" : `, to repair: ${advice}`}\n\n${done.all}\n`;
    say(said);
    return said;
  }
  say(`✓ ${name} (${secondsSince(start)})`);
  return undefined;
}

async function runTests(): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), "flor-check-"));
  const resultFile = join(folder, "vitest.json");
  const projects = ["unit", "e2e", ...(withSystem ? ["system"] : [])].map((project) => `--project=${project}`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${resultFile}`];
  try {
    const done = await execa("vitest", ["run", ...projects, ...reporters], {
      preferLocal: true,
      reject: false,
      stdio: ["ignore", "inherit", "inherit"],
      // Nodes and links start hundreds of times: compiled once, they start in a quarter of the time.
      env: { NODE_COMPILE_CACHE: join(folder, "compiled") },
    });
    return countResults(readResult(resultFile), done.exitCode === 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readResult(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function chosenSteps(args: readonly string[]): readonly string[] {
  const known = [...Object.keys(steps), "tests"];
  const unknown = args.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    say(`unknown step: ${unknown.join(", ")}; the steps are ${known.join(", ")}`);
    process.exit(2);
  }
  return args.length === 0 ? known : args;
}

async function main(): Promise<void> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const failures: string[] = [];
  const chosen = chosenSteps(process.argv.slice(2));
  for (const name of chosen) {
    if (name === "tests") {
      Object.assign(counts, await runTests());
      continue;
    }
    const failure = await runStep(name);
    if (failure !== undefined) failures.push(failure);
  }
  if (chosen.includes("tests") && !withSystem) {
    say("Not run: the tests that need root and system programs (network namespaces, chromium, sshd).");
    say("To run them: FLOR_TEST_SYSTEM=1 npm test, as root on Linux; docs/testing.md lists the programs.");
  }
  // A broken step counts as one failure: it must show in the counts alone.
  counts.failed += failures.length;
  // Said again at the end: what stands before the tests is far above, or cut off.
  if (chosen.at(-1) === "tests") for (const failure of failures) say(failure);
  const reportFile = process.env["FLOR_TEST_REPORT"];
  if (reportFile !== undefined) writeFileSync(reportFile, `${JSON.stringify(counts)}\n`);
  say(`${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ""}`);
  process.exitCode = counts.failed > 0 ? 1 : 0;
}

await main();
