/**
 * A layer in virtual time: link-state machines of the product, joined by ordered channels with a latency each. What QUIC
 * and hellos do is told to them as their effect: a channel that opens and closes, and a silence that is noticed late.
 */
import type { Instant } from "@flor/machine";
import type { ControlMessage } from "@flor/wire";
import type { Cable } from "./cables.ts";
import { EventQueue } from "./event-queue.ts";
import { OnceForAll } from "./once-for-all.ts";
import { SimNode } from "./sim-node.ts";

/** Three hellos of 300 ms are missing, counted from the last one, which came up to an interval before. */
const SILENCE_MS = 900;
const HELLO_MS = 300;
/** While nothing is heard hellos are this far apart; then they and the introductions take some round trips. */
const DOWN_HELLO_MS = 1000;
/** A node that does not read a neighbour looks again after this time. */
const READ_AGAIN_MS = 50;
const SEED_OCTETS = 32;

/** What is made known of a layer as it runs. */
export interface LayerCounts {
  readonly messages: number;
  readonly octets: number;
  readonly verifications: number;
  readonly refusals: number;
}

/** See the head of this file. */
export class SimLayer {
  now: Instant = 0;
  readonly nodes: readonly SimNode[];
  readonly cables: readonly Cable[];
  readonly once: OnceForAll = new OnceForAll();
  /** When some node last learned something. */
  changedAt: Instant = 0;
  readonly #random: () => number;
  readonly #numbers = new Map<string, number>();
  readonly #events = new EventQueue<() => void>();
  readonly #keyOf = (number: number): string => this.nodes[number]!.key;
  readonly #publicKeyOf = (number: number): Uint8Array => this.nodes[number]!.publicKey;

  constructor(size: number, cables: readonly Cable[], random: () => number) {
    this.#random = random;
    this.cables = cables;
    const seed = (): Uint8Array => Uint8Array.from({ length: SEED_OCTETS }, () => Math.floor(random() * 256));
    this.nodes = Array.from({ length: size }, (_, n) => new SimNode(n, seed(), { once: this.once, random, run: 0 }));
    for (const { key, number } of this.nodes) this.#numbers.set(key, number);
    for (const cable of cables) {
      this.node(cable.a).join(cable.b, cable);
      this.node(cable.b).join(cable.a, cable);
      this.#rise(cable);
    }
    for (const node of this.nodes) this.#wake(node, 0);
  }

  node(number: number): SimNode {
    const node = this.nodes[number];
    if (node === undefined) throw new RangeError(`no node ${number}`);
    return node;
  }

  numberOf(key: string): number | undefined {
    return this.#numbers.get(key);
  }

  /** Frames cross it now. */
  carries(cable: Cable): boolean {
    return cable.isUp && this.node(cable.a).isRunning && this.node(cable.b).isRunning;
  }

  /** Cuts a cable, or lays it again; both ends notice later. */
  setCable(cable: Cable, isUp: boolean): void {
    if (cable.isUp === isUp) return;
    cable.isUp = isUp;
    if (isUp) this.#rise(cable);
    else this.#fall(cable);
  }

  /** A node is gone without a word. */
  kill(number: number): void {
    const node = this.node(number);
    node.isRunning = false;
    for (const { cable } of node.adjacencies.values()) this.#fall(cable);
  }

  /** Has something happen at a time. */
  at(when: Instant, what: () => void): void {
    this.#events.add(when, what);
  }

  /** Lets time pass until `until`. */
  run(until: Instant): void {
    while (this.#events.nextAt <= until) {
      this.now = Math.max(this.now, this.#events.nextAt);
      this.#events.take()?.();
    }
    this.now = until;
  }

  /** Lets time pass until nobody has learned anything for `quietMs`, or until `until`. */
  settle(quietMs: number, until: Instant): void {
    while (this.now < until && this.now - this.changedAt < quietMs) this.run(Math.min(until, this.changedAt + quietMs));
  }

  /** The nodes on a path, as its node would say it, for {@link SimNode.paths}. */
  keyOf(number: number): string {
    return this.#keyOf(number);
  }

  /** Another node's advertisement or message arrives at a node as if a neighbour had said it. */
  inject(to: number, from: number, message: ControlMessage): void {
    const node = this.node(to);
    const waiting = node.inbox.get(from);
    if (waiting === undefined) node.inbox.set(from, [message]);
    else waiting.push(message);
    this.#wake(node, this.now);
  }

  get counts(): LayerCounts {
    const sum = (of: (node: SimNode) => number): number => this.nodes.reduce((total, node) => total + of(node), 0);
    return {
      messages: sum(({ sentMessages }) => sentMessages),
      octets: sum(({ sentOctets }) => sentOctets),
      verifications: sum(({ state }) => state.verifications),
      refusals: sum(({ state }) => Object.values(state.refusals.counts).reduce((total, count) => total + count, 0)),
    };
  }

  #fall(cable: Cable): void {
    for (const [near, far] of bothWays(cable)) {
      const noticedAt = this.now + SILENCE_MS - this.#random() * HELLO_MS;
      this.at(noticedAt, () => this.#setAlive(near, far, this.carries(cable)));
    }
  }

  #rise(cable: Cable): void {
    const heardAt = this.now + this.#random() * DOWN_HELLO_MS + 4 * cable.latencyMs;
    for (const [near, far] of bothWays(cable)) this.at(heardAt, () => this.#setAlive(near, far, this.carries(cable)));
  }

  #setAlive(near: number, far: number, isAlive: boolean): void {
    const node = this.node(near);
    const adjacency = node.adjacencies.get(far);
    if (adjacency === undefined || adjacency.isAlive === isAlive || !node.isRunning) return;
    adjacency.isAlive = isAlive;
    if (isAlive) node.state.open(this.#keyOf(far), this.now);
    else {
      node.state.close(this.#keyOf(far));
      node.inbox.delete(far);
    }
    node.tell(this.#publicKeyOf);
    this.#wake(node, this.now);
  }

  #wake(node: SimNode, at: Instant): void {
    if (node.wakeAt <= at) return;
    node.wakeAt = at;
    this.#events.add(at, () => {
      if (node.wakeAt > this.now || !node.isRunning) return;
      node.wakeAt = Infinity;
      this.#serve(node);
    });
  }

  #serve(node: SimNode): void {
    const { state } = node;
    let again = this.#read(node);
    if ((state.nextTimeout() ?? Infinity) <= this.now) state.handleTimeout(this.now);
    for (let event = state.pollEvent(); event !== undefined; event = state.pollEvent()) {
      this.changedAt = this.now;
      node.forgetPaths();
    }
    for (const key of state.ready) this.#send(node, this.#numbers.get(key) ?? -1, key);
    again = Math.min(again, state.nextTimeout() ?? Infinity);
    if (again < Infinity) this.#wake(node, Math.max(this.now + 1, again));
  }

  /** @returns when to read on; Infinity: all is read */
  #read(node: SimNode): Instant {
    for (const [from, messages] of node.inbox) {
      const key = this.#keyOf(from);
      while (messages.length > 0) {
        if (!node.state.canTake(key, this.now)) return this.now + READ_AGAIN_MS;
        if (!node.state.handleMessage(key, messages.shift()!, this.now))
          throw new Error(`${node.number} was sent nonsense`);
      }
      node.inbox.delete(from);
    }
    return Infinity;
  }

  #send(node: SimNode, to: number, key: string): void {
    const adjacency = node.adjacencies.get(to);
    for (let message = node.state.pollTransmit(key, this.now); message !== undefined;) {
      node.sentMessages += 1;
      node.sentOctets += octetsOf(message);
      if (adjacency !== undefined) this.#carry(node.number, adjacency.cable, to, message);
      message = node.state.pollTransmit(key, this.now);
    }
  }

  #carry(from: number, cable: Cable, to: number, message: ControlMessage): void {
    if (!this.carries(cable)) return;
    this.at(this.now + cable.latencyMs, () => {
      // The channel that it went into may be gone, and with it what was under way.
      if (this.carries(cable) && this.node(to).adjacencies.get(from)?.isAlive === true) this.inject(to, from, message);
    });
  }
}

function bothWays({ a, b }: Cable): readonly (readonly [number, number])[] {
  return [
    [a, b],
    [b, a],
  ];
}

/** Octets of a message, but for a few of its framing. */
function octetsOf({ advertisements, summary, request }: ControlMessage): number {
  let octets = (summary?.origins?.length ?? 0) + (request?.names?.length ?? 0);
  for (const { advertisement } of advertisements?.advertisements ?? []) octets += 64 + (advertisement?.length ?? 0);
  return octets;
}
