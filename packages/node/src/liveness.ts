/**
 * Which adjacencies are alive: hellos sent, answered and missed, after BFD (RFC 5880). An adjacency is alive while the
 * neighbour's hellos arrive and say that ours do: what is blocked one way is down at both ends, and stays so.
 *
 *   down ──a hello arrives──▶ hearing ──it says Heard──▶ alive      silence of three intervals ──▶ down
 */
import { Deadlines, type Instant } from "@flor/machine";
import type { Adjacency } from "./adjacency.ts";
import { decodeHello, encodeHello, HELLO_DETECT_MULTIPLIER, type Hello } from "./hello.ts";
import { HelloLoss } from "./hello-loss.ts";
import { HelloTicks } from "./hello-ticks.ts";
import { sendHello } from "./sender.ts";

/** While an adjacency is not up, hellos are this far apart (RFC 5880 section 6.8.3). */
const DOWN_INTERVAL_MS = 1000;
/** Hellos later than this after their time: we were stopped, not the neighbours. */
const STOPPED_MS = 500;
/** One hello of these asks for an answer, and so for a round trip; while an adjacency is not alive each does. */
const POLL_EVERY = 4;
/** Later than this after its time this node was busy, or was not given the processor: hellos may lie unread. */
const LATE_MS = 100;
/** It excuses no more of a neighbour's silence than this: a node that is always late still finds out who is gone. */
export const EXCUSED_MAX_MS = 3000;
/** How often in a row a neighbour that is not heard has its time again since this node was stopped. */
export const RESUMES_MAX = 8;
/** A node with fewer adjacencies says hello together with a near neighbour; one with more sends all of its own together. */
export const HELLOS_IN_STEP_FROM = 8;
/** A neighbour is near when a round trip to it takes this share of the interval at most. */
const NEAR_SHARE = 0.25;

/** Told when an adjacency comes up or goes down, and when its cost changed for good. */
export interface LivenessObserver {
  handleAlive(adjacency: Adjacency, alive: boolean, now: Instant): void;
  handleCost(adjacency: Adjacency, now: Instant): void;
}

/** The hellos of one adjacency. */
interface Hellos {
  sequence: number;
  nextAt: Instant;
  /** When the last one was sent that was not an answer. */
  sentAt: Instant;
  /** How late this node had been in all when the neighbour was last heard. */
  lateAtHeard: number;
  /** How often this node was stopped since then. */
  resumes: number;
  /** The poll that an answer is awaited of. */
  poll: { readonly sequence: number; readonly at: Instant } | undefined;
  /** The neighbour's hellos arrive. */
  isHearing: boolean;
  readonly loss: HelloLoss;
}

/** The hellos of all adjacencies. */
export class Liveness {
  readonly #hellos = new Map<Adjacency, Hellos>();
  readonly #deadlines = new Deadlines<Adjacency>();
  readonly #observer: LivenessObserver;
  readonly #ticks: HelloTicks;
  /** How much later than wanted this node was woken, in all, milliseconds. */
  #lateMs = 0;

  /** @param random uniform in [0, 1) */
  constructor(observer: LivenessObserver, random: () => number) {
    this.#observer = observer;
    this.#ticks = new HelloTicks(random);
  }

  /** Starts hellos on an adjacency whose tokens are exchanged; the neighbour may have restarted. */
  start(adjacency: Adjacency, now: Instant): void {
    const before = this.#hellos.get(adjacency);
    const hellos = {
      sequence: before?.sequence ?? 0,
      nextAt: now,
      sentAt: -Infinity,
      lateAtHeard: this.#lateMs,
      resumes: 0,
      poll: undefined,
      isHearing: false,
      loss: new HelloLoss(),
    };
    this.#hellos.set(adjacency, hellos);
    this.#deadlines.set(adjacency, now);
  }

  /** Whether hellos are sent there. */
  has(adjacency: Adjacency): boolean {
    return this.#hellos.has(adjacency);
  }

  /** Stops hellos; the adjacency counts as down. */
  stop(adjacency: Adjacency, now: Instant): void {
    this.#hellos.delete(adjacency);
    this.#deadlines.delete(adjacency);
    this.#setAlive(adjacency, false, now);
  }

  /** Sends and answers nothing from now on: the node stops. */
  silence(): void {
    this.#hellos.clear();
    this.#deadlines.clear();
  }

  /** Takes an OAM payload of an authenticated adjacency. */
  handleReceive(octets: Uint8Array, offset: number, end: number, adjacency: Adjacency, now: Instant): boolean {
    const hello = decodeHello(octets, offset, end);
    if (hello === undefined) return false;
    const hellos = this.#hellos.get(adjacency);
    if (hellos === undefined || hello.myDiscriminator !== adjacency.peerDiscriminator) return true;
    const isNews = !hellos.isHearing;
    hellos.isHearing = true;
    adjacency.lastHeardAt = now;
    hellos.lateAtHeard = this.#lateMs;
    hellos.resumes = 0;
    if (hello.final) this.#measure(adjacency, hellos, hello, now);
    else hellos.loss.handle(hello.sequence);
    adjacency.cost.reportedLoss = hello.loss;
    // Version 1 says by the discriminator alone that it knows this node: what is blocked one way it cannot tell.
    const isHeard = hello.heard || adjacency.isFormerVersion;
    const isAlive = isHeard && hello.yourDiscriminator === adjacency.localDiscriminator;
    if (hello.poll) this.#send(adjacency, hellos, { final: true, sequence: hello.sequence }, now);
    // It learns with the next hello that it is heard: let that be now.
    else if (isNews) this.#sendNext(adjacency, hellos, now);
    if (!hello.final && this.#isWithin(adjacency, hellos, now)) this.#sendWith(adjacency, hellos, now);
    this.#setAlive(adjacency, isAlive, now, true);
    return true;
  }

  /**
   * The neighbour or the link says that nothing crosses this adjacency: silent, until a hello is heard.
   *
   * @param isBadPath the link says so, of its own. @default false
   */
  handleDown(adjacency: Adjacency, now: Instant, isBadPath = false): void {
    const hellos = this.#hellos.get(adjacency);
    if (hellos !== undefined) hellos.isHearing = false;
    adjacency.lastHeardAt = -Infinity;
    this.#setAlive(adjacency, false, now, isBadPath);
  }

  /** The neighbour is elsewhere, or there is a way to it again: one that was silent may be heard, and is asked now. */
  handleMoved(adjacency: Adjacency, now: Instant): void {
    const hellos = this.#hellos.get(adjacency);
    if (hellos === undefined || adjacency.alive) return;
    hellos.nextAt = now;
    this.#deadlines.set(adjacency, now);
  }

  nextTimeout(): Instant | undefined {
    return this.#deadlines.next;
  }

  handleTimeout(now: Instant): void {
    const lateMs = now - (this.#deadlines.next ?? now);
    if (lateMs > STOPPED_MS) this.#resume(now);
    else if (lateMs > LATE_MS) this.#lateMs += lateMs;
    for (let due = this.#deadlines.takeDue(now); due !== undefined; due = this.#deadlines.takeDue(now)) {
      const hellos = this.#hellos.get(due);
      if (hellos === undefined) continue;
      if (now >= this.#silentAt(due, hellos)) this.#handleSilence(due, hellos, now);
      if (now >= hellos.nextAt) this.#sendNext(due, hellos, now);
      this.#deadlines.set(due, Math.max(now + 1, Math.min(hellos.nextAt, this.#silentAt(due, hellos))));
    }
  }

  /** When the neighbour counts as silent: while this node was late, its hellos may lie unread. Infinity: it is not heard anyway. */
  #silentAt({ lastHeardAt, helloIntervalMs }: Adjacency, { isHearing, lateAtHeard }: Hellos): Instant {
    if (!isHearing) return Infinity;
    const excusedMs = Math.min(this.#lateMs - lateAtHeard, EXCUSED_MAX_MS);
    return lastHeardAt + helloIntervalMs * HELLO_DETECT_MULTIPLIER + excusedMs;
  }

  /** Whether the hello that is due next had better leave now, beside the neighbour's: then the two wake both nodes once. */
  #isWithin({ alive, rttMs, helloIntervalMs }: Adjacency, { sentAt }: Hellos, now: Instant): boolean {
    if (!alive || this.#hellos.size >= HELLOS_IN_STEP_FROM) return false;
    return (rttMs ?? Infinity) <= helloIntervalMs * NEAR_SHARE && now - sentAt >= helloIntervalMs / 2;
  }

  /** Sends the next hello with the neighbour's; the one after it waits a whole interval, so that the neighbour leads again. */
  #sendWith(adjacency: Adjacency, hellos: Hellos, now: Instant): void {
    this.#sendNext(adjacency, hellos, now);
    hellos.nextAt = now + adjacency.helloIntervalMs;
    this.#deadlines.set(adjacency, Math.min(hellos.nextAt, this.#silentAt(adjacency, hellos)));
  }

  /** We were stopped or asleep: neighbours that were heard have their time again, and are asked at once. */
  #resume(now: Instant): void {
    for (const [adjacency, hellos] of this.#hellos) {
      if (hellos.isHearing && hellos.resumes < RESUMES_MAX) adjacency.lastHeardAt = now;
      hellos.resumes += 1;
      hellos.nextAt = now;
      hellos.poll = undefined;
      this.#deadlines.set(adjacency, now);
    }
  }

  #handleSilence(adjacency: Adjacency, hellos: Hellos, now: Instant): void {
    hellos.isHearing = false;
    adjacency.cost.reset();
    // Says at once that nothing is heard: the other end need not wait for its own silence.
    hellos.nextAt = now;
    this.#setAlive(adjacency, false, now, true);
  }

  #sendNext(adjacency: Adjacency, hellos: Hellos, now: Instant): void {
    hellos.sequence = (hellos.sequence + 1) >>> 0;
    const interval = adjacency.alive
      ? adjacency.helloIntervalMs
      : Math.max(DOWN_INTERVAL_MS, adjacency.helloIntervalMs);
    hellos.sentAt = now;
    hellos.nextAt = this.#ticks.after(now, interval);
    this.#deadlines.set(adjacency, hellos.nextAt);
    const poll = !adjacency.alive || hellos.sequence % POLL_EVERY === 0;
    if (poll) hellos.poll = { sequence: hellos.sequence, at: now };
    this.#send(adjacency, hellos, { poll, sequence: hellos.sequence }, now);
    if (adjacency.alive && adjacency.cost.review(now)) this.#observer.handleCost(adjacency, now);
  }

  #send(
    adjacency: Adjacency,
    hellos: Hellos,
    { poll = false, final = false, sequence }: { poll?: boolean; final?: boolean; sequence: number },
    now: Instant,
  ): void {
    if (!adjacency.isUsable) return;
    const { localDiscriminator: myDiscriminator, peerDiscriminator: yourDiscriminator } = adjacency;
    const { isHearing: heard, loss } = hellos;
    const hello = { poll, final, heard, loss: loss.share, myDiscriminator, yourDiscriminator, sequence };
    sendHello(encodeHello(hello), adjacency, now);
  }

  #measure(adjacency: Adjacency, hellos: Hellos, { sequence }: Hello, now: Instant): void {
    if (hellos.poll?.sequence !== sequence) return;
    adjacency.rttMs = now - hellos.poll.at;
    hellos.poll = undefined;
    adjacency.cost.handleRoundTrip(adjacency.rttMs, now);
  }

  #setAlive(adjacency: Adjacency, alive: boolean, now: Instant, isBadPath = false): void {
    if (adjacency.alive === alive) return;
    adjacency.setAlive(alive, isBadPath, now);
    const hellos = this.#hellos.get(adjacency);
    if (alive && hellos !== undefined) {
      hellos.nextAt = Math.min(hellos.nextAt, now + adjacency.helloIntervalMs);
      this.#deadlines.set(adjacency, hellos.nextAt);
    }
    this.#observer.handleAlive(adjacency, alive, now);
  }
}
