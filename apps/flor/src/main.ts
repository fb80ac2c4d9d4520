/** The command `flor`. */
import { keepCompiledCode } from "@flor/host/compile-cache";
import { closeToDebuggers, leaveDebugger } from "./closed-to-debuggers.ts";

closeToDebuggers();
// First: the program may begin again with this environment.
keepCompiledCode(process.env);
// Only now: what follows takes its time to load.
const [{ runCommandLine }, { createTerminal }] = await Promise.all([
  import("./command-line.ts"),
  import("./terminal.ts"),
]);
leaveDebugger();
process.exitCode = await runCommandLine(process.argv.slice(2), createTerminal(process));
