// Test support: whole connections of the engine over a bottleneck, in virtual time.
import { Bbr } from "../congestion/bbr/bbr.ts";
import { cubic } from "../congestion/cubic.ts";
import { newReno } from "../congestion/new-reno.ts";
import type { CongestionController, CongestionOptions } from "../congestion/congestion-controller.ts";
import { engineMaker } from "../create-engines.ts";
import { createEnd, type End } from "../endpoint-pair.testing.ts";
import { createIdentity } from "../identity.ts";
import { createPlainProvider } from "../plain/plain-provider.ts";
import type { QuicConnection } from "../quic-connection.ts";
import { Bottleneck, DROPPED } from "./bottleneck.testing.ts";
import { EventHeap } from "./event-heap.testing.ts";
import { HostTurns } from "./host-turns.testing.ts";
import { type PathPlan, type PathResult, seeded } from "./path-simulation.testing.ts";

/** Headers beneath QUIC: IP, UDP, frame and label. */
const HEADER_OCTETS = 28 + 20;
const OCTETS_PER_MBIT_MS = 125;
/** What a datagram that crosses unsegmented has, and the largest. */
const BASE_OCTETS = 1400;
const LARGEST_OCTETS = 15_000;
/** Of four flows. */
const SIDES_MAX = 8;
const CHUNK = new Uint8Array(65_536);

const CONTROLLERS = {
  bbr: (options: CongestionOptions): CongestionController => new Bbr(options),
  cubic,
  newreno: newReno,
};

/** One end of one flow: what arrived and waits for its turn, and when that is. */
interface Side {
  readonly end: End;
  readonly host: HostTurns;
  readonly out: Bottleneck;
  readonly arrived: Uint8Array[];
  connection: QuicConnection<string> | undefined;
  turnAt: number;
  stream: number | undefined;
  readonly isSender: boolean;
}

/** Runs the plan of a path with the engine at both ends of each flow, handshake and all. */
export class EngineSimulation {
  now = 0;
  readonly #plan: PathPlan;
  readonly #heap = new EventHeap();
  readonly #sides: Side[] = [];
  /** Datagrams on the way by their event; the sides' turns have none. */
  readonly #flights = new Map<number, Uint8Array>();
  readonly #delivered: number[] = [];
  readonly #forward: Bottleneck;
  readonly #backward: Bottleneck;
  readonly #buffer = new Uint8Array(65_536);
  #events = 0;

  constructor(plan: PathPlan) {
    this.#plan = plan;
    const seed = plan.seed ?? 1;
    const free = { mbitPerSecond: 1_000_000, delayMs: plan.forward.delayMs, bufferOctets: Infinity };
    this.#forward = new Bottleneck(plan.forward, seeded(seed));
    this.#backward = new Bottleneck(plan.backward ?? free, seeded(seed + 1));
    const left = new HostTurns(plan.load, seeded(seed + 2));
    const right = new HostTurns(plan.load, seeded(seed + 3));
    for (const [index, flow] of plan.flows.entries()) this.#addFlow(index, flow, [left, right]);
  }

  /** `watch` is called every millisecond of virtual time. */
  run(watch?: (simulation: EngineSimulation) => void): PathResult {
    const queues = new Float64Array(Math.ceil(this.#plan.durationMs));
    for (let ms = 0; ms < queues.length; ms += 1) {
      while (this.#heap.nextAt < ms) this.#step();
      this.now = ms;
      queues[ms] = this.#forward.queueMsAt(ms);
      watch?.(this);
    }
    return { ...this.#result(), queueMs: queueFigures(queues) };
  }

  /** Octets of the flow's stream that its reader has. */
  delivered(flow: number): number {
    return this.#delivered[flow]!;
  }

  /** The connection that sends, once there is one. */
  sender(flow: number): QuicConnection<string> | undefined {
    return this.#sides[2 * flow]!.connection;
  }

  #result(): Omit<PathResult, "queueMs"> {
    const flows = this.#plan.flows.map((flow, index) => {
      const statistics = this.sender(index)!.statistics();
      return {
        mbitPerSecond: this.delivered(index) / (this.#plan.durationMs - (flow.startMs ?? 0)) / OCTETS_PER_MBIT_MS,
        sentPackets: statistics.sentPackets,
        spuriousPackets: statistics.spuriousLosses,
      };
    });
    return { flows, forward: this.#forward, backward: this.#backward };
  }

  #addFlow(index: number, flow: PathPlan["flows"][number], [left, right]: readonly [HostTurns, HostTurns]): void {
    const isBackward = flow.isBackward === true;
    const congestion = CONTROLLERS[flow.controller];
    const [sender, receiver] = [2 * index + 1, 2 * index + 2].map((octet) => {
      const identity = createIdentity(new Uint8Array(32).fill(octet));
      return createEnd(octet, {
        identity,
        engines: engineMaker({ crypto: createPlainProvider(identity), congestion }),
      });
    });
    sender!.peers.add(receiver!.identity.publicKey);
    receiver!.peers.add(sender!.identity.publicKey);
    const rest = { arrived: [], connection: undefined, turnAt: Infinity, stream: undefined };
    const [near, far] = isBackward ? [right, left] : [left, right];
    const [there, back] = isBackward ? [this.#backward, this.#forward] : [this.#forward, this.#backward];
    this.#sides.push({ ...rest, end: sender!, host: near, out: there, isSender: true });
    this.#sides.push({ ...rest, arrived: [], end: receiver!, host: far, out: back, isSender: false });
    this.#delivered.push(0);
    this.#wake(2 * index, flow.startMs ?? 0);
  }

  #step(): void {
    this.now = this.#heap.nextAt;
    const event = this.#heap.take();
    const index = event % SIDES_MAX;
    const side = this.#sides[index]!;
    const datagram = this.#flights.get(event);
    if (datagram === undefined) {
      if (this.now === side.turnAt) this.#turn(side, index);
      return;
    }
    this.#flights.delete(event);
    side.arrived.push(datagram);
    this.#wake(index, side.host.turnFor(this.now));
  }

  /** An event of a side; a number of its own, so that datagrams can be found by it. */
  #addEvent(index: number, at: number): number {
    this.#events += 1;
    const event = this.#events * SIDES_MAX + index;
    this.#heap.add(at, event);
    return event;
  }

  #wake(index: number, at: number): void {
    const side = this.#sides[index]!;
    if (at >= side.turnAt) return;
    side.turnAt = at;
    this.#addEvent(index, at);
  }

  /** A turn as a node has it: what arrived, timers, the application, then sending. */
  #turn(side: Side, index: number): void {
    side.turnAt = Infinity;
    for (const datagram of side.arrived.splice(0))
      side.end.endpoint.handleReceive(datagram, 0, datagram.length, "back", this.now);
    const connection = this.#connectionOf(side, index);
    if (connection === undefined) return;
    const due = connection.nextTimeout();
    if (due !== undefined && due <= this.now) connection.handleTimeout(this.now);
    this.#transmit(side, index, connection);
    const next = connection.nextTimeout();
    if (next !== undefined) this.#wake(index, side.host.turnForTimer(Math.max(next, this.now)));
  }

  #connectionOf(side: Side, index: number): QuicConnection<string> | undefined {
    if (side.connection !== undefined) return side.connection;
    if (side.isSender) {
      side.connection = side.end.endpoint.connect(this.#sides[index + 1]!.end.identity.publicKey, "to", this.now);
    } else for (const accepted of side.end.endpoint.connections) side.connection = accepted;
    side.connection?.setDatagramBounds(BASE_OCTETS, LARGEST_OCTETS);
    return side.connection;
  }

  #transmit(side: Side, index: number, connection: QuicConnection<string>): void {
    const peer = index ^ 1;
    for (;;) {
      if (side.isSender) this.#write(side, connection);
      else this.#read(index, connection);
      const octets = connection.transmit(this.#buffer, 0, LARGEST_OCTETS, this.now);
      if (octets === 0) return;
      const at = this.#isOut() ? DROPPED : side.out.carry(octets + HEADER_OCTETS, this.now);
      if (at === DROPPED) continue;
      this.#flights.set(this.#addEvent(peer, at), this.#buffer.slice(0, octets));
      if (side.out.isDoubled) this.#flights.set(this.#addEvent(peer, at), this.#buffer.slice(0, octets));
    }
  }

  #write(side: Side, connection: QuicConnection<string>): void {
    side.stream ??= connection.openStream();
    if (side.stream === undefined) return;
    while (connection.send(side.stream, CHUNK, false) === CHUNK.length);
  }

  #read(index: number, connection: QuicConnection<string>): void {
    connection.forEachReadable((stream) => {
      for (;;) {
        const octets = connection.receive(stream, this.#scratch);
        if (octets <= 0) return true;
        this.#delivered[index >> 1]! += octets;
      }
    });
  }

  readonly #scratch = new Uint8Array(262_144);

  #isOut(): boolean {
    const outage = this.#plan.outageMs;
    return outage !== undefined && this.now >= outage[0] && this.now < outage[1];
  }
}

function queueFigures(queues: Float64Array): PathResult["queueMs"] {
  queues.sort();
  const share = (part: number): number => queues[Math.floor(part * queues.length)]!;
  return { mean: queues.reduce((sum, ms) => sum + ms, 0) / queues.length, p50: share(0.5), p99: share(0.99) };
}
