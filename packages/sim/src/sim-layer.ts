/**
 * A layer in virtual time: link-state machines of the product, joined by ordered channels with a latency each. What QUIC
 * and hellos do is told to them as their effect: a channel that opens and closes, what is sent again, and a silence that
 * is noticed late.
 */
import { Deadlines, type Instant } from "@flor/machine";
import type { ControlMessage } from "@flor/wire";
import type { Cable } from "./cables.ts";
import { EventQueue } from "./event-queue.ts";
import { OnceForAll } from "./once-for-all.ts";
import { someOctets } from "./random.ts";
import type { SimAdjacency } from "./sim-adjacency.ts";
import { SimNode, type SimNodeOptions } from "./sim-node.ts";

/** Three hellos of 300 ms are missing, counted from the last one, which came up to an interval before. */
const SILENCE_MS = 900;
const HELLO_MS = 300;
/** While nothing is heard hellos are this far apart; then they and the introductions take some round trips. */
const DOWN_HELLO_MS = 1000;
/** A node that does not read a neighbour looks again after this time. */
const READ_AGAIN_MS = 50;
const SEED_OCTETS = 32;

/** What a running layer reports. */
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
  /** When nodes are due. */
  readonly #turns = new Deadlines<SimNode>();
  readonly #publicKeyOf = (number: number): Uint8Array => this.nodes[number]!.publicKey;

  /** @param membershipOf which networks a node is in, by its number; absent: there is one, and all are in it */
  constructor(
    size: number,
    cables: readonly Cable[],
    random: () => number,
    membershipOf?: (number: number) => SimNodeOptions["membership"],
  ) {
    this.#random = random;
    this.cables = cables;
    const seed = (): Uint8Array => someOctets(SEED_OCTETS, random);
    const options = { once: this.once, random, keyOf: (number: number) => this.keyOf(number) };
    this.nodes = Array.from({ length: size }, (_, number) => {
      const membership = membershipOf?.(number);
      return new SimNode(number, seed(), { ...options, ...(membership && { membership }) });
    });
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

  /** Whether frames cross it now. */
  carries(cable: Cable): boolean {
    return cable.isUp && this.node(cable.a).isRunning && this.node(cable.b).isRunning;
  }

  /** Cuts or restores a cable; both ends notice later. */
  setCable(cable: Cable, isUp: boolean): void {
    if (cable.isUp === isUp) return;
    cable.isUp = isUp;
    if (isUp) this.#rise(cable);
    else this.#fall(cable);
  }

  /** Several at once, see {@link setCable}. */
  setCables(cables: readonly Cable[], isUp: boolean): void {
    for (const cable of cables) this.setCable(cable, isUp);
  }

  /** A node disappears without notice. */
  kill(number: number): void {
    const node = this.node(number);
    node.isRunning = false;
    this.#turns.delete(node);
    for (const { cable } of node.adjacencies.values()) this.#fall(cable);
  }

  /** A node carries nothing for others any more: it says so, and some time later drops what still comes. */
  refuseTransit(number: number, graceMs: number): void {
    const node = this.node(number);
    node.saysLeaf = true;
    node.state.setLeaf(true);
    this.at(this.now + graceMs, () => (node.dropsTransit = true));
    this.#wake(node, this.now);
  }

  /** Schedules an event. */
  at(when: Instant, what: () => void): void {
    this.#events.add(when, what);
  }

  /** Advances time to `until`. */
  run(until: Instant): void {
    for (;;) {
      const turnAt = this.#turns.next ?? Infinity;
      const next = Math.min(this.#events.nextAt, turnAt);
      if (next > until) break;
      this.now = Math.max(this.now, next);
      // What arrives together is served together.
      if (this.#events.nextAt <= turnAt) this.#events.take()?.();
      else this.#serve(this.#turns.takeDue(this.now)!);
    }
    this.now = until;
  }

  /** Advances time until no node has learned anything for `quietMs`, or to `until`. */
  settle(quietMs: number, until: Instant): void {
    while (this.now < until && this.now - this.changedAt < quietMs) this.run(Math.min(until, this.changedAt + quietMs));
  }

  /** The node key of a number. */
  keyOf(number: number): string {
    return this.nodes[number]!.key;
  }

  /** Another node's advertisement or message arrives at a node as if a neighbour had said it. */
  inject(to: number, from: number, message: ControlMessage): void {
    this.#arrive(this.node(to), from, [message]);
  }

  get counts(): LayerCounts {
    const sum = (of: (node: SimNode) => number): number => this.nodes.reduce((total, node) => total + of(node), 0);
    const sent = (of: (adjacency: SimAdjacency) => number): number =>
      sum(({ adjacencies }) => [...adjacencies.values()].reduce((total, adjacency) => total + of(adjacency), 0));
    return {
      messages: sent(({ sentMessages }) => sentMessages),
      octets: sent(({ sentOctets }) => sentOctets),
      verifications: sum(({ state }) => state.verifications),
      refusals: sum(({ state }) => Object.values(state.refusals.counts).reduce((total, count) => total + count, 0)),
    };
  }

  #fall(cable: Cable): void {
    cable.changes += 1;
    for (const [node, adjacency] of this.#endsOf(cable)) {
      if (!adjacency.isAlive || adjacency.silentAt < Infinity) continue;
      const silentAt = this.now + SILENCE_MS - this.#random() * HELLO_MS;
      adjacency.silentAt = silentAt;
      this.at(silentAt, () => {
        if (adjacency.silentAt === silentAt) this.#handleSilence(node, adjacency);
      });
    }
  }

  #rise(cable: Cable): void {
    cable.changes += 1;
    const { changes } = cable;
    const isBrief = this.#endsOf(cable).every(([, { isAlive }]) => isAlive);
    const waitMs = isBrief
      ? this.#random() * HELLO_MS + cable.latencyMs
      : this.#random() * DOWN_HELLO_MS + 4 * cable.latencyMs;
    this.at(this.now + waitMs, () => {
      if (cable.changes === changes && this.carries(cable)) this.#handleHeard(cable);
    });
  }

  #handleHeard(cable: Cable): void {
    for (const [node, adjacency] of this.#endsOf(cable)) {
      adjacency.silentAt = Infinity;
      if (adjacency.isAlive) continue;
      adjacency.rise();
      node.state.open(this.keyOf(adjacency.to), this.now);
      this.#handleOwnChanged(node);
    }
    for (const [node, { to, unsent }] of this.#endsOf(cable)) this.#carry(node, to, unsent.splice(0));
  }

  #handleSilence(node: SimNode, adjacency: SimAdjacency): void {
    if (!node.isRunning) return;
    adjacency.fall(this.now);
    node.state.close(this.keyOf(adjacency.to));
    node.inbox.delete(adjacency.to);
    this.#handleOwnChanged(node);
    if (adjacency.heldUntil > this.now) this.at(adjacency.heldUntil, () => this.#handleOwnChanged(node));
  }

  #handleOwnChanged(node: SimNode): void {
    if (!node.isRunning) return;
    node.tell(this.#publicKeyOf, this.now);
    this.#wake(node, this.now);
  }

  #endsOf({ a, b }: Cable): readonly (readonly [SimNode, SimAdjacency])[] {
    return [
      [this.node(a), this.node(a).adjacencies.get(b)!],
      [this.node(b), this.node(b).adjacencies.get(a)!],
    ];
  }

  #wake(node: SimNode, at: Instant): void {
    this.#turns.set(node, at);
  }

  #serve(node: SimNode): void {
    const { state } = node;
    let again = this.#read(node);
    if ((state.nextTimeout() ?? Infinity) <= this.now) state.handleTimeout(this.now);
    for (let event = state.pollEvent(); event !== undefined; event = state.pollEvent()) {
      this.changedAt = this.now;
      node.paths.handleChanged(event.type === "changed" && event.isBad, this.now);
    }
    for (const key of state.ready) this.#send(node, this.#numbers.get(key) ?? -1, key);
    again = Math.min(again, state.nextTimeout() ?? Infinity);
    if (again < Infinity) this.#wake(node, Math.max(this.now + 1, again));
  }

  /** @returns when to read on; Infinity: all is read */
  #read(node: SimNode): Instant {
    for (const [from, messages] of node.inbox) {
      const key = this.keyOf(from);
      for (let next = 0; next < messages.length; next += 1) {
        if (!node.state.canTake(key, this.now)) {
          messages.splice(0, next);
          return this.now + READ_AGAIN_MS;
        }
        if (!node.state.handleMessage(key, messages[next]!, this.now))
          throw new Error(`${node.number} was sent nonsense`);
      }
      node.inbox.delete(from);
    }
    return Infinity;
  }

  #send(node: SimNode, to: number, key: string): void {
    const messages: ControlMessage[] = [];
    const adjacency = node.adjacencies.get(to);
    for (let message = node.state.pollTransmit(key, this.now); message !== undefined;) {
      if (adjacency !== undefined) {
        adjacency.sentMessages += 1;
        adjacency.sentOctets += octetsOf(message);
      }
      messages.push(message);
      message = node.state.pollTransmit(key, this.now);
    }
    this.#carry(node, to, messages);
  }

  #carry(from: SimNode, to: number, messages: readonly ControlMessage[]): void {
    const adjacency = from.adjacencies.get(to);
    const far = this.node(to).adjacencies.get(from.number);
    if (messages.length === 0 || adjacency === undefined || far === undefined) return;
    // Nothing overtakes what waits to be retransmitted.
    if (!this.carries(adjacency.cable) || adjacency.unsent.length > 0) return void adjacency.unsent.push(...messages);
    const { channel } = far;
    this.at(this.now + adjacency.cable.latencyMs, () => {
      // The channel that it went into may be gone, and with it what was under way.
      if (far.isAlive && far.channel === channel) this.#arrive(this.node(to), from.number, messages);
    });
  }

  #arrive(node: SimNode, from: number, messages: readonly ControlMessage[]): void {
    if (!node.isRunning) return;
    const waiting = node.inbox.get(from);
    if (waiting === undefined) node.inbox.set(from, [...messages]);
    else waiting.push(...messages);
    this.#wake(node, this.now);
  }
}

/** Octets of a message, not counting a few for framing. */
function octetsOf({ advertisements, summary, request }: ControlMessage): number {
  let octets = (summary?.origins?.length ?? 0) + (request?.names?.length ?? 0);
  for (const { advertisement } of advertisements?.advertisements ?? []) octets += 64 + (advertisement?.length ?? 0);
  return octets;
}
