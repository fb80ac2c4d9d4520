// Test support: flows that share a bottleneck, in virtual time.
import { Bbr } from "../congestion/bbr/bbr.ts";
import { cubic } from "../congestion/cubic.ts";
import { newReno } from "../congestion/new-reno.ts";
import type { CongestionController, CongestionOptions } from "../congestion/congestion-controller.ts";
import { Bottleneck, DROPPED, type Line } from "./bottleneck.testing.ts";
import { EventHeap } from "./event-heap.testing.ts";
import { type HostLoad, HostTurns } from "./host-turns.testing.ts";
import { LightReceiver } from "./light-receiver.testing.ts";
import { LightSender } from "./light-sender.testing.ts";

export type ControllerName = "bbr" | "cubic" | "newreno";

/** One flow from left to right, or back. */
export interface FlowPlan {
  readonly controller: ControllerName;
  /** @default 0 */
  readonly startMs?: number;
  /** Sends right to left. @default false */
  readonly isBackward?: boolean;
  /** Octets that the application writes every 10 ms; absent: it has always more. */
  readonly octetsEvery10Ms?: number;
}

/** A whole experiment; a seed repeats it. */
export interface PathPlan {
  readonly forward: Line;
  /** What acknowledgements take, and flows backward. @default the same delay without a bottleneck */
  readonly backward?: Line;
  readonly flows: readonly FlowPlan[];
  readonly durationMs: number;
  /** @default 1200 */
  readonly datagramOctets?: number;
  /** Both hosts; absent: they are idle. */
  readonly load?: HostLoad;
  /** @default 1 */
  readonly seed?: number;
  /** Both directions carry nothing between these instants. */
  readonly outageMs?: readonly [from: number, until: number];
}

export interface FlowResult {
  /** Delivered after `from` of the run, Mbit/s. */
  readonly mbitPerSecond: number;
  readonly sentPackets: number;
  readonly spuriousPackets: number;
}

export interface PathResult {
  readonly flows: readonly FlowResult[];
  /** What a packet that comes at any time waits before the bottleneck forward, milliseconds. */
  readonly queueMs: { readonly mean: number; readonly p50: number; readonly p99: number };
  readonly forward: Bottleneck;
  readonly backward: Bottleneck;
}

const ACK_OCTETS = 60;
const CONTROLLERS: Readonly<Record<ControllerName, (options: CongestionOptions) => CongestionController>> = {
  bbr: (options) => new Bbr(options),
  cubic,
  newreno: newReno,
};

/** A sender's turn, a packet that arrives, an acknowledgement that leaves late, one that arrives, a write. */
const KIND = { turn: 0, arrival: 1, delay: 2, ack: 3, markedArrival: 4, write: 5 } as const;
type Kind = (typeof KIND)[keyof typeof KIND];
const KINDS = 8;
const FLOWS = 8;
const OCTETS_PER_MBIT_MS = 125;
const WRITE_EVERY_MS = 10;

interface Flow {
  readonly plan: FlowPlan;
  readonly sender: LightSender;
  readonly receiver: LightReceiver;
  readonly data: Bottleneck;
  readonly acks: Bottleneck;
  /** Acknowledgements that arrived and wait for the sender's turn: positions in the receiver's log. */
  readonly acked: number[];
  ackedTo: number;
  marksTaken: number;
  turnAt: number;
  delayAt: number;
  available: number;
}

/** A seeded generator of numbers in [0, 1), mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Runs flows over a path. `watch` is called every millisecond of virtual time. */
export class PathSimulation {
  readonly #plan: PathPlan;
  readonly #heap = new EventHeap();
  readonly #flows: Flow[];
  readonly #left: HostTurns;
  readonly #right: HostTurns;
  #forward: Bottleneck;
  #backward: Bottleneck;
  now = 0;

  constructor(plan: PathPlan) {
    this.#plan = plan;
    const seed = plan.seed ?? 1;
    this.#forward = new Bottleneck(plan.forward, seeded(seed));
    const free = { mbitPerSecond: 1_000_000, delayMs: plan.forward.delayMs, bufferOctets: Infinity };
    this.#backward = new Bottleneck(plan.backward ?? free, seeded(seed + 1));
    this.#left = new HostTurns(plan.load, seeded(seed + 2));
    this.#right = new HostTurns(plan.load, seeded(seed + 3));
    this.#flows = plan.flows.map((flow, index) => this.#makeFlow(flow, index, seed));
  }

  run(watch?: (simulation: PathSimulation) => void): PathResult {
    const queues = new Float64Array(Math.ceil(this.#plan.durationMs));
    for (let ms = 0; ms < queues.length; ms += 1) {
      while (this.#heap.nextAt < ms) {
        this.now = this.#heap.nextAt;
        this.#handle(this.#heap.take());
      }
      this.now = ms;
      queues[ms] = this.#forward.queueMsAt(ms);
      watch?.(this);
    }
    queues.sort();
    const share = (part: number): number => queues[Math.floor(part * queues.length)]!;
    return {
      flows: this.#flows.map((flow) => this.#result(flow)),
      queueMs: { mean: queues.reduce((sum, ms) => sum + ms, 0) / queues.length, p50: share(0.5), p99: share(0.99) },
      forward: this.#forward,
      backward: this.#backward,
    };
  }

  /** Octets that a flow has delivered so far. */
  delivered(flow: number): number {
    return this.#flows[flow]!.receiver.octets;
  }

  controller(flow: number): CongestionController {
    return this.#flows[flow]!.sender.controller;
  }

  inFlight(flow: number): number {
    return this.#flows[flow]!.sender.inFlight;
  }

  #makeFlow(plan: FlowPlan, index: number, seed: number): Flow {
    const datagramOctets = this.#plan.datagramOctets ?? 1200;
    const controller = CONTROLLERS[plan.controller]({ datagramOctets, random: seeded(seed + 10 + index) });
    const start = plan.startMs ?? 0;
    const flow: Flow = {
      plan,
      sender: new LightSender(controller, datagramOctets, (packet, octets, now) =>
        this.#carry(index, packet, octets, now),
      ),
      receiver: new LightReceiver(),
      data: plan.isBackward === true ? this.#backward : this.#forward,
      acks: plan.isBackward === true ? this.#forward : this.#backward,
      acked: [],
      ackedTo: 0,
      marksTaken: 0,
      turnAt: start,
      delayAt: Infinity,
      available: plan.octetsEvery10Ms === undefined ? Infinity : 0,
    };
    this.#add(start, KIND.turn, index, 0);
    if (plan.octetsEvery10Ms !== undefined) this.#add(start, KIND.write, index, 0);
    return flow;
  }

  #result(flow: Flow): FlowResult {
    const ms = this.#plan.durationMs - (flow.plan.startMs ?? 0);
    return {
      mbitPerSecond: flow.receiver.octets / ms / OCTETS_PER_MBIT_MS,
      sentPackets: flow.sender.nextPacket,
      spuriousPackets: flow.sender.spuriousPackets,
    };
  }

  #add(at: number, kind: Kind, flow: number, value: number): void {
    this.#heap.add(at, kind + KINDS * (flow + FLOWS * value));
  }

  #handle(event: number): void {
    const kind = event % KINDS;
    const index = Math.floor(event / KINDS) % FLOWS;
    const value = Math.floor(event / (KINDS * FLOWS));
    const flow = this.#flows[index]!;
    if (kind === KIND.turn) this.#turn(flow, index);
    else if (kind === KIND.arrival) this.#arrive(flow, index, value, false);
    else if (kind === KIND.markedArrival) this.#arrive(flow, index, value, true);
    else if (kind === KIND.delay) this.#sendDelayedAck(flow, index);
    else if (kind === KIND.ack) this.#handleAckArrival(flow, index, value);
    else this.#write(flow, index);
  }

  #write(flow: Flow, index: number): void {
    flow.available += flow.plan.octetsEvery10Ms ?? 0;
    this.#add(this.now + WRITE_EVERY_MS, KIND.write, index, 0);
    this.#wakeSender(flow, index, this.#senderHost(flow).turnFor(this.now));
  }

  #senderHost(flow: Flow): HostTurns {
    return flow.plan.isBackward === true ? this.#right : this.#left;
  }

  #receiverHost(flow: Flow): HostTurns {
    return flow.plan.isBackward === true ? this.#left : this.#right;
  }

  #wakeSender(flow: Flow, index: number, at: number): void {
    if (at >= flow.turnAt) return;
    flow.turnAt = at;
    this.#add(at, KIND.turn, index, 0);
  }

  /** A turn: acknowledgements, timers, then sending. */
  #turn(flow: Flow, index: number): void {
    if (this.now !== flow.turnAt) return;
    flow.turnAt = Infinity;
    const { sender, receiver } = flow;
    for (const to of flow.acked) {
      if (to <= flow.ackedTo) continue;
      sender.handleAck(receiver.log, flow.ackedTo, to, receiver.marks - flow.marksTaken, this.now);
      flow.ackedTo = to;
      flow.marksTaken = receiver.marks;
    }
    flow.acked.length = 0;
    if (sender.nextTimeout <= this.now) sender.handleTimeout(this.now);
    flow.available -= sender.transmit(this.now, flow.available);
    if (sender.nextTimeout !== Infinity) {
      this.#wakeSender(flow, index, this.#senderHost(flow).turnForTimer(Math.max(sender.nextTimeout, this.now)));
    }
  }

  #isOut(): boolean {
    const outage = this.#plan.outageMs;
    return outage !== undefined && this.now >= outage[0] && this.now < outage[1];
  }

  #carry(index: number, packet: number, octets: number, now: number): void {
    const { data } = this.#flows[index]!;
    if (this.#isOut()) return;
    const at = data.carry(octets, now);
    if (at === DROPPED) return;
    const kind = data.isMarked ? KIND.markedArrival : KIND.arrival;
    this.#add(at, kind, index, packet);
    if (data.isDoubled) this.#add(at, kind, index, packet);
  }

  #arrive(flow: Flow, index: number, packet: number, isMarked: boolean): void {
    const { receiver, sender } = flow;
    // The receiving host takes what waits for it in one turn.
    const at = this.#receiverHost(flow).turnFor(this.now);
    if (at > this.now) {
      this.#add(at, isMarked ? KIND.markedArrival : KIND.arrival, index, packet);
      return;
    }
    if (receiver.handleArrival(packet, sender.datagramOctets, isMarked, this.now)) this.#acknowledge(flow, index);
    else if (flow.delayAt === Infinity) {
      flow.delayAt = this.#receiverHost(flow).turnForTimer(receiver.nextTimeout);
      this.#add(flow.delayAt, KIND.delay, index, 0);
    }
  }

  #sendDelayedAck(flow: Flow, index: number): void {
    flow.delayAt = Infinity;
    if (flow.receiver.nextTimeout <= this.now) this.#acknowledge(flow, index);
    else if (flow.receiver.nextTimeout !== Infinity) {
      flow.delayAt = this.#receiverHost(flow).turnForTimer(flow.receiver.nextTimeout);
      this.#add(flow.delayAt, KIND.delay, index, 0);
    }
  }

  #acknowledge(flow: Flow, index: number): void {
    const to = flow.receiver.acknowledge();
    if (this.#isOut()) return;
    const at = flow.acks.carry(ACK_OCTETS, this.now);
    if (at !== DROPPED) this.#add(at, KIND.ack, index, to);
  }

  #handleAckArrival(flow: Flow, index: number, to: number): void {
    flow.acked.push(to);
    this.#wakeSender(flow, index, this.#senderHost(flow).turnFor(this.now));
  }
}
