/** The command `flor`. */
import { closeToDebuggers } from "./closed-to-debuggers.ts";

closeToDebuggers();
// Only now: what follows takes its time to load.
const [{ runCommandLine }, { createTerminal }] = await Promise.all([
  import("./command-line.ts"),
  import("./terminal.ts"),
]);
process.exitCode = await runCommandLine(process.argv.slice(2), createTerminal(process));
