import type { Command } from "commander";
import { joinedLines, joinWithLine, type JoinCommandOptions } from "../networks/join-with-line.ts";
import type { Terminal } from "../terminal.ts";

/** Adds `flor join`. */
export function addJoin(program: Command, terminal: Terminal): void {
  program
    .command("join")
    .description("join a network with an invite; makes key and configuration if there are none")
    .argument(
      "[line...]",
      'the line that flor invite printed; "-" reads it from standard input; none: you are asked for it',
    )
    .option("-c, --config <file>", "the configuration; created if it does not exist")
    .option("--socks5 <address>", "where a new configuration takes clients", "127.0.0.1:1080")
    .option("--json", "print JSON")
    .action(async (words: readonly string[], options: JoinCommandOptions) => {
      const report = await joinWithLine(words, options, terminal);
      const lines = options.json ? [JSON.stringify(report, null, 2)] : joinedLines(report);
      for (const line of lines) terminal.write(`${line}\n`);
    });
}
