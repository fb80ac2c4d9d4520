/**
 * When two peers that are relayed tell each other their addresses, and what came of it: again and again, at growing
 * intervals, and at once when something changed that may help.
 */
import type { Instant } from "@flor/machine";

/** Between two rounds of one peer at least; a round's probes take four seconds. */
const ROUND_MIN_MS = 1000;
/**
 * After rounds that found nothing. The first ones follow a change, which the peer may have seen later than this node: a peer
 * without a session of its own cannot ask by itself.
 */
const AGAIN_MS = [1000, 2000, 5000, 10_000, 20_000, 40_000];
/** As often as a way that was shut is tried again. */
const AGAIN_MAX_MS = 60_000;
/** An answer that does not come is waited for no longer. */
const ANSWER_MS = 10_000;

/** How a peer is reached, or why it is not reached straight. */
export type ApproachState =
  /** Nobody tried yet. */
  | "idle"
  /** Its addresses are asked for. */
  | "asking"
  /** Probes are under way, or were and nothing came through. */
  | "trying"
  /** Straight. */
  | "direct"
  /** The peer does not tell: it has no link for this, or an older release. */
  | "refused"
  /** This node knows no address of its own that it could tell. */
  | "nothing-to-tell";

/** One peer. */
export class Approach {
  #state: ApproachState = "idle";
  #askAt: Instant = -Infinity;
  #askedAt: Instant = -Infinity;
  #isAsking = false;
  /** Something changed that the peer was not told. */
  #isNews = true;
  #rounds = 0;

  get state(): ApproachState {
    return this.#state;
  }

  /** Rounds since it was last reached straight, or since something changed. */
  get rounds(): number {
    return this.#rounds;
  }

  /** When to ask the peer; `undefined`: it is reached straight, or asked already. */
  nextTimeout(): Instant | undefined {
    if (this.#isAsking) return this.#askedAt + ANSWER_MS;
    return this.#state === "direct" ? undefined : this.#askAt;
  }

  /** Whether to ask now. */
  isDue(now: Instant): boolean {
    if (this.#isAsking && now >= this.#askedAt + ANSWER_MS) this.handleRefused(now);
    return !this.#isAsking && this.#state !== "direct" && now >= this.#askAt;
  }

  /** The peer is asked. */
  handleAsked(now: Instant): void {
    this.#isAsking = true;
    this.#isNews = false;
    this.#askedAt = now;
    if (this.#state === "idle" || this.#state === "nothing-to-tell") this.#state = "asking";
    this.#rounds += 1;
    this.#wait(now);
  }

  /** The peer answered: probes are under way. What changed since it was asked is told next. */
  handleAnswer(now: Instant): void {
    if (this.#isNews) this.#isAsking = false;
    else this.handleRound(now);
  }

  /** The peer asked and was told all there is, or asks when it will: probes are under way. */
  handleRound(now: Instant): void {
    this.#isNews = false;
    this.#isAsking = false;
    if (this.#state === "direct") return;
    this.#state = "trying";
    if (this.#rounds === 0) this.#rounds = 1;
    this.#wait(now);
  }

  /** The peer does not tell, or could not be asked. */
  handleRefused(now: Instant): void {
    this.#isAsking = false;
    if (this.#state !== "direct") this.#state = "refused";
    this.#wait(now);
  }

  /** There is nothing to tell the peer. */
  handleNothingToTell(now: Instant): void {
    this.#state = "nothing-to-tell";
    this.#askAt = now + AGAIN_MAX_MS;
  }

  /** It is heard straight, or not any more. */
  handleDirect(isDirect: boolean, now: Instant): void {
    if (isDirect === (this.#state === "direct")) return;
    this.#state = isDirect ? "direct" : "trying";
    this.handleChanged(now);
  }

  /** Something changed that may help: an address of this node, the path, or the peer itself. */
  handleChanged(now: Instant): void {
    this.#rounds = 0;
    this.#isNews = true;
    this.#askAt = Math.max(now, this.#askedAt + ROUND_MIN_MS);
  }

  #wait(now: Instant): void {
    this.#askAt = now + (AGAIN_MS[Math.max(0, this.#rounds - 1)] ?? AGAIN_MAX_MS);
  }
}
