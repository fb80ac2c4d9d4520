/**
 * One end of a Flor IO session, sans-IO: handshake, bundles within credit, control state, liveness.
 *
 * The data path has no object per frame or datagram: frames are written in place (`reserve`, `commit`, `flush`) and
 * received as runs in the buffer they came in (`FrameSink`).
 */
import { DropCounters, earlier, type Instant } from "@flor/machine";
import {
  BUNDLE_MAX_OCTETS,
  decodeEnvelope,
  encodeEnvelope,
  type Envelope,
  FRAME_CONTROL,
  FRAME_DATA,
  FRAME_HEADER_OCTETS,
  frameEnd,
  frameField,
  SESSION_TOKEN_OCTETS,
  type Token,
  tokenEquals,
  viewOf,
  ZERO_TOKEN,
} from "@flor/wire";
import { Bundle, type Transmit } from "./bundle.ts";
import { CreditGrant, CreditWindow } from "./credit.ts";
import type { Counter, FlorIoEvent } from "./event.ts";
import { eventOf } from "./event-of-envelope.ts";
import type { FrameSink } from "./frame-sink.ts";
import { controlDatagram, type Established, type Handshake, readMessage } from "./handshake.ts";
import { Liveness } from "./liveness.ts";
import { StateRepeater } from "./state-repeater.ts";

/** Why an end dropped a datagram or a frame. */
export const END_DROPS = [
  "bad-token",
  "bad-mac",
  "malformed",
  "unknown-type",
  "not-ready",
  "no-credit",
  "lost",
] as const;
/** Why an end dropped a datagram or a frame. */
export type EndDrop = (typeof END_DROPS)[number];

/** Data datagrams received but not reported: reported this late at most. */
const CREDIT_DELAY_MS = 5;
/** Figures in one Pong at most. */
const COUNTERS_MAX = 64;
/** Events that wait for `pollEvent` at most; a link that floods control messages loses the oldest states, not memory. */
const EVENTS_MAX = 1024;

/** What both kinds of ends are made of. */
export interface FlorIoEndOptions {
  readonly localToken: Token;
  readonly handshake: Handshake;
  readonly transmit: Transmit;
  readonly sink: FrameSink;
  /** As SO_RCVBUF reports it. */
  readonly receiveBufferOctets: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** The handshake must be done by then. */
  readonly deadline: Instant;
  /** Figures for the answer to a Ping. */
  readonly counters?: (() => readonly Counter[]) | undefined;
}

/** States of an end. */
export type EndState = "handshaking" | "ready" | "closed";

/** One end. */
export class FlorIoEnd {
  readonly drops: DropCounters<EndDrop> = new DropCounters(END_DROPS);
  readonly bundle: Bundle;
  readonly credit: CreditWindow = new CreditWindow();
  readonly grant: CreditGrant;
  /** Times that a frame found no credit. */
  stalls = 0;
  #state: EndState = "handshaking";
  readonly #options: FlorIoEndOptions;
  readonly #liveness: Liveness;
  readonly #views = new WeakMap<Uint8Array, DataView>();
  readonly #states = { ports: new StateRepeater(), neighbours: new StateRepeater() };
  readonly #events: FlorIoEvent[] = [];
  #peerToken: Token = ZERO_TOKEN;
  #seq = 0;
  #generation = 0;
  #seenGenerations: { ports: number; neighbours: number } = { ports: 0, neighbours: 0 };
  #creditDueAt: Instant = Infinity;
  #wantsCredit = false;

  constructor(options: FlorIoEndOptions) {
    this.#options = options;
    this.bundle = new Bundle(this.credit, options.transmit);
    this.grant = new CreditGrant(options.receiveBufferOctets);
    this.#liveness = new Liveness(options.random);
  }

  get state(): EndState {
    return this.#state;
  }

  /** The largest bundle, session token included. */
  get bundleLimit(): number {
    return this.bundle.limit;
  }

  /** Offset in `bundle` for one frame of at most `octets`, header included; -1: not ready, or no credit (a "credit" event follows). */
  reserve(octets: number): number {
    if (this.#state !== "ready") return -1;
    const at = this.bundle.reserve(octets);
    if (at < 0) this.#stall();
    return at;
  }

  /** The frame at the reserved offset is `octets` long. */
  commit(octets: number): void {
    this.bundle.commit(octets);
  }

  /** Sends the open bundle. */
  flush(): void {
    if (this.#state === "ready") this.bundle.flush();
  }

  /** Copies one whole frame into the bundle; false: not ready or no credit. */
  send(octets: Uint8Array, offset: number, end: number): boolean {
    const at = this.reserve(end - offset);
    if (at < 0) return false;
    this.bundle.octets.set(octets.subarray(offset, end), at);
    this.commit(end - offset);
    return true;
  }

  /** Sends frames from where they are, 8 octets of headroom before them; false: not ready or no credit. */
  sendInPlace(octets: Uint8Array, view: DataView, offset: number, end: number): boolean {
    if (this.#state !== "ready") return false;
    if (this.bundle.sendInPlace(octets, view, offset, end)) return true;
    this.#stall();
    return false;
  }

  /** Tells the other end all ports there are. */
  setPorts(ports: NonNullable<NonNullable<Envelope["ports"]>["ports"]>, now: Instant): void {
    this.#setState("ports", (generation) => ({ ports: { generation, ports } }), now);
  }

  /** Tells the other end all neighbours that are wanted. */
  setNeighbours(neighbours: NonNullable<NonNullable<Envelope["neighbours"]>["neighbours"]>, now: Instant): void {
    this.#setState("neighbours", (generation) => ({ neighbours: { generation, neighbours } }), now);
  }

  /** Says that a frame was too big; unacknowledged. */
  sendTooBig(port: number, mtu: number, octets: number): void {
    this.#sendControl({ tooBig: { port, mtu, octets } });
  }

  /** Asks the other end to finish what is under way. */
  sendDrain(deadlineMs: number): void {
    this.#sendControl({ drain: { deadlineMs } });
  }

  /** Says goodbye; the session is over. */
  close(reason: string): void {
    if (this.#state === "closed") return;
    this.flush();
    this.#sendControl({ bye: { reason } });
    this.#state = "closed";
  }

  /** Takes one datagram, `octets[0, length)`, borrowed. Never throws. */
  handleReceive(octets: Uint8Array, length: number, now: Instant): void {
    if (this.#state === "closed") return;
    if (length < SESSION_TOKEN_OCTETS + FRAME_HEADER_OCTETS) return this.drops.add("malformed");
    const view = this.#viewOf(octets);
    if (tokenEquals(view, 0, this.#options.localToken)) this.#receiveSession(octets, view, length, now);
    else if (tokenEquals(view, 0, ZERO_TOKEN)) this.#receiveHandshake(octets, view, length, now);
    else this.drops.add("bad-token");
  }

  /** Sends what is due; call when `nextTimeout` is due, and after calls that may have made something due. */
  handleTimeout(now: Instant): void {
    if (this.#state === "closed") return;
    const { handshake, transmit, deadline } = this.#options;
    for (let datagram = handshake.poll(now); datagram !== undefined; datagram = handshake.poll(now)) {
      transmit(datagram, 0, datagram.length);
    }
    if (this.#state === "handshaking") {
      if (now >= deadline) this.#die("deadline");
      return;
    }
    if (this.#creditDueAt <= now) this.#reportCredit();
    for (const state of [this.#states.ports, this.#states.neighbours]) {
      const message = state.poll(now);
      if (message !== undefined) this.#sendControl(message);
    }
    this.#keepAlive(now);
  }

  nextTimeout(): Instant | undefined {
    if (this.#state === "closed") return undefined;
    const handshake = this.#options.handshake.nextTimeout();
    if (this.#state === "handshaking") return earlier(handshake, this.#options.deadline);
    const states = Math.min(this.#states.ports.dueAt, this.#states.neighbours.dueAt, this.#creditDueAt);
    return earlier(handshake, Math.min(states, this.#liveness.nextTimeout()));
  }

  /** The next event, or `undefined`. */
  pollEvent(): FlorIoEvent | undefined {
    return this.#events.shift();
  }

  #receiveSession(octets: Uint8Array, view: DataView, length: number, now: Instant): void {
    if (this.#state !== "ready") return this.drops.add("not-ready");
    this.#liveness.heard(now);
    let run = -1;
    let hasData = false;
    let at = SESSION_TOKEN_OCTETS;
    while (at < length) {
      const end = frameEnd(view, at, length);
      if (end === 0) {
        this.drops.add("malformed");
        break;
      }
      const type = view.getUint8(at);
      if (type === FRAME_DATA) {
        if (run < 0) run = at;
        hasData = true;
      } else {
        if (run >= 0) this.#options.sink.handleFrames(octets, view, run, at);
        run = -1;
        if (type === FRAME_CONTROL) this.#handleControl(octets, at + FRAME_HEADER_OCTETS, end);
        else this.drops.add("unknown-type");
      }
      at = end;
    }
    if (run >= 0) this.#options.sink.handleFrames(octets, view, run, at);
    if (hasData) this.#grantCredit(length, now);
  }

  #receiveHandshake(octets: Uint8Array, view: DataView, length: number, now: Instant): void {
    const end = frameEnd(view, SESSION_TOKEN_OCTETS, length);
    if (end === 0 || view.getUint8(SESSION_TOKEN_OCTETS) !== FRAME_CONTROL) return this.drops.add("malformed");
    const read = readMessage(octets.subarray(SESSION_TOKEN_OCTETS + FRAME_HEADER_OCTETS, end));
    if (read === undefined) return this.drops.add("malformed");
    const { handshake } = this.#options;
    const outcome = handshake.handleMessage(read.message, read.envelope, read.mac, now);
    if (outcome.outcome === "bad-mac") return this.drops.add("bad-mac");
    if (outcome.outcome === "greeted") this.#emit({ type: "greeted" });
    if (outcome.outcome === "ready") this.#establish(outcome.established, now);
    this.handleTimeout(now);
    if (outcome.outcome !== "rejected") return;
    this.#emit({ type: "rejected", code: outcome.code, text: outcome.text, versions: outcome.versions });
    this.#state = "closed";
  }

  #establish(established: Established, now: Instant): void {
    this.#state = "ready";
    this.#peerToken = established.peerToken;
    this.bundle.setToken(established.peerToken);
    this.credit.raise(established.receiveDatagrams, established.receiveOctets);
    // A quarter of the window: the other end can empty its buffer while this one fills the next bundle.
    const quarter = Math.floor(established.receiveOctets / 4);
    this.bundle.limit = Math.min(BUNDLE_MAX_OCTETS, established.datagramMax || BUNDLE_MAX_OCTETS, quarter);
    this.#liveness.start(now, established.keepaliveMs);
    this.#emit({ type: "ready", peer: established.peer });
  }

  #handleControl(octets: Uint8Array, offset: number, end: number): void {
    const envelope = decodeEnvelope(octets.slice(offset, end));
    if (envelope === undefined) return this.drops.add("malformed");
    if (envelope.ack)
      for (const state of [this.#states.ports, this.#states.neighbours]) state.acknowledge(envelope.ack);
    if (envelope.seq) this.#sendControl({ ack: envelope.seq });
    if (envelope.credit) this.#handleCredit(envelope.credit.limitDatagrams ?? 0, envelope.credit.limitOctets ?? 0);
    if (envelope.ping) this.#handlePing(envelope.ping);
    if (envelope.pong?.counters?.length) this.#emit({ type: "counters", counters: countersOf(envelope.pong.counters) });
    if (this.#isStale(envelope)) return;
    const event = eventOf(envelope);
    if (event === "malformed") return this.drops.add("malformed");
    if (event !== undefined) this.#emit(event);
    if (event?.type === "bye") this.#state = "closed";
  }

  /** A state that was overtaken on the way. */
  #isStale(envelope: Envelope): boolean {
    for (const kind of ["ports", "neighbours"] as const) {
      const generation = envelope[kind]?.generation;
      if (generation === undefined || generation === null) continue;
      if (generation <= this.#seenGenerations[kind]) return true;
      this.#seenGenerations[kind] = generation;
    }
    return false;
  }

  #handleCredit(datagrams: number, octets: number): void {
    if (!this.credit.raise(datagrams, octets) || !this.#wantsCredit) return;
    this.#wantsCredit = false;
    this.#emit({ type: "credit" });
  }

  #handlePing(ping: NonNullable<Envelope["ping"]>): void {
    const before = this.grant.lostDatagrams;
    this.grant.settle(ping.sentDatagrams ?? 0, ping.sentOctets ?? 0);
    this.drops.add("lost", this.grant.lostDatagrams - before);
    const counters = [...(this.#options.counters?.() ?? [])].slice(0, COUNTERS_MAX);
    this.#sendControl({ pong: { id: ping.id ?? 0, counters } });
    this.#reportCredit();
  }

  #grantCredit(octets: number, now: Instant): void {
    this.grant.take(octets);
    if (this.grant.isDue) this.#reportCredit();
    else if (this.#creditDueAt === Infinity) this.#creditDueAt = now + CREDIT_DELAY_MS;
  }

  #reportCredit(): void {
    this.#creditDueAt = Infinity;
    this.#sendControl({ credit: this.grant.report() });
  }

  #stall(): void {
    this.stalls += 1;
    this.#wantsCredit = true;
  }

  #keepAlive(now: Instant): void {
    const due = this.#liveness.poll(now, this.#wantsCredit);
    if (due === "dead") return this.#die("silence");
    if (due === undefined) return;
    const { datagrams: sentDatagrams, octets: sentOctets } = this.credit.sent;
    this.#sendControl({ ping: { id: due, sentDatagrams, sentOctets } });
  }

  #setState(kind: "ports" | "neighbours", message: (generation: number) => Envelope, now: Instant): void {
    this.#seq += 1;
    this.#generation += 1;
    this.#states[kind].set(message(this.#generation), this.#seq, now);
    this.handleTimeout(now);
  }

  #sendControl(envelope: Envelope): void {
    if (this.#state !== "ready") return;
    const datagram = controlDatagram(this.#peerToken, 0, encodeEnvelope(envelope));
    this.#options.transmit(datagram, 0, datagram.length);
  }

  #die(reason: "silence" | "deadline"): void {
    this.#state = "closed";
    this.#emit({ type: "dead", reason });
  }

  #emit(event: FlorIoEvent): void {
    if (this.#events.length >= EVENTS_MAX) this.#events.shift();
    this.#events.push(event);
  }

  #viewOf(octets: Uint8Array): DataView {
    let view = this.#views.get(octets);
    if (view === undefined) {
      view = viewOf(octets);
      this.#views.set(octets, view);
    }
    return view;
  }
}

function countersOf(counters: readonly { name?: string | null; value?: number | null }[]): Counter[] {
  return counters.slice(0, COUNTERS_MAX).map(({ name, value }) => ({ name: name ?? "", value: value ?? 0 }));
}

/** Writes the number of the local port into the frame at `at`. */
export function stampPort(view: DataView, at: number, port: number): void {
  view.setUint16(at + frameField.port, port);
}
