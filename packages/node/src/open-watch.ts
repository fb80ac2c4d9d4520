/**
 * Whether a session that seems alive still opens flows. Pings that are answered prove that packets come and go, not that
 * streams do.
 */
import type { Instant } from "@flor/machine";

/** An egress answers within 15 s, name and connection together, and its answer travels. */
const UNANSWERED_MS = 17_000;
/** Opens that were asked for at about the same time may have met one outage. */
const SPREAD_MS = 10_000;
/** An idle session pings every 10 s. */
const HEARD_MS = 12_000;

/** Watches the opens of one session. */
export class OpenWatch {
  /** When the first of the opens was asked for that were not answered, with no answer to any other since. */
  #since: Instant | undefined;
  #count = 0;

  /** The egress answered an open, with whatever. */
  answered(): void {
    this.#since = undefined;
    this.#count = 0;
  }

  /**
   * An open that was asked for at `askedAt` is given up without an answer.
   *
   * @param heardAt when the last packet of the other end came
   * @returns why the session is of no use any more, in words; `undefined`: it may be
   */
  unanswered(askedAt: Instant, heardAt: Instant, now: Instant): string | undefined {
    if (now - askedAt < UNANSWERED_MS || now - heardAt > HEARD_MS) return undefined;
    this.#since = Math.min(this.#since ?? askedAt, askedAt);
    this.#count += 1;
    if (askedAt - this.#since < SPREAD_MS) return undefined;
    const seconds = Math.round((now - this.#since) / 1000);
    return `replaced: it was alive, but ${this.#count} opens got no answer for ${seconds} s`;
  }
}
