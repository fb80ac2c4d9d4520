import { type Config, issueText, loadConfig } from "@flor/config";
import type { Log } from "@flor/host";
import { forgetKept, keepConfig } from "./kept-config.ts";
import { type ReloadChange, reloadPlan } from "./reload-plan.ts";

/** How to reload. */
export interface ReloadOptions {
  /** Only say what would change. @default false */
  readonly isDryRun?: boolean;
  /** Go back unless the change is confirmed within this time, seconds; `undefined`: it stands. */
  readonly confirmSeconds?: number;
}

/** What came of a reload. */
export interface ReloadReport {
  readonly file: string;
  readonly changes: readonly ReloadChange[];
  /** Whether the node is now as the file says. */
  readonly isApplied: boolean;
  /** Confirm it within this time, or it is undone, seconds; `undefined`: it stands. */
  readonly confirmSeconds?: number;
}

/** What a reloader is made of. */
export interface ReloaderOptions {
  readonly config: Config;
  /** Why that is not what its file says. */
  readonly problem: string | undefined;
  readonly log: Log;
  /** Applies what is live of a configuration, all of it or nothing. */
  readonly apply: (config: Config) => Promise<void>;
}

/** A change that nobody confirmed yet. */
interface Unconfirmed {
  before: Config;
  readonly appliedAt: number;
  readonly dueAt: number;
  timer: NodeJS.Timeout;
}

/** Shortest and longest time to confirm a change in, seconds. */
export const CONFIRM_SECONDS = { min: 1, max: 86_400 } as const;
/** What cannot be undone now, as where a port was taken meanwhile, is tried again after this time. */
const UNDO_AGAIN_MS = 1000;

/** Brings a running node to what its file says by now. */
export class Reloader {
  /** Why the node is not what its file says; `undefined`: it is, as far as anybody asked. */
  problem: string | undefined;
  readonly #options: ReloaderOptions;
  #config: Config;
  #unconfirmed: Unconfirmed | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: ReloaderOptions) {
    this.#options = options;
    this.#config = options.config;
    this.problem = options.problem;
  }

  /** The node took another key while it runs, and so does its file. */
  takeIdentity(identity: Config["identity"]): void {
    this.#config = { ...this.#config, identity };
    if (this.#unconfirmed !== undefined) this.#unconfirmed.before = { ...this.#unconfirmed.before, identity };
  }

  /** Does something while no reload is being applied. @throws Error when the node is stopping, and what `step` throws */
  inTurn(step: () => Promise<void>): Promise<void> {
    return this.#next(step);
  }

  /** How long a change can still be confirmed, milliseconds; `undefined`: none waits for that. */
  get unconfirmedMs(): number | undefined {
    return this.#unconfirmed && Math.max(0, Math.round(this.#unconfirmed.dueAt - performance.now()));
  }

  /**
   * Reads the file, and applies it when everything that changed can change in a running node. One reload at a time.
   *
   * @throws Error with all that is wrong with the file, or because a change waits to be confirmed; nothing changed then
   */
  reload(options: ReloadOptions = {}): Promise<ReloadReport> {
    return this.#next(() => this.#reload(options));
  }

  /**
   * The change stands.
   *
   * @param connectedAt when the confirming client connected: the change must not have cut it off
   * @throws Error when there is nothing to confirm
   */
  confirm(connectedAt: number): Promise<void> {
    return this.#next(async () => {
      const waiting = this.#unconfirmed;
      if (waiting === undefined) throw new Error("there is no change to confirm");
      if (connectedAt < waiting.appliedAt)
        throw new Error(
          "this connection is older than the change: confirm it over a new one, which proves that the node can still be reached",
        );
      this.#settle(waiting);
      const problem = this.#forget(this.#config.file);
      if (problem !== undefined) throw new Error(problem);
      this.#options.log.write("info", "reload-confirmed");
    });
  }

  /**
   * The node stops: nothing is applied any more. Resolves when a change that is being applied is there as a whole, or not.
   * What nobody confirmed is undone at the node's next start.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#unconfirmed !== undefined) this.#settle(this.#unconfirmed);
    await this.#queue;
    // The last one may have waited for its confirmation since.
    if (this.#unconfirmed !== undefined) this.#settle(this.#unconfirmed);
  }

  #next<Result>(step: () => Promise<Result>): Promise<Result> {
    const turn = this.#queue.then(() => {
      if (this.#isClosed) throw new Error("the node is stopping");
      return step();
    });
    this.#queue = turn.catch(() => {});
    return turn;
  }

  async #reload({ isDryRun = false, confirmSeconds }: ReloadOptions): Promise<ReloadReport> {
    const { file } = this.#config;
    const loaded = loadConfig(file);
    if ("issues" in loaded) {
      const problem = loaded.issues.map(issueText).join("\n");
      throw isDryRun ? new Error(problem) : this.#refused(problem);
    }
    const changes = reloadPlan(this.#config, loaded.config);
    if (isDryRun) return { file, changes, isApplied: false };
    if (this.#unconfirmed !== undefined) throw new Error(waitText(this.#unconfirmed));
    const waiting = changes.filter(({ effect }) => effect === "restarts the node");
    if (waiting.length > 0) {
      const texts = waiting.map(({ text }) => text).join("; ");
      this.#refused(`nothing of ${file} is applied until the node is restarted, which it needs for: ${texts}`);
      return { file, changes, isApplied: false };
    }
    await this.#take(loaded.config, confirmSeconds);
    this.problem = undefined;
    const texts = changes.length === 0 ? ["nothing changed"] : changes.map(({ text }) => text);
    this.#options.log.write("info", "reloaded", { changes: texts, confirmSeconds });
    return { file, changes, isApplied: true, ...(confirmSeconds === undefined ? {} : { confirmSeconds }) };
  }

  #forget(file: string): string | undefined {
    const problem = forgetKept(file);
    if (problem !== undefined) this.#options.log.write("warn", "kept-configuration-stays", { problem });
    return problem;
  }

  async #take(config: Config, confirmSeconds: number | undefined): Promise<void> {
    const was = this.#config;
    if (confirmSeconds !== undefined) keepConfig(was, config);
    try {
      await this.#options.apply(config);
    } catch (error) {
      if (confirmSeconds !== undefined) this.#forget(was.file);
      throw this.#refused(error instanceof Error ? error.message : String(error), error);
    }
    // The node may have taken another key meanwhile.
    const { identity } = this.#config;
    const before = { ...was, identity };
    this.#config = { ...config, identity };
    if (confirmSeconds === undefined) return void this.#forget(before.file);
    const appliedAt = performance.now();
    const delayMs = confirmSeconds * 1000;
    const timer = this.#undoIn(delayMs);
    this.#unconfirmed = { before, appliedAt, dueAt: appliedAt + delayMs, timer };
  }

  #undoIn(delayMs: number): NodeJS.Timeout {
    // It fails only where the node stops: then the next start undoes the change.
    return setTimeout(() => void this.#next(() => this.#undo()).catch(() => {}), delayMs);
  }

  /** Nobody confirmed the change: what was before is applied in the same way, and what is kept stays for a restart. */
  async #undo(): Promise<void> {
    const waiting = this.#unconfirmed;
    if (waiting === undefined) return;
    try {
      await this.#options.apply(waiting.before);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#refused(`the change was not confirmed, and cannot be undone: ${reason}`);
      if (!this.#isClosed) waiting.timer = this.#undoIn(UNDO_AGAIN_MS);
      return;
    }
    this.#settle(waiting);
    this.#config = waiting.before;
    this.#refused(`${this.#config.file} was not confirmed in time: the change was undone`);
  }

  #settle({ timer }: Unconfirmed): void {
    clearTimeout(timer);
    this.#unconfirmed = undefined;
  }

  #refused(problem: string, cause?: unknown): Error {
    this.problem = problem;
    this.#options.log.write("warn", "reload-refused", { problem });
    return new Error(problem, { cause });
  }
}

function waitText({ dueAt }: Unconfirmed): string {
  const seconds = Math.max(0, Math.ceil((dueAt - performance.now()) / 1000));
  return `a change is waiting for flor confirm, and is undone in ${seconds} s`;
}
