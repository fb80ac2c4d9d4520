import { type Config, issueText, loadConfig } from "@flor/config";
import type { Log } from "@flor/host";
import { type ReloadChange, reloadPlan } from "./reload-plan.ts";

/** What came of a reload. */
export interface ReloadReport {
  readonly file: string;
  readonly changes: readonly ReloadChange[];
  /** Whether the node is now as the file says. */
  readonly isApplied: boolean;
}

/** What a reloader is made of. */
export interface ReloaderOptions {
  readonly config: Config;
  readonly log: Log;
  /** Applies what is live of a configuration, all of it or nothing. */
  readonly apply: (config: Config) => Promise<void>;
}

/** Brings a running node to what its file says by now. */
export class Reloader {
  /** Why the last reload changed nothing; `undefined`: it did, or there was none. */
  problem: string | undefined;
  readonly #options: ReloaderOptions;
  #config: Config;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: ReloaderOptions) {
    this.#options = options;
    this.#config = options.config;
  }

  /**
   * Reads the file, and applies it when everything that changed can change in a running node. One reload at a time.
   *
   * @param isDryRun only say what would change
   * @throws Error with all that is wrong with the file; nothing changed then
   */
  reload(isDryRun: boolean): Promise<ReloadReport> {
    const turn = this.#queue.then(() => this.#reload(isDryRun));
    this.#queue = turn.catch(() => {});
    return turn;
  }

  async #reload(isDryRun: boolean): Promise<ReloadReport> {
    const { file } = this.#config;
    const loaded = loadConfig(file);
    if ("issues" in loaded) throw this.#refused(loaded.issues.map(issueText).join("\n"));
    const changes = reloadPlan(this.#config, loaded.config);
    const waiting = changes.filter(({ effect }) => effect === "restarts the node");
    if (isDryRun) return { file, changes, isApplied: false };
    if (waiting.length > 0) {
      this.#refused(`a start of the node is needed for ${waiting.map(({ text }) => text).join("; ")}`);
      return { file, changes, isApplied: false };
    }
    try {
      await this.#options.apply(loaded.config);
    } catch (error) {
      throw this.#refused(error instanceof Error ? error.message : String(error), error);
    }
    this.#config = loaded.config;
    this.problem = undefined;
    this.#options.log.write("info", "reloaded", { changes: changes.map(({ text }) => text) });
    return { file, changes, isApplied: true };
  }

  #refused(problem: string, cause?: unknown): Error {
    this.problem = problem;
    this.#options.log.write("warn", "reload-refused", { problem });
    return new Error(problem, { cause });
  }
}
