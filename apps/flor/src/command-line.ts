import { Command, CommanderError } from "commander";
import { CommandError, EXIT_FAILURE, EXIT_USAGE } from "./command-error.ts";
import { addCheck } from "./commands/check.ts";
import { addDemo } from "./commands/demo.ts";
import { addKeys } from "./commands/keys.ts";
import { addListings } from "./commands/listing.ts";
import { addUp } from "./commands/up.ts";
import type { Terminal } from "./terminal.ts";
import { VERSION } from "./version.ts";

const EPILOGUE = `
Begin with: flor demo
Exit codes: 0 done, 1 it did not work, 2 usage or configuration`;

/** Runs one command line, given without `node` and the script; the exit code. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await createProgram(terminal).parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    return report(error, terminal);
  }
}

function createProgram(terminal: Terminal): Command {
  const program = new Command("flor")
    .description("A userspace overlay network whose links are processes.")
    .version(VERSION, "-V, --version")
    .addHelpText("after", EPILOGUE)
    .exitOverride()
    .configureOutput({ writeOut: terminal.write, writeErr: terminal.writeError })
    .showHelpAfterError("(flor --help shows what there is)")
    .helpCommand(false);
  addUp(program, terminal);
  addDemo(program, terminal);
  addKeys(program, terminal);
  addCheck(program, terminal);
  addListings(program, terminal);
  return program;
}

function report(error: unknown, terminal: Terminal): number {
  // Commander has said it already; its help and version end with 0, all else is usage.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  const { red, dim } = terminal.errorStyle;
  const message = error instanceof Error ? error.message : String(error);
  terminal.writeError(`${red("flor:")} ${message}\n`);
  if (!(error instanceof CommandError)) return EXIT_FAILURE;
  if (error.advice !== undefined) terminal.writeError(`${dim("→")} ${error.advice}\n`);
  return error.exitCode;
}
