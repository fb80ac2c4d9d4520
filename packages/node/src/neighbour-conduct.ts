/**
 * What a neighbour says wrong of the layer, and whether it is more than chance: a neighbour that is late with news tells of some
 * nodes that are no members any more, and none tells lies. It is not passed on in any case; this is for people.
 */
import type { Instant } from "@flor/machine";
import type { LinkStateRefusal } from "@flor/link-state";
import type { MembershipRefusal } from "@flor/membership";

/** What a neighbour can say wrong. */
export type NeighbourOffence =
  | "malformed"
  | "bad-signature"
  | "conflict"
  | "not-a-member"
  | "not-an-issuer"
  | "forged"
  | "protocol";

/** How much of an offence in one minute is more than chance, and what it is called. */
interface Offence {
  readonly perMinute: number;
  readonly said: string;
}

const OFFENCES: Readonly<Record<NeighbourOffence, Offence>> = {
  malformed: { perMinute: 10, said: "malformed advertisements" },
  "bad-signature": { perMinute: 10, said: "advertisements with a wrong signature" },
  conflict: { perMinute: 10, said: "different advertisements under one number" },
  // Newcomers' memberships and advertisements come over different neighbours.
  "not-a-member": { perMinute: 500, said: "advertisements of nodes that are no members" },
  // What one signed that is an issuer no more is held by those who had it before.
  "not-an-issuer": { perMinute: 500, said: "memberships or revocations of which the signer is no issuer" },
  forged: { perMinute: 10, said: "memberships or revocations that are malformed or forged" },
  protocol: { perMinute: 3, said: "messages that break the protocol" },
};

/** What a neighbour said wrong within a minute is shown for so long. */
export const MISCONDUCT_SHOWN_MS = 600_000;
/** Neighbours of which something is remembered: as many as a configuration may list. */
export const MISCONDUCT_NEIGHBOURS_MAX = 1024;
const WINDOW_MS = 60_000;

/** Refusals of records that an honest neighbour never causes. */
const FORGED: ReadonlySet<MembershipRefusal> = new Set(["malformed", "forged", "too-long"]);

interface Account {
  windowEnd: Instant;
  readonly counts: Map<NeighbourOffence, number>;
  readonly verdicts: Map<NeighbourOffence, { peak: number; until: Instant }>;
}

/** See the head of this file. */
export class NeighbourConduct {
  readonly #accounts = new Map<string, Account>();

  /** A neighbour's advertisement was refused; see {@link note}. A full database is nobody's fault. */
  noteRefused(key: string, refusal: LinkStateRefusal, now: Instant): boolean {
    return refusal !== "full" && this.note(key, refusal, now);
  }

  /** A record that a neighbour sent was refused; see {@link note}. */
  noteRecord(key: string, refusal: MembershipRefusal, now: Instant): boolean {
    if (refusal === "not-an-issuer") return this.note(key, refusal, now);
    return FORGED.has(refusal) && this.note(key, "forged", now);
  }

  /**
   * A neighbour said something wrong.
   *
   * @returns whether it is shown from now on, and was not before
   */
  note(key: string, offence: NeighbourOffence, now: Instant): boolean {
    const account = this.#accountOf(key, now);
    const count = (account.counts.get(offence) ?? 0) + 1;
    account.counts.set(offence, count);
    if (count < OFFENCES[offence].perMinute) return false;
    const before = account.verdicts.get(offence);
    const isFresh = before === undefined || before.until <= now;
    const peak = isFresh ? count : Math.max(before.peak, count);
    account.verdicts.set(offence, { peak, until: now + MISCONDUCT_SHOWN_MS });
    return isFresh;
  }

  /** What is held against a neighbour, in words; `undefined`: nothing. */
  reason(key: string, now: Instant): string | undefined {
    const { verdicts } = this.#accounts.get(key) ?? {};
    const held = [...(verdicts ?? [])].filter(([, { until }]) => until > now);
    if (held.length === 0) return undefined;
    return held.map(([offence, { peak }]) => `${OFFENCES[offence].said}: ${peak} in a minute`).join("; ");
  }

  #accountOf(key: string, now: Instant): Account {
    const known = this.#accounts.get(key) ?? { windowEnd: -Infinity, counts: new Map(), verdicts: new Map() };
    // Who was heard last stands last.
    this.#accounts.delete(key);
    const [oldest] = this.#accounts.keys();
    if (this.#accounts.size >= MISCONDUCT_NEIGHBOURS_MAX && oldest !== undefined) this.#accounts.delete(oldest);
    this.#accounts.set(key, known);
    if (now >= known.windowEnd) {
      known.windowEnd = now + WINDOW_MS;
      known.counts.clear();
    }
    return known;
  }
}
