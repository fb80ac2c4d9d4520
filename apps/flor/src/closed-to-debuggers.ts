/**
 * SIGUSR1 opens Node's debugger on loopback, where every user of the machine may connect and read a private key. Node's
 * option keeps it closed from the first instruction on: links are started with it, and a command that runs for long
 * takes the place of its own process to have it.
 */

/** Node's option; it blocks the signal. Node 22.14 and newer have it. */
const CLOSED_TO_DEBUGGERS = "--disable-sigusr1";

/** Commands that keep a key in memory. Others are over before anybody looks, and do without the time of a new process. */
const LONG_COMMANDS: ReadonlySet<string | undefined> = new Set(["up", "demo"]);

/** To be called before anything secret is read. It may not return: the program then begins again. */
export function closeToDebuggers(): void {
  // A debugger that was asked for by its own option is meant.
  if (isClosed() || process.execArgv.some((option) => option.startsWith("--inspect"))) return;
  process.on("SIGUSR1", () => {});
  const { execPath, execArgv, argv, env } = process;
  if (!LONG_COMMANDS.has(argv[2])) return;
  // Sockets that a service manager handed over would be closed; the unit that has them sets NODE_OPTIONS.
  if (Number(env["LISTEN_PID"]) === process.pid) return;
  // No such system call on Windows, and no such signal.
  process.execve?.(execPath, [execPath, ...execArgv, CLOSED_TO_DEBUGGERS, ...argv.slice(1)], env);
}

function isClosed(): boolean {
  const options = [...process.execArgv, ...(process.env["NODE_OPTIONS"] ?? "").split(" ")];
  return options.includes(CLOSED_TO_DEBUGGERS);
}
