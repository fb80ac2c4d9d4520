/**
 * What a link does wrong, and whether it is more than bad luck. A link that misbehaves is used on, as far as it can be:
 * people are told, and what it does is bounded elsewhere.
 */
import type { Instant } from "@flor/machine";

/** How much of an offence in one second is more than bad luck, and its description. */
interface Offence {
  readonly perSecond: number;
  readonly said: string;
}

/** What a link can do wrong. */
export type LinkOffence =
  | "unknown-port"
  | "bad-token"
  | "malformed"
  | "unknown-label"
  | "unknown-payload"
  | "strangers"
  | "io-malformed"
  | "io-token"
  | "io-flooded"
  | "io-lost"
  | "io-overflow"
  | "ports-changed"
  | "ports-created"
  | "port-refused"
  | "too-big"
  | "no-credit"
  | "no-answer"
  | "log";

/** Frames: a fast flow brings some that are a little late whenever a node or a link restarts. */
const FRAMES_PER_SECOND = 5000;
/** Datagrams and control messages of the link itself: none would be right, some may be of its last life. */
const MESSAGES_PER_SECOND = 100;

const OFFENCES: Readonly<Record<LinkOffence, Offence>> = {
  "unknown-port": { perSecond: FRAMES_PER_SECOND, said: "frames from a port that it did not announce" },
  "bad-token": { perSecond: FRAMES_PER_SECOND, said: "frames without their neighbour's token" },
  malformed: { perSecond: FRAMES_PER_SECOND, said: "malformed frames" },
  "unknown-label": { perSecond: FRAMES_PER_SECOND, said: "frames with an unknown label" },
  "unknown-payload": { perSecond: FRAMES_PER_SECOND, said: "packets of no connection" },
  strangers: { perSecond: 1, said: "more packets of strangers than are checked" },
  "io-malformed": { perSecond: MESSAGES_PER_SECOND, said: "malformed datagrams or control messages" },
  "io-token": { perSecond: MESSAGES_PER_SECOND, said: "datagrams without the session's token" },
  "io-flooded": { perSecond: 1, said: "more control messages than are read" },
  "io-lost": { perSecond: MESSAGES_PER_SECOND, said: "datagrams sent to the node without credit, and lost" },
  "io-overflow": { perSecond: MESSAGES_PER_SECOND, said: "more reports and notices than are read" },
  "ports-changed": { perSecond: 5, said: "more lists of ports than are read" },
  "ports-created": { perSecond: 1, said: "more new ports than are opened" },
  "port-refused": { perSecond: 1, said: "ports that carry too little for QUIC" },
  "too-big": { perSecond: 10, said: "more reports of too big frames than are believed" },
  "no-credit": { perSecond: 1, said: "no credit for any frame" },
  "no-answer": { perSecond: 1, said: "unanswered Pings" },
  log: { perSecond: 1, said: "lines of its log left out" },
};

/** A second with too much of one offence is held against a link this long. */
export const DEGRADED_MS = 10_000;

const WINDOW_MS = 1000;

interface Verdict {
  /** The most in one second. */
  peak: number;
  until: Instant;
}

/** The conduct of one link, over all its processes. */
export class LinkConduct {
  readonly #counts = new Map<LinkOffence, number>();
  readonly #verdicts = new Map<LinkOffence, Verdict>();
  #windowEnd: Instant = -Infinity;

  /** The link did something wrong, `count` times. */
  note(offence: LinkOffence, now: Instant, count = 1): void {
    if (now >= this.#windowEnd) {
      this.#windowEnd = now + WINDOW_MS;
      this.#counts.clear();
    }
    const counted = (this.#counts.get(offence) ?? 0) + count;
    this.#counts.set(offence, counted);
    if (counted >= OFFENCES[offence].perSecond) this.#hold(offence, counted, now);
  }

  /** What is held against the link, in words; `undefined`: nothing. */
  reason(now: Instant): string | undefined {
    for (const [offence, { until }] of this.#verdicts) if (now >= until) this.#verdicts.delete(offence);
    if (this.#verdicts.size === 0) return undefined;
    return Array.from(this.#verdicts, ([offence, { peak }]) => textOf(offence, peak)).join("; ");
  }

  #hold(offence: LinkOffence, count: number, now: Instant): void {
    const verdict = this.#verdicts.get(offence);
    const until = now + DEGRADED_MS;
    if (verdict === undefined || now >= verdict.until) {
      this.#verdicts.delete(offence);
      this.#verdicts.set(offence, { peak: count, until });
      return;
    }
    verdict.peak = Math.max(verdict.peak, count);
    verdict.until = until;
  }
}

function textOf(offence: LinkOffence, peak: number): string {
  const { said } = OFFENCES[offence];
  return peak === 1 ? said : `${said}: ${peak} in a second`;
}
