/**
 * The last resort: an exception or a rejected promise that nobody handled is a mistake in flor. It is logged with its
 * stack and counted, and the node goes on: its flows are worth more than the one event that failed. It is no substitute
 * for handling failures where they happen.
 */
import type { Log } from "./log.ts";

/** `EX_SOFTWARE` of sysexits.h: the supervisor of the node restarts it. */
const EXIT_SOFTWARE = 70;
/** So many mistakes within the time, and the node is no longer at work: a new process is better. */
const MISTAKES_MAX = 100;
const WINDOW_MS = 10_000;
const KINDS_MAX = 32;
const OTHER_KINDS = "other";

/** Counts the mistakes of this process. */
export class Mistakes {
  readonly #log: Log;
  readonly #exit: (code: number) => void;
  readonly #counts = new Map<string, number>();
  readonly #recent: number[] = [];
  readonly #handle = (error: unknown): void => this.note(error, performance.now());

  /** @param exit ends the process. @default process.exit */
  constructor(log: Log, exit: (code: number) => void = (code) => process.exit(code)) {
    this.#log = log;
    this.#exit = exit;
  }

  /** By what the error calls itself. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** From now on no mistake ends the process by itself. */
  outlive(): void {
    process.on("uncaughtException", this.#handle);
  }

  /** Mistakes end the process again. */
  stop(): void {
    process.off("uncaughtException", this.#handle);
  }

  /** Logs and counts one; after 100 within 10 s the process exits with code 70. */
  note(error: unknown, now: number): void {
    const kind = kindOf(error);
    const name = this.#counts.has(kind) || this.#counts.size < KINDS_MAX ? kind : OTHER_KINDS;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    this.#log.write("error", "mistake", { kind, error, advice: "this is a bug in flor: please report it" });
    this.#recent.push(now);
    if (this.#recent.length < MISTAKES_MAX) return;
    const first = this.#recent.shift() ?? now;
    if (now - first >= WINDOW_MS) return;
    this.#log.write("error", "too-many-mistakes", { count: MISTAKES_MAX, withinMs: WINDOW_MS });
    this.#exit(EXIT_SOFTWARE);
  }
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === "string" ? code : error.name;
}
