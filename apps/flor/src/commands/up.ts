import type { Command } from "commander";
import { beginLinks } from "@flor/runtime/begin-links";
import { loadConfigOrFail } from "../load-config-or-fail.ts";
import type { RunOptions } from "../run-configured-node.ts";
import type { Terminal } from "../terminal.ts";

/** Levels of the log, from the quietest. */
const LOG_LEVELS: readonly RunOptions["logLevel"][] = ["error", "warn", "info", "debug"];

/** Adds `flor up`. */
export function addUp(program: Command, terminal: Terminal): void {
  const command = program
    .command("up")
    .description("run a node in the foreground; Ctrl-C stops it")
    .option("-c, --config <file>", "the configuration")
    .option("--watch", "reload whenever the configuration changes")
    .showHelpAfterError("(flor up -c FILE names a configuration; flor up --help shows the rest)");
  command.addOption(
    command.createOption("--log-level <level>", "what to log on standard error").choices(LOG_LEVELS).default("info"),
  );
  command.addOption(command.createOption("--until-stdin-ends", "end with standard input").hideHelp());
  command.action(async (options: RunOptions & { readonly config?: string }) => {
    const config = loadConfigOrFail(options.config, terminal);
    // Begun before the whole network stack is loaded, which takes about as long as they do.
    using begun = await beginLinks(config);
    const { runConfiguredNode } = await import("../run-configured-node.ts");
    await runConfiguredNode(config, options, { terminal, begun });
  });
}
