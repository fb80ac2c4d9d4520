import type { Instant } from "@flor/machine";
import { Latencies } from "./latencies.ts";
import { recordKey, type ServiceRecord } from "./record.ts";

/** How the network reaches a publisher: "silent" if the path has carried nothing recently, and may again. */
export type Reach = "alive" | "silent" | "none";

/** How an open flow ended up, as the ingress saw it. */
export type OpenOutcome = "opened" | "refused" | "timed-out";

/** Failures within this time eject a backend. */
const FAILURE_WINDOW_MS = 10_000;
/** Failures in a row, within {@link FAILURE_WINDOW_MS}, that eject. */
const FAILURES_TO_EJECT = 3;
/** The first ejection lasts so long, the n-th n times as long. */
const EJECTION_MS = 10_000;
/** No ejection lasts longer. */
const EJECTION_MAX_MS = 300_000;

/** A publisher of a service as one ingress sees it: its record, whether it is reached, and what became of flows. */
export class Backend {
  readonly key: string;
  record: ServiceRecord;
  reach: Reach = "alive";
  /** Its record is withdrawn: a table that still has it passes it over. */
  isGone = false;
  /** Flows of this ingress, open now. */
  openFlows = 0;
  /** Flows opened so far. */
  opens = 0;
  /** Opens that failed so far. */
  failures = 0;
  ejections = 0;
  ejectedUntil: Instant = -Infinity;
  readonly latencies: Latencies = new Latencies();
  #failuresInRow = 0;
  #firstFailureAt: Instant = -Infinity;

  constructor(record: ServiceRecord) {
    this.key = recordKey(record);
    this.record = record;
  }

  /** Whether its publisher says that the target answers. */
  get isUp(): boolean {
    return this.record.state === "up";
  }

  /** Whether a table over the newest records has slots for it. */
  get isInTable(): boolean {
    return !this.isGone && this.record.weight > 0 && this.record.state !== "draining";
  }

  isEjected(now: Instant): boolean {
    return now < this.ejectedUntil;
  }

  /** Records how an open ended. Returns true when the backend has failed often enough to be ejected. */
  handleOpen(outcome: OpenOutcome, now: Instant): boolean {
    if (outcome === "opened") {
      this.opens += 1;
      this.#failuresInRow = 0;
      return false;
    }
    this.failures += 1;
    if (now - this.#firstFailureAt > FAILURE_WINDOW_MS) this.#failuresInRow = 0;
    if (this.#failuresInRow === 0) this.#firstFailureAt = now;
    this.#failuresInRow += 1;
    return this.#failuresInRow >= FAILURES_TO_EJECT;
  }

  /** Takes no flows for a time that grows with each ejection. */
  eject(now: Instant): void {
    this.ejections += 1;
    this.#failuresInRow = 0;
    this.ejectedUntil = now + Math.min(EJECTION_MAX_MS, EJECTION_MS * this.ejections);
  }
}
