import { type Command, InvalidArgumentError } from "commander";
import { shellWord } from "@flor/machine";
import type { ReloadReport } from "@flor/runtime/control";
import { askNode } from "../ask-node.ts";
import { CommandError } from "../command-error.ts";
import type { Terminal } from "../terminal.ts";
import { TYPED_FLOR } from "../typed-flor.ts";
import { keysThatWait, planLines } from "../views/reload-view.ts";

interface ReloadOptions {
  readonly node?: string;
  readonly dryRun?: true;
  readonly confirm?: number;
}

/** Adds `flor reload`. */
export function addReload(program: Command, terminal: Terminal): void {
  program
    .command("reload")
    .description("apply the changed configuration to a running node; open flows stay")
    .option("--node <name>", "which node, when several run")
    .option("--dry-run", "only show what would change")
    .option("--confirm <seconds>", "undo it unless flor confirm follows within this time", parseSeconds)
    .action(async (options: ReloadOptions) => {
      const choice = { name: options.node, environment: terminal.environment };
      const params = { dryRun: options.dryRun === true, confirm: options.confirm };
      const report = (await askNode(choice, { method: "reload", params })) as ReloadReport;
      for (const line of reportLines(report)) terminal.write(`${line}\n`);
      if (options.dryRun !== true && !report.isApplied)
        throw new CommandError(
          `nothing was changed: ${keysThatWait(report) ?? "some of it"} needs a restart of the node`,
          {
            advice: `restart it: ${TYPED_FLOR} up -c ${shellWord(report.file)}; or undo that part, and reload the rest`,
          },
        );
    });
}

/** Adds `flor confirm`. */
export function addConfirm(program: Command, terminal: Terminal): void {
  program
    .command("confirm")
    .description("keep a change that flor reload --confirm would undo")
    .option("--node <name>", "which node, when several run")
    .action(async (options: { readonly node?: string }) => {
      const choice = { name: options.node, environment: terminal.environment };
      await askNode(choice, { method: "confirm", params: {} });
      terminal.write("confirmed\n");
    });
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds > 0) return seconds;
  throw new InvalidArgumentError("The time to confirm must be a whole number of seconds, 1 or more.");
}

function reportLines(report: ReloadReport): readonly string[] {
  const { file, changes, isApplied, confirmSeconds } = report;
  if (changes.length === 0) return [`${file} has no changes for the node`];
  if (!isApplied) return planLines(report);
  const next =
    confirmSeconds === undefined ? [] : [`undone in ${confirmSeconds} s unless you type: ${TYPED_FLOR} confirm`];
  return [...planLines(report), "done", ...next];
}
