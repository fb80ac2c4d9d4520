/**
 * The time that admission and memberships go by: this machine's clock, or what peers say where the clock is wrong. A machine
 * without a battery for its clock starts in 1970, or where it stopped; the system's clock is never set.
 *
 * A peer that refuses a packet for its time says what time it is there, as an answer to that packet (proto/admission.md,
 * "Time hint"). Who is believed: see ADR 35.
 */
import { EARLIEST_MS } from "@flor/membership";
import { ADMISSION_TOLERANCE_SECONDS } from "@flor/quic";

/** What a node knows of the time without any clock. Milliseconds since 1970. */
export interface TimeBounds {
  /** The newest record that it holds is not of the future. */
  readonly notBefore: number;
  /** Its own membership ends then; Infinity: it has none. */
  readonly notAfter: number;
  /** Whom it believes, whose clock is neither doubtful nor confirmed: one peer, one that is ahead of it, or several. */
  readonly believes: "one" | "ahead" | "many";
}

/** What {@link NetworkTime} needs. */
export interface NetworkTimeOptions {
  /** The machine's clock, milliseconds since 1970. */
  readonly wallMs: () => number;
  readonly believes?: TimeBounds["believes"];
}

/** A clock, and what contradicts it. Milliseconds since 1970. */
export interface TimeDoubt extends Pick<TimeBounds, "notBefore" | "notAfter"> {
  readonly saidMs: number;
}

/** Another time was taken. */
export interface TimeTaken {
  /** What is added to the machine's clock now, milliseconds. */
  readonly offsetMs: number;
  /** By whose word, a node key. */
  readonly peer: string;
}

/** Peers whose time is remembered. */
export const TIME_VOTES_MAX = 64;
/** Envelopes bear 32 bits of seconds. */
const SAID_MAX_MS = 0xffff_ffff * 1000;
const TOLERANCE_MS = ADMISSION_TOLERANCE_SECONDS * 1000;

/** See the head of this file. */
export class NetworkTime {
  /** Told when the time is another one than the machine's clock says, by a peer's word. */
  onTaken: (taken: TimeTaken) => void = () => {};
  readonly #wallMs: () => number;
  /** By node key of the peer: what it adds to this machine's clock. */
  readonly #votes = new Map<string, number>();
  #bounds: TimeBounds;
  #offsetMs = 0;
  /** A peer took this time for right or said it, or it was possible and has passed steadily since. */
  #isTrusted = false;
  /** The time was taken from what answered nothing, and may be an old one: a single answer says better. */
  #isHearsay = false;
  #isBounded = false;
  #last: number | undefined;

  constructor({ wallMs, believes = "ahead" }: NetworkTimeOptions) {
    this.#wallMs = wallMs;
    this.#bounds = { notBefore: EARLIEST_MS, notAfter: Infinity, believes };
  }

  set bounds(bounds: TimeBounds) {
    const notBefore = Math.max(EARLIEST_MS, bounds.notBefore);
    // A membership that ended before the newest record was signed has ended, whatever the clock says.
    const notAfter = bounds.notAfter < notBefore ? Infinity : bounds.notAfter;
    this.#bounds = { ...bounds, notBefore, notAfter };
    if (!this.#isBounded && this.#votes.size === 0) this.#isTrusted = false;
    this.#isBounded = true;
  }

  /** Milliseconds since 1970; within the bounds while the clock is doubtful. */
  unixMs(): number {
    const told = this.#told();
    if (!this.#isTrusted && this.#isPossible(told)) this.#isTrusted = true;
    return this.#isTrusted ? told : this.#bounded(told);
  }

  /**
   * What envelopes bear, from 0 to 2^32 - 1 seconds: a bound, which is but a guess, would mislead another node in doubt.
   */
  saidMs(): number {
    return Math.max(0, Math.min(this.#told(), SAID_MAX_MS));
  }

  /** What is added to the machine's clock, milliseconds; 0: it is right, as far as is known. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** The clock contradicts what is known, and nobody has said the time: nothing may be forgotten for its age. */
  get isDoubtful(): boolean {
    this.unixMs();
    return !this.#isTrusted;
  }

  /** The machine's clock counts, and a peer agrees with it: what is over by it may be forgotten. */
  get isConfirmed(): boolean {
    return !this.isDoubtful && this.#offsetMs === 0 && this.#votesFor(0) > 0;
  }

  /** What is doubtful about the clock; absent: nothing. */
  get doubt(): TimeDoubt | undefined {
    const { notBefore, notAfter } = this.#bounds;
    return this.isDoubtful ? { saidMs: this.#told(), notBefore, notAfter } : undefined;
  }

  /**
   * A connection with the peer was established by this time. It ends no doubt about a clock that says 1970, or that a
   * membership is over: the peer's may be wrong alike, and it may be in doubt itself.
   */
  handleAgreed(peer: string): void {
    const told = this.#told();
    this.#vote(peer, this.#offsetMs);
    this.#isHearsay = false;
    if (told >= EARLIEST_MS && told <= this.#bounds.notAfter + TOLERANCE_MS) this.#isTrusted = true;
  }

  /**
   * A peer says the time.
   *
   * @param isAnswer it answers a packet of this node; otherwise it may be an old packet, that is believed only by a node
   *   that knows its clock to be wrong
   * @returns whether the time is another one now
   */
  handleTold(peer: string, unixMs: number, isAnswer: boolean): boolean {
    const wasDoubtful = this.isDoubtful;
    if (!isAnswer && !wasDoubtful) return false;
    const offset = unixMs - this.#wallMs();
    if (isAnswer) this.#vote(peer, offset);
    if (!wasDoubtful && Math.abs(unixMs - this.#told()) <= TOLERANCE_MS) {
      this.#isHearsay = false;
      return false;
    }
    if (!this.#isBelieved(unixMs, offset, wasDoubtful)) return false;
    this.#isHearsay = !isAnswer;
    this.#offsetMs = Math.abs(offset) <= TOLERANCE_MS ? 0 : offset;
    this.#isTrusted = true;
    this.#last = unixMs;
    this.onTaken({ offsetMs: this.#offsetMs, peer });
    return true;
  }

  #isBelieved(unixMs: number, offset: number, wasDoubtful: boolean): boolean {
    const { believes } = this.#bounds;
    const isPossible = this.#isPossible(unixMs);
    // What the clock says although it seemed impossible, a peer says as well.
    if (wasDoubtful) return isPossible || Math.abs(unixMs - this.#told()) <= TOLERANCE_MS;
    const [forIt, against] = [this.#votesFor(offset), this.#votesFor(this.#offsetMs)];
    if (!isPossible || forIt <= against) return false;
    // To go by the machine's clock again takes no more than to start with it.
    if (Math.abs(offset) <= TOLERANCE_MS || this.#isHearsay) return true;
    return forIt > 1 || believes === "one" || (believes === "ahead" && unixMs > this.#told());
  }

  #isPossible(unixMs: number): boolean {
    return Math.abs(this.#bounded(unixMs) - unixMs) <= TOLERANCE_MS;
  }

  #votesFor(offset: number): number {
    let count = 0;
    for (const one of this.#votes.values()) if (Math.abs(one - offset) <= TOLERANCE_MS) count += 1;
    return count;
  }

  #vote(peer: string, offset: number): void {
    this.#votes.delete(peer);
    this.#votes.set(peer, offset);
    const [oldest] = this.#votes.keys();
    if (this.#votes.size > TIME_VOTES_MAX && oldest !== undefined) this.#votes.delete(oldest);
  }

  /** The machine's clock and what is added to it; a clock that was set, or a machine that slept, begins again. */
  #told(): number {
    const wall = this.#wallMs();
    const last = this.#last;
    if (last !== undefined && Math.abs(wall + this.#offsetMs - last) > TOLERANCE_MS) {
      this.#votes.clear();
      this.#isTrusted = false;
      // It was set to what peers said.
      if (Math.abs(wall - last) <= TOLERANCE_MS) this.#offsetMs = 0;
    }
    this.#last = wall + this.#offsetMs;
    return this.#last;
  }

  #bounded(unixMs: number): number {
    return Math.max(this.#bounds.notBefore, Math.min(unixMs, this.#bounds.notAfter));
  }
}
