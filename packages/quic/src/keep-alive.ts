import type { Instant } from "@flor/machine";
import { QUIC_LIMITS } from "./quic-limits.ts";

/** A third of the idle timeout. */
export const KEEP_ALIVE_MS = 10_000;
/** Idle connections are asked at multiples of this, so that many share a turn. */
const GRID_MS = 1000;
/** After this much silence while something is under way, the path may be gone. */
const INTERRUPTED_MS = 2000;
/** If a timer is handled this late, this process was stopped or got no processor, and cannot tell whether the peer was. */
const STOPPED_MS = 2000;
/** While nothing is heard: QUIC's own back-off doubles, and would wait as long again as the path was gone. */
const ASK_AGAIN_MS = 1000;

/**
 * When to ping: an idle connection, so that neither end forgets it; and a silent one every second, so that it goes on
 * as soon as its path is back.
 */
export class KeepAlive {
  /** Whether an idle connection is kept alive, and given up after the idle timeout. */
  isWanted = false;
  /** Silence after which a connection that is wanted is given up, milliseconds. */
  patienceMs: number = QUIC_LIMITS.idleTimeoutMs;
  #heardAt: Instant;
  /** When the oldest unacknowledged packet was sent; `undefined`: none was since the peer was heard. */
  #underWaySince: Instant | undefined;
  /** Octets arrived and more may follow: a peer whose window is full cannot ask by itself. */
  #isReceiving = false;
  /** Pings since the peer was heard, and the last of them. */
  #pings = 0;
  #pingedAt: Instant = -Infinity;

  constructor(now: Instant) {
    this.#heardAt = now;
  }

  /** When the last packet came. */
  get heardAt(): Instant {
    return this.#heardAt;
  }

  /**
   * A packet came.
   *
   * @returns whether a silence ends with it: a ping goes at once then, as the window that was full of lost packets may
   *   have held back those before
   */
  heard(now: Instant): boolean {
    const wasSilent = this.#pings > 1;
    this.#heardAt = now;
    this.#underWaySince = undefined;
    this.#pings = 0;
    return wasSilent;
  }

  /**
   * Whether this process did not run when the peer was to be asked at the latest, e.g. on a laptop that slept: the peer may keep the
   * connection for longer, so it is asked now, and has all its time again to answer.
   */
  hasSlept(now: Instant): boolean {
    const askedAt = this.#pings > 0 ? this.#pingedAt + ASK_AGAIN_MS : this.#heardAt + KEEP_ALIVE_MS;
    if (!this.isWanted || now < askedAt + STOPPED_MS) return false;
    this.#heardAt = now;
    return true;
  }

  /** Octets of a stream came. */
  received(): void {
    this.#isReceiving = true;
  }

  /** @param isUnderWay something we sent is not acknowledged yet */
  watch(isUnderWay: boolean, now: Instant): void {
    if (isUnderWay) this.#underWaySince ??= now;
  }

  /** A ping is being sent. */
  pinged(now: Instant): void {
    this.#pings += 1;
    this.#pingedAt = now;
    this.#isReceiving = false;
  }

  /** When to ping next; Infinity: never. */
  get dueAt(): Instant {
    if (this.#pings > 0) return this.#pingedAt + ASK_AGAIN_MS;
    const answerAt = (this.#underWaySince ?? Infinity) + INTERRUPTED_MS;
    if (!this.isWanted) return answerAt;
    const idleAt = Math.floor((this.#heardAt + KEEP_ALIVE_MS) / GRID_MS) * GRID_MS;
    return Math.min(answerAt, this.#isReceiving ? this.#heardAt + INTERRUPTED_MS : idleAt);
  }

  /**
   * When a connection that is wanted is given up: the peer, which has heard nothing for as long, has forgotten it. QUIC
   * itself would wait for another idle timeout after its first ping.
   */
  get lostAt(): Instant {
    return this.isWanted ? this.#heardAt + this.patienceMs : Infinity;
  }
}
