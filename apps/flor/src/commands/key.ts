import type { Command } from "commander";
import { rotatedLines, rotateKey, type RotateOptions } from "../networks/rotate-key.ts";
import type { Terminal } from "../terminal.ts";

/** Adds `flor key rotate`. */
export function addKey(program: Command, terminal: Terminal): void {
  program
    .command("key")
    .description("manage the node's key")
    .command("rotate")
    .description("make a new key, announce it to the node's networks, and replace the old one")
    .option("--root <file>", "the root key: for an issuer")
    .option("-c, --config <file>", "a configuration")
    .option("--json", "print JSON")
    .action(async (options: RotateOptions) => {
      const report = await rotateKey(options, terminal);
      terminal.write(`${(options.json ? [JSON.stringify(report, null, 2)] : rotatedLines(report)).join("\n")}\n`);
    });
}
