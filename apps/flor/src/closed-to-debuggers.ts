/**
 * SIGUSR1 opens Node's debugger on loopback, where every user of the machine may connect and read a private key. Node's
 * option keeps it closed from the first instruction on: links are started with it, and so are the releases that bundle
 * Node. Where it is missing the signal is taken from Node as the first thing, and a command that runs for long looks
 * whether it came even before that.
 */

/** Node's option; it blocks the signal. Node 22.14 and newer have it. */
const CLOSED_TO_DEBUGGERS = "--disable-sigusr1";

/** Commands that keep a key in memory. Others are over before anybody looks, and do without the time of a new process. */
const LONG_COMMANDS: ReadonlySet<string | undefined> = new Set(["up", "demo"]);

/** To be called first of all: from now on the signal opens nothing. */
export function closeToDebuggers(): void {
  if (!isClosed()) process.on("SIGUSR1", () => {});
}

/**
 * To be called before anything secret is read, and later than {@link closeToDebuggers} by some milliseconds, so that a signal
 * of before has done what it does. It may not return: the program then begins again, closed from the first instruction on.
 */
export function leaveDebugger(): void {
  const { execPath, execArgv, argv, env } = process;
  if (isClosed() || !LONG_COMMANDS.has(argv[2])) return;
  // A Node that was built without a debugger has no such module.
  const debuggerOfNode = process.getBuiltinModule("node:inspector") as { url(): string | undefined } | undefined;
  if (debuggerOfNode?.url() === undefined) return;
  // Sockets that a service manager handed over would be closed; the unit that has them sets NODE_OPTIONS.
  if (Number(env["LISTEN_PID"]) === process.pid) return;
  // No such system call on Windows, and no such signal.
  process.execve?.(execPath, [execPath, ...execArgv, CLOSED_TO_DEBUGGERS, ...argv.slice(1)], env);
}

/** Also where a debugger was asked for by its own option: then it is meant. */
function isClosed(): boolean {
  const options = [...process.execArgv, ...(process.env["NODE_OPTIONS"] ?? "").split(" ")];
  return options.includes(CLOSED_TO_DEBUGGERS) || process.execArgv.some((option) => option.startsWith("--inspect"));
}
