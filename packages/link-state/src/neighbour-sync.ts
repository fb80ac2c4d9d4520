/** What one neighbour is owed and what it owes us. Sets of origins, never of octets: what is superseded goes once. */
import { Allowance, type Instant } from "@flor/machine";
import type { LinkStateEntry } from "./entry.ts";

/** Advertisements of one neighbour that wait for their signature to be checked at most; then it is not read from. */
export const PENDING_MAX = 256;
/** Octets of those at most. */
export const PENDING_MAX_OCTETS = 1_048_576;
/** Origins that one neighbour shows newer at most: as many as fill a database and its tombstones. */
export const WANTED_MAX = 16_384;

/** Microseconds of our processor that one neighbour's messages may take a second, in the long run. */
const WORK_US_PER_SECOND = 70_000;
/** What they may take at once after a rest: 2,048 advertisements. */
const WORK_US_AT_ONCE = 700_000;

/** The state of flooding with one neighbour; its {@link Allowance} outlives its connections. */
export class NeighbourSync {
  readonly key: string;
  readonly allowance: Allowance = new Allowance(WORK_US_PER_SECOND, WORK_US_AT_ONCE);
  /** There is a control connection with it. */
  isOpen = false;
  /** Fresh advertisements go to it at once; otherwise it is told their names, and asks. */
  isFlooded = true;
  /** It speaks version 1: it knows no summaries, and wants to hear of its neighbour's neighbours alone. */
  isFormerVersion = false;
  /** Origins whose advertisement it gets. */
  readonly toSend: Set<string> = new Set();
  /** Names that it is told. */
  readonly toAnnounce: Set<string> = new Set();
  /** Name → sequence that it showed and we lack. */
  readonly wanted: Map<string, number> = new Map();
  /** Origin → what it brought, unverified. */
  readonly pending: Map<string, LinkStateEntry> = new Map();
  pendingOctets = 0;
  /** Where its summary goes on; `undefined`: none is under way. */
  summaryFrom: string | undefined;
  nextSummaryAt: Instant = Infinity;
  nextAnnouncementAt: Instant = -Infinity;

  constructor(key: string) {
    this.key = key;
  }

  open(nextSummaryAt: Instant): void {
    this.isOpen = true;
    this.summaryFrom = "";
    this.nextSummaryAt = nextSummaryAt;
  }

  close(): void {
    this.isOpen = false;
    this.isFormerVersion = false;
    this.nextSummaryAt = Infinity;
    this.#forget();
  }

  /** It turns out to speak version 1: what was under way for it cannot be said to it. */
  takeFormerVersion(): void {
    this.isFormerVersion = true;
    this.#forget();
  }

  /** Keeps an advertisement for its turn; a newer one of the same origin takes its place. */
  keep(entry: LinkStateEntry): void {
    const before = this.pending.get(entry.origin);
    if (before !== undefined && before.sequence >= entry.sequence) return;
    this.pendingOctets += octetsOf(entry) - (before === undefined ? 0 : octetsOf(before));
    this.pending.set(entry.origin, entry);
  }

  /** The next advertisement to verify. */
  takePending(): LinkStateEntry | undefined {
    for (const [origin, entry] of this.pending) {
      this.pending.delete(origin);
      this.pendingOctets -= octetsOf(entry);
      return entry;
    }
    return undefined;
  }

  /** Whether it may be read from. */
  canTake(now: Instant): boolean {
    return this.pending.size < PENDING_MAX && this.pendingOctets < PENDING_MAX_OCTETS && this.allowance.isSolvent(now);
  }

  /** The neighbour has `name` in this `sequence`. */
  shows(name: string, origin: string, sequence: number): void {
    this.toSend.delete(origin);
    if ((this.wanted.get(name) ?? Infinity) <= sequence) this.wanted.delete(name);
  }

  #forget(): void {
    this.summaryFrom = undefined;
    this.toSend.clear();
    this.toAnnounce.clear();
    this.wanted.clear();
  }
}

function octetsOf({ signed }: LinkStateEntry): number {
  return signed.advertisement?.length ?? 0;
}
