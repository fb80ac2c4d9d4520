import { Command, CommanderError } from "commander";
import { TYPED_FLOR } from "./typed-flor.ts";
import { CommandError, EXIT_USAGE } from "./command-error.ts";
import { refuseEmptyWords } from "./commands/empty-words.ts";
import { type CommandFamily, familiesOf } from "./commands/families.ts";
import { fileTrouble } from "./file-trouble.ts";
import type { Terminal } from "./terminal.ts";
import { VERSION } from "./version.ts";

const EPILOGUE = `
Begin with: ${TYPED_FLOR} demo
Exit codes: 0 done, 1 it did not work, 2 usage or configuration`;

/** Runs one command line, given without `node` and the script; the exit code. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const program = await createProgram(familiesOf(args[0]), terminal);
    await program.parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    return report(error, terminal);
  }
}

/** The program with the commands of some families. */
export async function createProgram(families: readonly CommandFamily[], terminal: Terminal): Promise<Command> {
  const program = new Command("flor")
    .description("A userspace overlay network whose links are processes.")
    .version(VERSION, "-V, --version")
    .addHelpText("after", EPILOGUE)
    .exitOverride()
    .configureOutput({ writeOut: terminal.write, writeErr: terminal.writeError })
    .showHelpAfterError("(flor --help lists the commands)")
    .helpCommand("help [command]", "list the commands, or show how to use one");
  program.command("version", { hidden: true }).action(() => terminal.write(`${VERSION}\n`));
  const adders = await Promise.all(families.map(({ load }) => load()));
  for (const add of adders) add(program, terminal);
  refuseEmptyWords(program);
  return program;
}

function report(error: unknown, terminal: Terminal): number {
  // Commander has said it already; its help and version end with 0, all else is usage.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  const { message, advice, exitCode } = error instanceof CommandError ? error : explained(error, terminal);
  const { red, dim } = terminal.errorStyle;
  terminal.writeError(`${red("flor:")} ${message}\n`);
  if (advice !== undefined) terminal.writeError(`${dim("→")} ${advice}\n`);
  return exitCode;
}

/** What the machine has too little of is to be had by the same step wherever it was met. */
const SHORTAGES: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full: free some space, or set TMPDIR and XDG_RUNTIME_DIR to folders on another one",
  EDQUOT: "this user's disk quota is used up: free some space, or set TMPDIR to a folder on another disk",
  EMFILE: "raise the number of open files: ulimit -n 1024",
  ENFILE: "the machine has no more open files: raise fs.file-max",
  EROFS: "the file system is read-only: set TMPDIR, XDG_RUNTIME_DIR and XDG_STATE_HOME to writable folders",
};

function adviceOf(code: unknown): { readonly advice?: string } {
  const advice = typeof code === "string" ? SHORTAGES[code] : undefined;
  return advice === undefined ? {} : { advice };
}

function explained(error: unknown, { environment }: Terminal): CommandError {
  // What the system refused has a code; its thrower has said what to do about it, or it is said here.
  if (error instanceof Error && "code" in error)
    return new CommandError(fileTrouble(error) ?? error.message, adviceOf(error.code));
  const withStack = (environment["FLOR_STACK"] ?? "") !== "";
  const text = error instanceof Error ? ((withStack ? error.stack : undefined) ?? error.message) : String(error);
  const advice = withStack ? {} : { advice: "please report it, with what FLOR_STACK=1 adds to this message" };
  return new CommandError(`this is a bug in flor: ${text}`, advice);
}
