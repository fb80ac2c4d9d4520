import { Command, CommanderError } from "commander";
import { TYPED_FLOR } from "./typed-flor.ts";
import { CommandError, EXIT_USAGE } from "./command-error.ts";
import { addCheck } from "./commands/check.ts";
import { addCompletion } from "./commands/completion.ts";
import { addDemo } from "./commands/demo.ts";
import { refuseEmptyWords } from "./commands/empty-words.ts";
import { addForward } from "./commands/forward.ts";
import { addInit } from "./commands/init.ts";
import { addInvite } from "./commands/invite.ts";
import { addJoin } from "./commands/join.ts";
import { addKey } from "./commands/key.ts";
import { addKeys } from "./commands/keys.ts";
import { addLb } from "./commands/lb.ts";
import { addLink } from "./commands/link.ts";
import { addListings } from "./commands/listing.ts";
import { addLogs } from "./commands/logs.ts";
import { addManPage } from "./commands/man-page.ts";
import { addMetrics } from "./commands/metrics.ts";
import { addMembers } from "./commands/members.ts";
import { addNearMisses } from "./commands/near-misses.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addPing } from "./commands/ping.ts";
import { addConfirm, addReload } from "./commands/reload.ts";
import { addSeeing } from "./commands/seeing.ts";
import { addNetwork } from "./commands/network.ts";
import { addPolicy } from "./commands/policy.ts";
import { addRevoke } from "./commands/revoke.ts";
import { addServe } from "./commands/serve.ts";
import { addServices } from "./commands/services.ts";
import { addUp } from "./commands/up.ts";
import { fileTrouble } from "./file-trouble.ts";
import type { Terminal } from "./terminal.ts";
import { VERSION } from "./version.ts";

const EPILOGUE = `
Begin with: ${TYPED_FLOR} demo
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
    .showHelpAfterError("(flor --help lists the commands)")
    .helpCommand("help [command]", "list the commands, or show how to use one");
  program.command("version", { hidden: true }).action(() => terminal.write(`${VERSION}\n`));
  addUp(program, terminal);
  addDemo(program, terminal);
  addKeys(program, terminal);
  addCheck(program, terminal);
  addListings(program, terminal);
  addPing(program, terminal);
  addSeeing(program, terminal);
  addDoctor(program, terminal);
  addLink(program, terminal);
  addServices(program, terminal);
  addServe(program, terminal);
  addLb(program, terminal);
  addLogs(program, terminal);
  addMetrics(program, terminal);
  addReload(program, terminal);
  addConfirm(program, terminal);
  addForward(program, terminal);
  addInit(program, terminal);
  addNetwork(program, terminal);
  addInvite(program, terminal);
  addJoin(program, terminal);
  addMembers(program, terminal);
  addRevoke(program, terminal);
  addKey(program, terminal);
  addPolicy(program, terminal);
  addCompletion(program, terminal);
  addManPage(program, terminal);
  addNearMisses(program);
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
