import { createKeyFile, readKeyFile } from "@flor/config";
import { shellWord } from "@flor/machine";
import type { Command } from "commander";
import { TYPED_FLOR } from "../typed-flor.ts";
import { CommandError, EXIT_USAGE } from "../command-error.ts";
import { fileTrouble } from "../file-trouble.ts";
import { loadConfigOrFail } from "../load-config-or-fail.ts";
import type { Terminal } from "../terminal.ts";

const DEFAULT_KEY_FILE = "flor.key";

/** Adds `flor keygen` and `flor id`. */
export function addKeys(program: Command, terminal: Terminal): void {
  program
    .command("keygen")
    .description("make a node's key, mode 0600, and print the node's id")
    .argument("[file]", "where to write it", DEFAULT_KEY_FILE)
    .action((file: string) => terminal.write(`${makeKey(file)}\n`));
  program
    .command("id")
    .description("print a node's id")
    .argument("[keyfile]", "a key file; by default the key that the configuration names")
    .option("-c, --config <file>", "a configuration")
    .action((keyFile: string | undefined, options: { config?: string }) => {
      terminal.write(`${keyFile === undefined ? idOfConfig(options.config, terminal) : idOfKey(keyFile)}\n`);
    });
}

function makeKey(file: string): string {
  try {
    return createKeyFile(file).id;
  } catch (cause) {
    const { code, syscall, message } = cause as NodeJS.ErrnoException;
    // The same code comes from mkdir when a file stands where a folder should be.
    if (code !== "EEXIST" || syscall !== "open")
      throw new CommandError(fileTrouble(cause as Error) ?? `${file} cannot be written: ${message}`, { cause });
    throw new CommandError(`${file} exists, and keys are never overwritten`, {
      advice: `choose another file, or show its id: ${TYPED_FLOR} id ${shellWord(file)}`,
      cause,
    });
  }
}

function idOfKey(file: string): string {
  const read = readKeyFile(file);
  if ("identity" in read) return read.identity.id;
  throw new CommandError(read.problem, { exitCode: EXIT_USAGE });
}

function idOfConfig(file: string | undefined, terminal: Terminal): string {
  return loadConfigOrFail(file, terminal).identity.id;
}
