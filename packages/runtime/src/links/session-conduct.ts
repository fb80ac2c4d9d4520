import { FRACTIONAL, LARGE_COUNT } from "@flor/machine";
import type { EndDrop, FlorIoEnd } from "@flor/io";
import type { LinkConduct, LinkOffence } from "@flor/node";

/** A session is looked at this often. */
const LOOK_INTERVAL_MS = 1000;
/** Pings are a second apart: this many unanswered ones are no hiccup. */
const UNANSWERED_PINGS = 3;

/** What the drops of our end say of the link; the others say nothing. */
const OFFENCES: Partial<Record<EndDrop, LinkOffence>> = {
  "bad-token": "io-token",
  "bad-mac": "io-malformed",
  malformed: "io-malformed",
  "unknown-type": "io-malformed",
  "unknown-message": "io-malformed",
  flooded: "io-flooded",
  lost: "io-lost",
  "event-overflow": "io-overflow",
};

/** Tells a link's conduct from the counters of its session. */
export class SessionConduct {
  readonly #end: FlorIoEnd;
  readonly #conduct: LinkConduct;
  readonly #seen = new Map<EndDrop, number>();
  #stalls = 0;
  #sent: number = LARGE_COUNT;
  #lookAt: number = FRACTIONAL;

  constructor(end: FlorIoEnd, conduct: LinkConduct) {
    this.#end = end;
    this.#conduct = conduct;
  }

  /** Looks, once a second at most; returns whether it did. */
  look(now: number): boolean {
    if (now < this.#lookAt) return false;
    this.#lookAt = now + LOOK_INTERVAL_MS;
    for (const [drop, offence] of Object.entries(OFFENCES) as [EndDrop, LinkOffence][]) {
      const count = this.#end.drops.counts[drop];
      const fresh = count - (this.#seen.get(drop) ?? 0);
      this.#seen.set(drop, count);
      if (fresh > 0) this.#conduct.note(offence, now, fresh);
    }
    this.#lookAtCredit(now);
    if (this.#end.unansweredPings >= UNANSWERED_PINGS) this.#conduct.note("no-answer", now);
    return true;
  }

  /** Frames waited, and not one bundle went. */
  #lookAtCredit(now: number): void {
    const { stalls, credit } = this.#end;
    const sent = credit.sent.datagrams;
    if (stalls > this.#stalls && sent === this.#sent) this.#conduct.note("no-credit", now);
    this.#stalls = stalls;
    this.#sent = sent;
  }
}
