import type { Command } from "commander";
import { rotateKey, type RotateOptions } from "../networks/rotate-key.ts";
import type { Terminal } from "../terminal.ts";

/** Adds `flor key rotate`. */
export function addKey(program: Command, terminal: Terminal): void {
  program
    .command("key")
    .description("care for the node's key")
    .command("rotate")
    .description("make a new key, have the node's networks know it, and put it in the old one's place")
    .option("--root <file>", "the root key: for an issuer")
    .option("-c, --config <file>", "a configuration")
    .action(async (options: RotateOptions) => {
      for (const line of await rotateKey(options, terminal)) terminal.write(`${line}\n`);
    });
}
