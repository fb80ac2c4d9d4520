import type { Command } from "commander";
import { joinWithLine, type JoinCommandOptions } from "../networks/join-with-line.ts";
import type { Terminal } from "../terminal.ts";

/** Adds `flor join`. */
export function addJoin(program: Command, terminal: Terminal): void {
  program
    .command("join")
    .description("join a network with an invite; makes key and configuration if there are none")
    .argument("<line>", "the line that flor invite printed")
    .option("-c, --config <file>", "the configuration; created if it does not exist")
    .option("--socks5 <address>", "where a new configuration takes clients", "127.0.0.1:1080")
    .action(async (line: string, options: JoinCommandOptions) => {
      for (const said of await joinWithLine(line, options, terminal)) terminal.write(`${said}\n`);
    });
}
