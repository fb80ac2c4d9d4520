import type { Instant } from "@flor/machine";

/** Weight of the newest measurement. */
const NEWEST = 0.25;

/** How fast a stream takes octets, measured while it makes us wait. */
export class DrainRate {
  /** Octets per millisecond; infinite until the stream made us wait once. */
  #measured = Infinity;
  #waiting: { readonly octets: number; readonly since: Instant } | undefined;

  /** The stream took nothing of these octets at once. */
  handleBlocked(octets: number, now: Instant): void {
    this.#waiting = { octets, since: now };
  }

  /** It has taken them. */
  handleDrained(now: Instant): void {
    if (this.#waiting === undefined) return;
    const { octets, since } = this.#waiting;
    this.#waiting = undefined;
    const rate = octets / Math.max(now - since, Number.EPSILON);
    this.#measured = this.#measured === Infinity ? rate : this.#measured + NEWEST * (rate - this.#measured);
  }

  /** Octets that go in `milliseconds`. A stream that stands still is not thought faster than what it stands on. */
  octetsIn(milliseconds: number, now: Instant): number {
    const { octets = 0, since = now } = this.#waiting ?? {};
    const standing = now > since ? octets / (now - since) : Infinity;
    return Math.min(this.#measured, standing) * milliseconds;
  }
}
