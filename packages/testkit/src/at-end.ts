/**
 * What a program has put into the machine goes with it, whatever ends it: Ctrl-C, a signal, `process.exit`, an uncaught throw. In order,
 * `await using` does it; SIGKILL leaves everything.
 */

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const undos: (() => void)[] = [];
let isListening = false;

/**
 * Runs `undo` before this process ends, those given last first, and once however often it is given. It must not wait, and
 * does nothing where nothing is left.
 */
export function atEnd(undo: () => void): void {
  if (!isListening) listen();
  if (!undos.includes(undo)) undos.unshift(undo);
}

function listen(): void {
  isListening = true;
  process.on("exit", undoAll);
  for (const signal of SIGNALS) process.on(signal, handleSignal);
}

function handleSignal(signal: NodeJS.Signals): void {
  undoAll();
  for (const one of SIGNALS) process.off(one, handleSignal);
  // Whoever listens beside this, or nobody: then it ends as by that signal.
  process.kill(process.pid, signal);
}

function undoAll(): void {
  for (const undo of undos.splice(0)) {
    try {
      undo();
    } catch {
      // The next ones still have to go.
    }
  }
}
