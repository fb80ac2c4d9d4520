/** Checks the signatures of what neighbours brought, a few per turn and of each neighbour in turn. */
import type { Instant } from "@flor/machine";
import type { LinkStateDatabase } from "./database.ts";
import { type LinkStateEntry, signedOctets } from "./entry.ts";
import type { NeighbourSync } from "./neighbour-sync.ts";
import { shortNameOf } from "./node-key.ts";

/** Maximum number of signatures checked per turn, a quarter of a millisecond each. */
export const VERIFICATIONS_PER_TURN = 16;
/** Pause before the next batch. */
const VERIFY_AGAIN_MS = 10;
/** Processor time in microseconds, as measured. */
const VERIFICATION_COST = 300;

/** Options of {@link Verification}. */
export interface VerificationOptions {
  readonly database: LinkStateDatabase;
  readonly verify: (publicKey: Uint8Array, octets: Uint8Array, signature: Uint8Array) => boolean;
  /** The signature is right. */
  readonly accept: (from: NeighbourSync, entry: LinkStateEntry, now: Instant) => void;
  /** The signature is wrong. */
  readonly refuse: (from: NeighbourSync, now: Instant) => void;
}

/** See the head of this file. */
export class Verification {
  readonly #options: VerificationOptions;
  /** Neighbours that sent something that is not verified yet. */
  readonly #pending = new Set<NeighbourSync>();
  #dueAt: Instant = Infinity;
  /** Signatures checked since the start. */
  count = 0;

  constructor(options: VerificationOptions) {
    this.#options = options;
  }

  /** Infinity: nothing waits. */
  get dueAt(): Instant {
    return this.#dueAt;
  }

  /** A neighbour brought an advertisement that is newer than what is held. */
  add(neighbour: NeighbourSync, entry: LinkStateEntry, now: Instant): void {
    neighbour.keep(entry);
    this.#pending.add(neighbour);
    this.#dueAt = Math.min(this.#dueAt, now);
  }

  handleTimeout(now: Instant): void {
    if (now < this.#dueAt) return;
    let left = VERIFICATIONS_PER_TURN;
    while (left > 0 && this.#pending.size > 0) {
      for (const neighbour of this.#pending) {
        const entry = neighbour.takePending();
        if (neighbour.pending.size === 0) this.#pending.delete(neighbour);
        if (entry === undefined) continue;
        if (this.#verify(neighbour, entry, now)) left -= 1;
        if (left === 0) break;
      }
    }
    this.#dueAt = this.#pending.size > 0 ? now + VERIFY_AGAIN_MS : Infinity;
  }

  /** @returns whether a signature was checked: another neighbour may have brought the same meanwhile */
  #verify(neighbour: NeighbourSync, entry: LinkStateEntry, now: Instant): boolean {
    const { database, verify, accept, refuse } = this.#options;
    if (database.compare(entry) !== "newer") {
      neighbour.shows(shortNameOf(entry.origin), entry.origin, entry.sequence);
      return false;
    }
    const { advertisement, signature } = entry.signed;
    this.count += 1;
    neighbour.allowance.spend(VERIFICATION_COST, now);
    const octets = signedOctets(advertisement ?? new Uint8Array());
    if (verify(entry.publicKey, octets, signature ?? new Uint8Array())) accept(neighbour, entry, now);
    else refuse(neighbour, now);
    return true;
  }
}
