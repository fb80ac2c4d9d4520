/**
 * Supervises one link: starts its process, writes the bootstrap line, collects what it prints, starts it again when it
 * dies, and stops it step by step. Handshake and session are the owner's: it says when the link is ready or silent.
 */
import type { LinkState } from "@flor/node";
import type { BegunChildren } from "./begun-children.ts";
import { type ChildOwner, ChildProcess } from "./child-process.ts";
import { diagnose } from "./diagnose.ts";
import { linkEnvironment } from "./link-environment.ts";
import { type LinkAction, LinkLife } from "./link-life.ts";
import { LinkLog } from "./link-log.ts";
import type { LogLine } from "./log-line.ts";
import { DRAIN_MS } from "./stop-ladder.ts";

/** How a link is started. */
export interface LinkProcessOptions {
  /** The program and its arguments; no shell. */
  readonly command: readonly [string, ...string[]];
  /** Added to the few variables that every link gets. @default {} */
  readonly environment?: Readonly<Record<string, string>>;
  /** @default the node's */
  readonly directory?: string;
  /** Uniform in [0, 1). @default Math.random */
  readonly random?: () => number;
  /** Its first process may be among them. @default none */
  readonly begun?: BegunChildren | undefined;
}

/** What the supervisor asks of, and tells, the node. */
export interface LinkProcessOwner {
  /**
   * A process is about to start: opens a session for it.
   *
   * @param incarnation rises by one with each process
   * @param deadlineMs the link's time to become ready, for the bootstrap line and the session
   * @returns the bootstrap line with its line feed, from `encodeBootstrap`; a rejection counts as a failed start
   */
  openSession(incarnation: number, deadlineMs: number): string | Promise<string>;
  /** The process of the session is gone, or there was none. */
  closeSession(): void;
  /** Send `Drain`. */
  drain(deadlineMs: number): void;
  /** Send `Bye`. */
  bye(): void;
  /** What the link said on Flor IO if it is not ready, in words; `undefined`: nothing. */
  heard(): string | undefined;
  handleState(state: LinkState): void;
  /** The link did not become ready: why, in words, control characters escaped. */
  handleDiagnosis(text: string): void;
  handleLog(line: LogLine): void;
}

/** A link process now. */
export interface LinkProcessStatus {
  readonly state: LinkState;
  readonly pid: number | undefined;
  /** Processes after the first. */
  readonly restarts: number;
  /** That it crashed often of late, in words; `undefined`: it did not. */
  readonly crashes: string | undefined;
  /** Lines of its log that were left out. */
  readonly suppressedLines: number;
  /** Why it is not ready, or why it last was not. */
  readonly reason: string | undefined;
  /** The last lines it printed, oldest first. */
  readonly recentLines: readonly string[];
}

/** One link and, one after another, its processes. */
export class LinkProcess {
  readonly #options: LinkProcessOptions;
  readonly #owner: LinkProcessOwner;
  readonly #life: LinkLife;
  readonly #log: LinkLog;
  readonly #environment: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;
  #state: LinkState = "stopped";
  #timer: NodeJS.Timeout | undefined;
  #stopped: PromiseWithResolvers<void> | undefined;

  constructor(options: LinkProcessOptions, owner: LinkProcessOwner) {
    this.#options = options;
    this.#owner = owner;
    this.#life = new LinkLife(options.random ?? Math.random);
    this.#log = new LinkLog((line) => owner.handleLog(line));
    this.#environment = linkEnvironment(process.env, options.environment ?? {});
  }

  get status(): LinkProcessStatus {
    return {
      state: this.#state,
      pid: this.#child?.pid,
      restarts: Math.max(0, this.#life.incarnation - 1),
      crashes: this.#life.crashes(performance.now()),
      suppressedLines: this.#log.suppressed,
      reason: this.#life.reason,
      recentLines: this.#log.recent,
    };
  }

  /** Starts the link; from back-off at once. */
  start(): void {
    this.#life.start();
    this.#advance();
  }

  /** Stops the process, its binary perhaps replaced meanwhile, and starts it. */
  restart(): void {
    this.#life.restart(performance.now());
    this.#advance();
  }

  /** Stops the link; resolves when its process is gone, after 4.2 s and a SIGKILL at the latest. */
  async stop(): Promise<void> {
    this.#life.stop(performance.now());
    this.#stopped ??= Promise.withResolvers();
    const { promise } = this.#stopped;
    this.#advance();
    await promise;
  }

  /** The handshake of the current session is done. */
  handleReady(): void {
    this.#life.handleReady(performance.now());
    this.#advance();
  }

  /** The current session is of no use, e.g. silent for 5 s: the process is killed and started again. */
  handleUnresponsive(reason: string): void {
    this.#life.handleUnresponsive(reason);
    this.#advance();
  }

  /** Does what the life wants done, tells a change of state, and sets the one timer. */
  #advance(): void {
    for (let action = this.#life.pollAction(); action !== undefined; action = this.#life.pollAction()) this.#do(action);
    this.#tellState();
    clearTimeout(this.#timer);
    const next = this.#life.nextTimeout();
    if (next === undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#life.handleTimeout(performance.now());
        this.#advance();
      },
      Math.max(0, next - performance.now()),
    );
  }

  #tellState(): void {
    const { state } = this.#life;
    if (state !== this.#state) {
      this.#state = state;
      this.#owner.handleState(state);
    }
    // The old process is gone even if a restart is already under way and the state is no longer "stopped".
    if (state === "draining") return;
    this.#stopped?.resolve();
    this.#stopped = undefined;
  }

  #do(action: LinkAction): void {
    if (action === "spawn") void this.#spawn();
    else if (action === "drain") this.#owner.drain(DRAIN_MS);
    else if (action === "bye") this.#owner.bye();
    else if (action === "close-stdin") this.#child?.closeStdin();
    else this.#child?.signal(action === "terminate" ? "SIGTERM" : "SIGKILL");
  }

  async #spawn(): Promise<void> {
    const outcome = await this.#startChild();
    if ("code" in outcome) {
      this.#owner.closeSession();
      this.#life.handleSpawnFailed(outcome.code, performance.now());
      void this.#explain(false);
    } else {
      this.#life.handleSpawned(performance.now());
    }
    this.#advance();
  }

  async #startChild(): Promise<ChildProcess | { readonly code: string }> {
    const { begun: all, directory } = this.#options;
    const command = { command: this.#options.command, environment: this.#environment, directory };
    using begun = all?.take(command);
    try {
      const line = await this.#owner.openSession(this.#life.incarnation, this.#life.readyDeadlineMs);
      if (this.#life.state !== "starting") return { code: "stopped meanwhile" };
      const child = await ChildProcess.start(command, this.#childOwner(), begun);
      if ("code" in child) return { code: `not started: ${child.code}` };
      this.#child = child;
      child.write(line);
      return child;
    } catch (error) {
      return { code: `no session: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  #childOwner(): ChildOwner {
    const outputs = this.#log.openOutputs();
    let wasUseful = false;
    return {
      handleOutput: (output, octets) => outputs.handleOctets(output, octets, performance.now()),
      handleExited: (exit) => {
        wasUseful = this.#state === "ready" || this.#state === "draining";
        this.#child = undefined;
        this.#owner.closeSession();
        this.#life.handleExited(exit, performance.now());
        this.#advance();
      },
      handleOutputEnded: () => {
        outputs.end();
        if (!wasUseful || this.#state === "failed") void this.#explain(true);
      },
    };
  }

  async #explain(isStarted: boolean): Promise<void> {
    const text = await diagnose({
      program: this.#options.command[0],
      searchPath: this.#environment["PATH"] ?? "",
      reason: this.#life.reason ?? "it did not become ready",
      isStarted,
      isConfiguration: this.#life.state === "failed",
      heard: this.#owner.heard(),
      recentLines: this.#log.recent,
    });
    this.#owner.handleDiagnosis(text);
  }
}
