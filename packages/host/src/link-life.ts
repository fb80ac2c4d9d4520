/**
 * The life of a link process, as a machine: it says what to do with the process and when; it starts nothing itself.
 *
 *     stopped ─start─▶ starting ─spawned─▶ handshaking ─ready─▶ ready
 *                         ▲                     │                  │ exit, silence
 *                         └──────── back-off ◀──┴──────────────────┘
 *     any ─stop─▶ draining ─exit─▶ stopped          exit code 78 ─▶ failed, until it is started again
 */
import { BackOff, BoundedQueue, earlier, type Instant } from "@flor/machine";
import type { LinkState } from "@flor/node";
import { ReadyDeadline } from "./ready-deadline.ts";
import { type StopStep, StopLadder } from "./stop-ladder.ts";

/** How a process ended; one of the two is set. */
export interface LinkExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** What is to be done with the process. */
export type LinkAction = "spawn" | StopStep;

/** Exit code of a link whose configuration is wrong (`EX_CONFIG` of sysexits.h): trying again changes nothing. */
export const EXIT_CONFIGURATION = 78;

/** So that the first restart comes within 100 ms. Doubles with each further crash. */
const BACK_OFF_FIRST_MS = 50;
const BACK_OFF_MAX_MS = 30_000;
/** Ready for this long, a link is healthy: the next crash starts from the shortest back-off. */
const HEALTHY_AFTER_MS = 60_000;
const DEGRADED_CRASHES = 5;
const DEGRADED_WINDOW_MS = 60_000;
/** At most the whole ladder, or one kill after another reason. */
const ACTIONS_MAX = 16;

/** Decides over one link process. Never throws; calls in any order are harmless. */
export class LinkLife {
  #state: LinkState = "stopped";
  #reason: string | undefined;
  #killedFor: string | undefined;
  #incarnation = 0;
  #readyAt: Instant | undefined;
  #deadline: Instant | undefined;
  readonly #readyDeadline = new ReadyDeadline();
  #ladder: StopLadder | undefined;
  #startAgain = false;
  #crashes: Instant[] = [];
  readonly #actions = new BoundedQueue<LinkAction>(ACTIONS_MAX);
  readonly #backOff: BackOff;

  /** @param random uniform in [0, 1) */
  constructor(random: () => number) {
    this.#backOff = new BackOff({ firstMs: BACK_OFF_FIRST_MS, maxMs: BACK_OFF_MAX_MS, random });
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Why it is not ready, or why it last was not; `undefined`: it never failed. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Processes started so far. */
  get incarnation(): number {
    return this.#incarnation;
  }

  /** Milliseconds that a process has to become ready after its start. */
  get readyDeadlineMs(): number {
    return this.#readyDeadline.ms;
  }

  /** That it crashed five times or more in the last minute, in words, or `undefined`; it is still started again. */
  crashes(now: Instant): string | undefined {
    const isDegraded = this.#crashes.filter((at) => now - at < DEGRADED_WINDOW_MS).length >= DEGRADED_CRASHES;
    return isDegraded ? `it ended ${DEGRADED_CRASHES} times in a minute` : undefined;
  }

  /** Starts from rest, from a failure, or at once instead of after the back-off. */
  start(): void {
    if (this.#state === "draining") this.#startAgain = true;
    else if (!this.#hasProcess()) this.#spawn();
  }

  /** Begins the stop ladder; without a process it is stopped at once. */
  stop(now: Instant): void {
    this.#startAgain = false;
    if (this.#state === "draining") return;
    if (!this.#hasProcess()) this.#rest("stopped");
    else this.#drain(now);
  }

  /** Stops, and starts when the process is gone. Its binary may have been replaced. */
  restart(now: Instant): void {
    if (this.#hasProcess() && this.#state !== "draining") this.#drain(now);
    this.#startAgain = true;
    if (!this.#hasProcess()) this.#spawn();
  }

  /** The process runs and has its bootstrap line. */
  handleSpawned(now: Instant): void {
    if (this.#state !== "starting") return;
    this.#state = "handshaking";
    this.#deadline = now + this.#readyDeadline.ms;
  }

  /** There is no process. */
  handleSpawnFailed(reason: string, now: Instant): void {
    if (this.#state === "draining") this.#ended();
    else if (this.#state === "starting") this.#crashed(reason, now);
  }

  /** The handshake is done. */
  handleReady(now: Instant): void {
    if (this.#state !== "handshaking") return;
    this.#state = "ready";
    this.#deadline = undefined;
    this.#readyDeadline.meet();
    this.#readyAt = now;
  }

  /** The process runs and is of no use any more: it is killed, and started again when it is gone. */
  handleUnresponsive(reason: string): void {
    if (this.#state !== "handshaking" && this.#state !== "ready") return;
    if (this.#state === "handshaking") this.#readyDeadline.miss();
    this.#killedFor = reason;
    this.#deadline = undefined;
    this.#actions.push("kill");
  }

  /** The process is gone. */
  handleExited(exit: LinkExit, now: Instant): void {
    if (this.#state === "draining") return this.#ended();
    if (!this.#hasProcess()) return;
    const reason = this.#killedFor ?? textOfExit(exit);
    if (exit.code === EXIT_CONFIGURATION) this.#rest("failed", "its configuration is wrong (exit code 78)");
    else this.#crashed(reason, now);
  }

  /** Call when `nextTimeout` is due; early and late calls are harmless. */
  handleTimeout(now: Instant): void {
    for (let step = this.#ladder?.pollStep(now); step !== undefined; step = this.#ladder?.pollStep(now)) {
      this.#actions.push(step);
    }
    if (this.#deadline === undefined || now < this.#deadline) return;
    this.#deadline = undefined;
    if (this.#state === "back-off") this.#spawn();
    else this.handleUnresponsive(`not ready ${this.#readyDeadline.ms / 1000} s after its start`);
  }

  nextTimeout(): Instant | undefined {
    return earlier(this.#deadline, this.#ladder?.nextTimeout());
  }

  /** The next thing to do, or `undefined`. */
  pollAction(): LinkAction | undefined {
    return this.#actions.shift();
  }

  #hasProcess(): boolean {
    return this.#state !== "stopped" && this.#state !== "failed" && this.#state !== "back-off";
  }

  #spawn(): void {
    this.#state = "starting";
    this.#incarnation += 1;
    this.#readyAt = undefined;
    this.#killedFor = undefined;
    this.#deadline = undefined;
    this.#startAgain = false;
    this.#actions.push("spawn");
  }

  #drain(now: Instant): void {
    this.#state = "draining";
    this.#deadline = undefined;
    this.#ladder = new StopLadder(now);
    this.handleTimeout(now);
  }

  #ended(): void {
    this.#ladder = undefined;
    if (this.#startAgain) this.#spawn();
    else this.#rest("stopped");
  }

  #rest(state: "stopped" | "failed", reason: string | undefined = this.#reason): void {
    this.#state = state;
    this.#reason = reason;
    this.#deadline = undefined;
    this.#backOff.reset();
  }

  #crashed(reason: string, now: Instant): void {
    if (this.#readyAt !== undefined && now - this.#readyAt >= HEALTHY_AFTER_MS) this.#backOff.reset();
    this.#crashes = [...this.#crashes.slice(1 - DEGRADED_CRASHES), now];
    this.#reason = reason;
    this.#state = "back-off";
    this.#deadline = now + this.#backOff.next();
  }
}

function textOfExit({ code, signal }: LinkExit): string {
  return signal === null ? `exited with code ${code ?? 0}` : `ended by ${signal}`;
}
