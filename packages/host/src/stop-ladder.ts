import type { Instant } from "@flor/machine";

/** The steps of stopping a link process, each harder than the one before. */
export type StopStep = "drain" | "bye" | "close-stdin" | "terminate" | "kill";

/** How long a link may still send what it holds, told to it with `Drain`. */
export const DRAIN_MS = 200;

/** Milliseconds from the start of the ladder. A link that heeds the first three is gone within a second. */
const steps: readonly (readonly [StopStep, number])[] = [
  ["drain", 0],
  ["bye", DRAIN_MS],
  ["close-stdin", DRAIN_MS],
  ["terminate", DRAIN_MS + 2000],
  ["kill", DRAIN_MS + 4000],
];

/** Walks through the steps; drop it when the process is gone, and the rest is skipped. */
export class StopLadder {
  readonly #start: Instant;
  #index = 0;

  constructor(now: Instant) {
    this.#start = now;
  }

  /** The next step that is due, or `undefined`. */
  pollStep(now: Instant): StopStep | undefined {
    const [step, afterMs] = steps[this.#index] ?? [];
    if (step === undefined || afterMs === undefined || now < this.#start + afterMs) return undefined;
    this.#index += 1;
    return step;
  }

  nextTimeout(): Instant | undefined {
    const afterMs = steps[this.#index]?.[1];
    return afterMs === undefined ? undefined : this.#start + afterMs;
  }
}
