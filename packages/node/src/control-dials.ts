/** When to dial which neighbour: whenever an adjacency that leads to it has no living control connection. */
import { Deadlines, earlier, type Instant, RateBudget } from "@flor/machine";
import type { QuicConnection } from "@flor/quic";
import type { Adjacency } from "./adjacency.ts";
import { DialTurns } from "./dial-turns.ts";
import type { Neighbour } from "./neighbour.ts";
import { Redial, REDIAL_ATTEMPT_MS, REDIAL_ATTEMPTS_MAX } from "./redial.ts";

/** A neighbour that announced that it stops is tried again after this long, and from then on like any other. */
const STOPPED_DELAY_MS = 1000;
/** Hellos have this long to be heard over an adjacency whose control connection stands. */
const FIRST_HELLO_MS = 2000;

/** Dials begun in one turn at most, so that answers to the first are taken before the last is begun. */
export const DIALS_PER_TURN = 16;
/** Dials a second, and at once, of neighbours that were dialled in vain before: what many silent ones cost has a bound. */
export const DIALS_AGAIN_PER_SECOND = 64;
const DIALS_AGAIN_AT_ONCE = 32;
/** Those that are silent wait while others came up this recently: answers may lie unread, at either end. */
const PROGRESS_MS = 100;
/** While more are under way than one turn begins, so long for each as a handshake takes both ends on a busy machine. */
const PATIENCE_MS = 4;
/** They wait no longer than this for it. */
const PROGRESS_WAIT_MS = 1000;
/** While an attempt was answered this recently, it goes on, and another would only take its time. */
const ANSWERED_MS = 1000;

/** One that takes connections and closes them at once is tried again after this long, doubling. */
const REFUSED_MS = 250;
const REFUSED_MAX_MS = 30_000;

/** Options of {@link ControlDials}. */
export interface ControlDialsOptions {
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Whether the adjacency has a control connection with the key that this node has now. */
  readonly hasControl: (adjacency: Adjacency) => boolean;
  readonly connect: (peer: Neighbour, adjacency: Adjacency, now: Instant) => QuicConnection<Adjacency>;
  /** An attempt took too long. */
  readonly abandon: (connection: QuicConnection<Adjacency>) => void;
}

interface Dialling {
  readonly peer: Neighbour;
  readonly redial: Redial;
  /** With the instant at which each began. */
  readonly attempts: Map<QuicConnection<Adjacency>, Instant>;
  /** Connections that it closed soon, one after another, since it last came alive. */
  refusals: number;
  /** When the last connection came up; Infinity: it was refused. */
  upAt: Instant;
  /** Only until there is a connection with the key that this node has now. */
  isRenewal: boolean;
}

/** The dials of all adjacencies that we open. */
export class ControlDials {
  readonly #options: ControlDialsOptions;
  readonly #dialling = new Map<Adjacency, Dialling>();
  readonly #deadlines = new Deadlines<Adjacency>();
  /** Due, and dialled in vain before. */
  readonly #queue = new DialTurns();
  /** When the first of them may be dialled; `undefined`: there is none. */
  #queueAt: Instant | undefined;
  readonly #again = new RateBudget(DIALS_AGAIN_PER_SECOND, DIALS_AGAIN_AT_ONCE);
  /** When a connection last came up. */
  #progressAt: Instant = -Infinity;
  /** When somebody was last dialled for the first time. */
  #firstAt: Instant = -Infinity;
  /** Since when those that are due again wait for the answers to these. */
  #heldSince: Instant | undefined;
  #isStopping = false;

  constructor(options: ControlDialsOptions) {
    this.#options = options;
  }

  /** Dials `peer` over `adjacency` from now on. */
  add(adjacency: Adjacency, peer: Neighbour): void {
    const dialling = this.#dialling.get(adjacency);
    if (dialling?.peer !== peer) this.#dialling.set(adjacency, this.#new(peer, false));
    else dialling.isRenewal = false;
    this.#review(adjacency);
  }

  /** This node has another key: dials with it, no matter which end opened the connection that there is. */
  renew(adjacency: Adjacency, peer: Neighbour): void {
    const { isRenewal = true } = this.#dialling.get(adjacency) ?? {};
    this.#dialling.set(adjacency, this.#new(peer, isRenewal));
    this.#review(adjacency);
  }

  /** The neighbour has another key: dials over the adjacency use that one. */
  succeed(adjacency: Adjacency, peer: Neighbour): void {
    const dialling = this.#dialling.get(adjacency);
    if (dialling !== undefined) this.#dialling.set(adjacency, this.#new(peer, dialling.isRenewal));
    this.#review(adjacency);
  }

  /** No longer dials over the adjacency, but to renew what there is. */
  stopDialling(adjacency: Adjacency): void {
    const dialling = this.#dialling.get(adjacency);
    if (dialling?.isRenewal === false) this.delete(adjacency);
  }

  /** The port is gone for good. */
  delete(adjacency: Adjacency): void {
    this.#dialling.delete(adjacency);
    this.#queue.delete(adjacency);
    this.#deadlines.delete(adjacency);
  }

  /** The node stops: dials nobody. */
  stop(): void {
    this.#isStopping = true;
    this.#queue.clear();
    this.#queueAt = undefined;
    this.#deadlines.clear();
  }

  /** A connection over the adjacency is up, no matter which end opened it. */
  established(adjacency: Adjacency, now: Instant): void {
    this.#progressAt = now;
    const dialling = this.#dialling.get(adjacency);
    if (dialling === undefined) return;
    dialling.upAt = now;
    dialling.redial.restart();
    dialling.redial.defer(now, FIRST_HELLO_MS);
    dialling.attempts.clear();
    if (dialling.isRenewal && this.#options.hasControl(adjacency)) this.delete(adjacency);
    this.#review(adjacency);
  }

  /**
   * A connection over the adjacency is closed.
   *
   * @param how `stopped`: the neighbour said that it stops. `refused`: it took the connection and closed it at once
   */
  closed(connection: QuicConnection<Adjacency>, how: "stopped" | "refused" | "other", now: Instant): void {
    const adjacency = connection.path;
    const dialling = this.#dialling.get(adjacency);
    if (dialling === undefined) return;
    const wasAttempt = dialling.attempts.delete(connection);
    if (how === "stopped") dialling.redial.defer(now, STOPPED_DELAY_MS);
    else if (how === "refused") {
      // One that stood is none in a row: hellos may be heard all the while, and forgive nothing then.
      if (now - dialling.upAt >= REFUSED_MAX_MS) dialling.refusals = 0;
      dialling.upAt = Infinity;
      dialling.redial.defer(now, Math.min(REFUSED_MAX_MS, REFUSED_MS * 2 ** dialling.refusals));
      dialling.refusals += 1;
    } else if (!wasAttempt && !this.#options.hasControl(adjacency)) dialling.redial.restart();
    this.#review(adjacency);
  }

  /** The adjacency came alive, or fell silent: then a neighbour that restarted is found by dialling it. */
  handleAlive(adjacency: Adjacency, alive: boolean): void {
    const dialling = alive ? this.#dialling.get(adjacency) : undefined;
    if (dialling !== undefined) {
      dialling.refusals = 0;
      dialling.redial.restart();
    }
    this.#review(adjacency);
  }

  /**
   * Frames can leave by the port again: what was dialled in vain meanwhile says nothing of the neighbour. Where a link says so too
   * often, neighbours are dialled when it is their time.
   */
  handlePortUp(adjacency: Adjacency, now: Instant): void {
    const dialling = this.#dialling.get(adjacency);
    if (dialling !== undefined && adjacency.link.portReturns.take(1, now)) dialling.redial.restart();
    this.#review(adjacency);
  }

  nextTimeout(): Instant | undefined {
    return earlier(this.#deadlines.next, this.#queueAt);
  }

  handleTimeout(now: Instant): void {
    let left = DIALS_PER_TURN;
    while (left > 0) {
      const due = this.#deadlines.takeDue(now);
      if (due === undefined) break;
      if (this.#dial(due, now)) left -= 1;
      this.#review(due);
    }
    this.#dialQueued(left, now);
  }

  #new(peer: Neighbour, isRenewal: boolean): Dialling {
    const redial = new Redial(this.#options.random);
    return { peer, redial, attempts: new Map(), refusals: 0, upAt: Infinity, isRenewal };
  }

  /** Gives up what takes too long, and begins an attempt if it is time; whether it did. */
  #dial(adjacency: Adjacency, now: Instant): boolean {
    const dialling = this.#dialling.get(adjacency);
    if (dialling === undefined) return false;
    for (const connection of dialling.attempts.keys()) {
      if (connection.heardAt + REDIAL_ATTEMPT_MS > now) continue;
      dialling.attempts.delete(connection);
      this.#options.abandon(connection);
    }
    if (!this.#wantsDial(adjacency, dialling) || dialDueAt(dialling) > now) return false;
    if (dialling.redial.since !== undefined) {
      this.#queue.add(adjacency);
      return false;
    }
    this.#begin(adjacency, dialling, now);
    return true;
  }

  /** Those that were dialled in vain before, those of each link in the order in which they became due, as far as they may be. */
  #dialQueued(most: number, now: Instant): void {
    const heldUntil = this.#heldUntil(now);
    if (heldUntil > now) {
      this.#queueAt = heldUntil;
      return;
    }
    let left = most;
    for (let adjacency = this.#queue.first; adjacency !== undefined; adjacency = this.#queue.first) {
      const dialling = this.#dialling.get(adjacency);
      // One whose port went down meanwhile, or which is back, costs those behind it nothing.
      const isDue = dialling !== undefined && this.#wantsDial(adjacency, dialling) && dialDueAt(dialling) <= now;
      if (isDue && (left === 0 || !this.#again.take(1, now))) break;
      this.#queue.take(adjacency);
      if (isDue) {
        left -= 1;
        this.#begin(adjacency, dialling, now);
      }
      this.#review(adjacency);
    }
    this.#queueAt = this.#queue.first === undefined ? undefined : this.#again.allowedAt(1, now);
  }

  /** Until when those that were dialled in vain before wait, since connections are coming up or about to. */
  #heldUntil(now: Instant): Instant {
    const heldUntil = this.#queue.first === undefined ? now : this.#patientUntil;
    if (heldUntil <= now) {
      this.#heldSince = undefined;
      return now;
    }
    this.#heldSince ??= now;
    return Math.min(heldUntil, this.#heldSince + PROGRESS_WAIT_MS);
  }

  get #patientUntil(): Instant {
    let underWay = 0;
    for (const { attempts } of this.#dialling.values()) underWay += attempts.size;
    const patienceMs = underWay > DIALS_PER_TURN ? Math.min(underWay * PATIENCE_MS, PROGRESS_WAIT_MS) : 0;
    return Math.max(this.#progressAt + Math.max(PROGRESS_MS, patienceMs), this.#firstAt + patienceMs);
  }

  #begin(adjacency: Adjacency, dialling: Dialling, now: Instant): void {
    if (dialling.redial.since === undefined) this.#firstAt = now;
    dialling.redial.started(now);
    dialling.attempts.set(this.#options.connect(dialling.peer, adjacency, now), now);
  }

  #review(adjacency: Adjacency): void {
    const dialling = this.#dialling.get(adjacency);
    if (dialling === undefined || this.#isStopping) return;
    // A sign of the neighbour since: what is dialled next is not dialled in vain, and waits for nobody.
    if (dialling.redial.since === undefined) this.#queue.delete(adjacency);
    const isWaiting = this.#wantsDial(adjacency, dialling) && !this.#queue.has(adjacency);
    let next = isWaiting ? dialDueAt(dialling) : Infinity;
    for (const { heardAt } of dialling.attempts.keys()) next = Math.min(next, heardAt + REDIAL_ATTEMPT_MS);
    this.#deadlines.set(adjacency, next);
  }

  #wantsDial(adjacency: Adjacency, { attempts }: Dialling): boolean {
    if (this.#isStopping || !adjacency.portUp || attempts.size >= REDIAL_ATTEMPTS_MAX) return false;
    return !this.#options.hasControl(adjacency) || (adjacency.peerToken !== undefined && !adjacency.alive);
  }
}

/** When another attempt may begin: not while the neighbour answers one. */
function dialDueAt({ redial, attempts }: Dialling): Instant {
  let dueAt = redial.dueAt;
  for (const [{ heardAt }, begun] of attempts) if (heardAt > begun) dueAt = Math.max(dueAt, heardAt + ANSWERED_MS);
  return dueAt;
}
