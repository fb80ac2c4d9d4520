import type { Command } from "commander";
import { rotateKey, type RotateOptions } from "../networks/rotate-key.ts";
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
    .action(async (options: RotateOptions) => {
      for (const line of await rotateKey(options, terminal)) terminal.write(`${line}\n`);
    });
}
