import type { Command } from "commander";
import type { Config } from "@flor/config";
import { loadConfigOrFail } from "../load-config-or-fail.ts";
import { planOfRunningNode, type RunningPlan } from "../plan-of-running-node.ts";
import type { Terminal } from "../terminal.ts";
import { TYPED_FLOR } from "../typed-flor.ts";
import { keysThatWait, planLines } from "../views/reload-view.ts";

/** Adds `flor check`. */
export function addCheck(program: Command, terminal: Terminal): void {
  program
    .command("check")
    .description("list everything that is wrong with a configuration, and what a reload would change")
    .option("-c, --config <file>", "the configuration")
    .showHelpAfterError("(flor check -c FILE names a configuration; flor check --help shows the rest)")
    .action(async (options: { config?: string }) => {
      const config = loadConfigOrFail(options.config, terminal);
      terminal.write(`${summary(config)}\n`);
      const running = await planOfRunningNode(config.file, terminal.environment);
      if (running !== undefined) for (const line of runningLines(running)) terminal.write(`${line}\n`);
    });
}

/** What the file means for the node that runs from it. */
function runningLines({ node, report }: RunningPlan): readonly string[] {
  if (report.changes.length === 0) return [`node ${node} runs, and does what it says`];
  const keys = keysThatWait(report);
  const next =
    keys === undefined
      ? `apply it: ${TYPED_FLOR} reload --node ${node}`
      : `${keys} needs a start of the node, and nothing is applied before it`;
  return [`node ${node} runs, and would change:`, ...planLines(report), next];
}

function summary({ file, name, identity, inbounds, links, peers, routes }: Config): string {
  const counts = [
    [inbounds.length, "inbound"],
    [links.length, "link"],
    [peers.length, "peer"],
    [routes.length, "route"],
  ] as const;
  const parts = counts.map(([count, word]) => `${count} ${word}${count === 1 ? "" : "s"}`);
  return `${file} is good: node ${name}, ${identity.id}, ${parts.join(", ")}`;
}
