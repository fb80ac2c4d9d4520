/**
 * Which adjacencies are alive: hellos sent, answered and missed. An adjacency is up when the neighbour's hellos name
 * our discriminator, and down after {@link HELLO_DETECT_MULTIPLIER} intervals of silence.
 */
import type { Instant } from "@flor/machine";
import type { Adjacency } from "./adjacency.ts";
import { decodeHello, encodeHello, HELLO_DETECT_MULTIPLIER, HELLO_INTERVAL_MS } from "./hello.ts";
import { sendHello } from "./sender.ts";

/** While an adjacency is not up, hellos are this far apart (RFC 5880 section 6.8.3). */
const DOWN_INTERVAL_MS = 1000;
/** `handleTimeout` later than this after its deadline: we were stopped, not the neighbour. */
const STOPPED_MS = 500;

/** Told when an adjacency comes up or goes down. */
export interface LivenessObserver {
  handleAlive(adjacency: Adjacency, alive: boolean, now: Instant): void;
}

/** The hellos of all adjacencies. */
export class Liveness {
  #adjacencies = new Set<Adjacency>();
  #sentAt = new Map<Adjacency, { sequence: number; at: Instant }>();
  /** Those that were alive once and are not now. */
  #silenced = new WeakSet<Adjacency>();
  #observer: LivenessObserver;
  #random: () => number;
  #checkedAt: Instant | undefined;

  /** @param random uniform in [0, 1) */
  constructor(observer: LivenessObserver, random: () => number) {
    this.#observer = observer;
    this.#random = random;
  }

  /** Starts hellos on an adjacency whose tokens are exchanged. */
  start(adjacency: Adjacency, now: Instant): void {
    this.#adjacencies.add(adjacency);
    adjacency.nextHelloAt = now;
  }

  /** Stops hellos; the adjacency counts as down. */
  stop(adjacency: Adjacency, now: Instant): void {
    this.#adjacencies.delete(adjacency);
    this.#sentAt.delete(adjacency);
    adjacency.nextHelloAt = Infinity;
    this.#setAlive(adjacency, false, now);
  }

  /** Says nothing any more, and answers nothing: the node stops. */
  silence(): void {
    this.#adjacencies.clear();
  }

  /** Takes an OAM payload of an authenticated adjacency. */
  handleReceive(octets: Uint8Array, offset: number, end: number, adjacency: Adjacency, now: Instant): boolean {
    const hello = decodeHello(octets, offset, end);
    if (hello === undefined) return false;
    if (!this.#adjacencies.has(adjacency) || hello.myDiscriminator !== adjacency.peerDiscriminator) return true;
    adjacency.lastHeardAt = now;
    if (hello.final) this.#measure(adjacency, hello.sequence, now);
    if (hello.poll) this.#send(adjacency, hello.sequence, true, now);
    this.#setAlive(adjacency, hello.yourDiscriminator === adjacency.localDiscriminator, now);
    return true;
  }

  /** The neighbour says that nothing reaches it over this adjacency: silent, until a hello is heard. */
  handleDown(adjacency: Adjacency, now: Instant): void {
    adjacency.lastHeardAt = -Infinity;
    this.#setAlive(adjacency, false, now);
  }

  nextTimeout(): Instant | undefined {
    let next: Instant | undefined;
    for (const { nextHelloAt } of this.#adjacencies) if (next === undefined || nextHelloAt < next) next = nextHelloAt;
    return next;
  }

  handleTimeout(now: Instant): void {
    const wasStopped = this.#checkedAt !== undefined && now - this.#checkedAt > DOWN_INTERVAL_MS + STOPPED_MS;
    this.#checkedAt = now;
    for (const adjacency of this.#adjacencies) {
      if (wasStopped && adjacency.alive) adjacency.lastHeardAt = now;
      if (now - adjacency.lastHeardAt > HELLO_INTERVAL_MS * HELLO_DETECT_MULTIPLIER)
        this.#setAlive(adjacency, false, now);
      if (now >= adjacency.nextHelloAt) this.#sendPoll(adjacency, now);
    }
  }

  #sendPoll(adjacency: Adjacency, now: Instant): void {
    const sequence = ((this.#sentAt.get(adjacency)?.sequence ?? 0) + 1) >>> 0;
    this.#sentAt.set(adjacency, { sequence, at: now });
    const interval = adjacency.alive ? HELLO_INTERVAL_MS : DOWN_INTERVAL_MS;
    adjacency.nextHelloAt = now + interval * (0.75 + this.#random() / 4);
    this.#send(adjacency, sequence, false, now);
  }

  #send(adjacency: Adjacency, sequence: number, final: boolean, now: Instant): void {
    if (!adjacency.isUsable) return;
    const { localDiscriminator: myDiscriminator, peerDiscriminator: yourDiscriminator } = adjacency;
    sendHello(encodeHello({ poll: !final, final, myDiscriminator, yourDiscriminator, sequence }), adjacency, now);
  }

  #measure(adjacency: Adjacency, sequence: number, now: Instant): void {
    const sent = this.#sentAt.get(adjacency);
    if (sent?.sequence === sequence) adjacency.rttMs = now - sent.at;
  }

  #setAlive(adjacency: Adjacency, alive: boolean, now: Instant): void {
    if (adjacency.alive === alive) return;
    adjacency.alive = alive;
    if (alive && this.#silenced.delete(adjacency)) adjacency.returnedAt = now;
    if (!alive) this.#silenced.add(adjacency);
    if (alive) adjacency.nextHelloAt = Math.min(adjacency.nextHelloAt, now + HELLO_INTERVAL_MS);
    this.#observer.handleAlive(adjacency, alive, now);
  }
}
