import type { Command } from "commander";
import type { Config } from "@flor/config";
import { loadConfigOrFail } from "../load-config-or-fail.ts";
import type { Terminal } from "../terminal.ts";

/** Adds `flor check`. */
export function addCheck(program: Command, terminal: Terminal): void {
  program
    .command("check")
    .description("check a configuration, and say everything that is wrong with it")
    .option("-c, --config <file>", "the configuration")
    .showHelpAfterError("(flor check -c FILE names a configuration; flor check --help shows the rest)")
    .action((options: { config?: string }) => {
      terminal.write(`${summary(loadConfigOrFail(options.config, terminal))}\n`);
    });
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
