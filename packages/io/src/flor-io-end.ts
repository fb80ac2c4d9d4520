/**
 * One end of a Flor IO session, sans-IO: handshake, bundles within credit, control state, liveness.
 *
 * The data path has no object per frame or datagram: frames are written in place (`reserve`, `commit`, `flush`) and
 * received as runs in the buffer they came in (`FrameSink`).
 */
import { DropCounters, earlier, type Instant, RateBudget } from "@flor/machine";
import {
  BUNDLE_MAX_OCTETS,
  encodeEnvelope,
  type Envelope,
  FRAME_CONTROL,
  FRAME_DATA,
  FRAME_HEADER_OCTETS,
  frameEnd,
  SESSION_TOKEN_OCTETS,
  type Token,
  tokenEquals,
  ZERO_TOKEN,
} from "@flor/wire";
import { BufferViews } from "./buffer-views.ts";
import { Bundle } from "./bundle.ts";
import { ControlChannel } from "./control-channel.ts";
import { CreditGrant, CreditWindow } from "./credit.ts";
import { END_DROPS, type EndDrop } from "./end-drop.ts";
import type { EndState, FlorIoEndOptions } from "./end-options.ts";
import type { FlorIoEvent } from "./event.ts";
import { EventQueue } from "./event-queue.ts";
import { PARTS_CAPABILITY, partsOf } from "./list-parts.ts";
import { NEIGHBOURS_MAX, PUNCH_CAPABILITY } from "./neighbour.ts";
import { controlDatagram, type Established, readMessage } from "./handshake.ts";
import { queueOf } from "./transmit.ts";

/** MACs checked per second, and in a burst: a handshake needs two, and a hostile process must not keep us computing. */
export const MACS_PER_SECOND = 200;
const MACS_AT_ONCE = 50;

/** One end. */
export class FlorIoEnd {
  readonly drops: DropCounters<EndDrop> = new DropCounters(END_DROPS);
  readonly bundle: Bundle;
  readonly credit: CreditWindow = new CreditWindow();
  readonly grant: CreditGrant;
  /** How often a frame found no credit. */
  stalls = 0;
  #state: EndState = "handshaking";
  readonly #options: FlorIoEndOptions;
  readonly #control: ControlChannel;
  readonly #views = new BufferViews();
  readonly #events = new EventQueue();
  readonly #macs = new RateBudget(MACS_PER_SECOND, MACS_AT_ONCE);
  #peerToken: Token = ZERO_TOKEN;
  /** Capabilities that both ends have. */
  #capabilities: readonly string[] = [];

  constructor(options: FlorIoEndOptions) {
    this.#options = options;
    this.bundle = new Bundle(this.credit, options.queue ?? queueOf(options.transmit));
    this.grant = new CreditGrant(options.receiveBufferOctets);
    this.#control = new ControlChannel({
      send: (envelope) => this.#sendControl(envelope),
      emit: (event) => this.#emit(event),
      drops: this.drops,
      credit: this.credit,
      grant: this.grant,
      random: options.random,
      counters: options.counters,
    });
  }

  get state(): EndState {
    return this.#state;
  }

  /** Pings sent since the last one was answered: the other end may send without reading. */
  get unansweredPings(): number {
    return this.#control.unansweredPings;
  }

  /** The largest bundle, session token included; frames that divide it evenly waste nothing. */
  get bundleLimit(): number {
    return this.bundle.limit;
  }

  /**
   * Offset in `bundle` for one frame of at most `octets`, header included; -1: not ready, without credit (a "credit"
   * event follows), or longer than the other end takes (counted).
   */
  reserve(octets: number): number {
    if (this.#state !== "ready") return -1;
    if (!this.bundle.fits(octets)) {
      this.drops.add("too-large");
      return -1;
    }
    const at = this.bundle.reserve(octets);
    if (at < 0) this.#stall();
    return at;
  }

  /** The frame at the reserved offset is `octets` long. */
  commit(octets: number): void {
    this.bundle.commit(octets);
  }

  /** Sends the open bundle and the waiting ones; call at the end of each turn. */
  flush(): void {
    if (this.#state === "ready") this.bundle.flush();
  }

  /** Copies one whole frame into the bundle; false: dropped and counted. */
  send(octets: Uint8Array, offset: number, end: number): boolean {
    const at = this.reserve(end - offset);
    if (at < 0) {
      if (this.#state !== "ready") this.drops.add("not-ready");
      else if (this.bundle.fits(end - offset)) this.drops.add("no-credit");
      return false;
    }
    this.bundle.octets.set(octets.subarray(offset, end), at);
    this.commit(end - offset);
    return true;
  }

  /**
   * Sends whole frames from where they are, without a copy when they are one bundle or less; the 8 octets before
   * `offset` are overwritten.
   *
   * @returns false: not ready, or no credit for all of them (a "credit" event follows). Of a bundle or less nothing was
   *   sent then; of more, what was not sent is counted
   */
  sendInPlace(octets: Uint8Array, view: DataView, offset: number, end: number): boolean {
    if (this.#state !== "ready" || SESSION_TOKEN_OCTETS + end - offset > this.bundle.limit)
      return this.#sendEach(octets, view, offset, end);
    const isSent = this.bundle.sendInPlace(octets, view, offset, end);
    if (!isSent) this.#stall();
    return isSent;
  }

  /** Tells the other end all ports, after the frames written so far; returns how many were left out. */
  setPorts(ports: NonNullable<NonNullable<Envelope["ports"]>["ports"]>, now: Instant): number {
    const { told, leftOut } = this.#fit(ports);
    const ofPart =
      (generation: number) =>
      (part: typeof ports, index: number): Envelope => ({
        ports: { generation, ports: part, ...placeOf(index, told.length) },
      });
    this.flush();
    this.#control.setState("ports", (generation) => told.map(ofPart(generation)), now);
    this.handleTimeout(now);
    return leftOut;
  }

  /**
   * Tells the other end all wanted neighbours; returns how many were left out. Frames written so far are sent first:
   * otherwise those to a neighbour that is no longer in the list would find no port.
   */
  setNeighbours(neighbours: NonNullable<NonNullable<Envelope["neighbours"]>["neighbours"]>, now: Instant): number {
    const { told, leftOut } = this.#fit(neighbours);
    const ofPart =
      (generation: number) =>
      (part: typeof neighbours, index: number): Envelope => ({
        neighbours: { generation, neighbours: part, ...placeOf(index, told.length) },
      });
    this.flush();
    this.#control.setState("neighbours", (generation) => told.map(ofPart(generation)), now);
    this.handleTimeout(now);
    return leftOut;
  }

  /** Tells the node where the link listens, if the node can use that. */
  setAddresses(addresses: string[], now: Instant): void {
    if (!this.#capabilities.includes(PUNCH_CAPABILITY)) return;
    this.#control.setState("addresses", (generation) => [{ addresses: { generation, addresses } }], now);
    this.handleTimeout(now);
  }

  /** As much of a list as the other end accepts, in parts or in one message. */
  #fit<Item extends { key?: string | null; address?: string | null }>(
    items: readonly Item[],
  ): { readonly told: Item[][]; readonly leftOut: number } {
    const parts = partsOf(items.slice(0, NEIGHBOURS_MAX));
    const takesParts = this.#capabilities.includes(PARTS_CAPABILITY);
    const told = takesParts ? parts : parts.slice(0, 1);
    return { told, leftOut: items.length - told.flat().length };
  }

  /** Reports that a frame was too big; not acknowledged. */
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
    const view = this.#views.of(octets);
    if (tokenEquals(view, 0, this.#options.localToken)) this.#receiveSession(octets, view, length, now);
    else if (tokenEquals(view, 0, ZERO_TOKEN)) this.#receiveHandshake(octets, view, length, now);
    else this.drops.add("bad-token");
  }

  /** Sends what is due. Call it once at the start, then whenever `nextTimeout` is due; early and late calls are harmless. */
  handleTimeout(now: Instant): void {
    if (this.#state === "closed") return;
    const { handshake, transmit, deadline } = this.#options;
    const datagram = handshake.poll(now);
    if (datagram !== undefined) transmit(datagram, 0, datagram.length);
    if (this.#state === "ready" ? this.#control.handleTimeout(now) : now >= deadline) {
      this.#emit({ type: "dead", reason: this.#state === "ready" ? "silence" : "deadline" });
      this.#state = "closed";
    }
  }

  nextTimeout(): Instant | undefined {
    if (this.#state === "closed") return undefined;
    const due = this.#state === "ready" ? this.#control.nextTimeout() : this.#options.deadline;
    return earlier(this.#options.handshake.nextTimeout(), due);
  }

  /** The next event, or `undefined`. */
  pollEvent(): FlorIoEvent | undefined {
    return this.#events.shift();
  }

  #receiveSession(octets: Uint8Array, view: DataView, length: number, now: Instant): void {
    if (this.#state !== "ready") return this.drops.add("not-ready");
    this.#control.heard(now);
    this.#options.handshake.settle();
    let run = -1;
    let hasData = false;
    let at = SESSION_TOKEN_OCTETS;
    while (at < length && this.#state === "ready") {
      const end = frameEnd(view, at, length);
      if (end === 0) {
        this.drops.add("malformed");
        break;
      }
      if (view.getUint8(at) === FRAME_DATA) {
        if (run < 0) run = at;
        hasData = true;
      } else {
        if (run >= 0) this.#options.sink.handleFrames(octets, view, run, at, now);
        run = -1;
        this.#receiveOther(octets, view, at, end, now);
      }
      at = end;
    }
    if (run >= 0) this.#options.sink.handleFrames(octets, view, run, at, now);
    if (hasData) this.#control.grantCredit(length, now);
  }

  #receiveOther(octets: Uint8Array, view: DataView, at: number, end: number, now: Instant): void {
    if (view.getUint8(at) !== FRAME_CONTROL) return this.drops.add("unknown-type");
    this.#control.handleFrame(octets, at + FRAME_HEADER_OCTETS, end, now);
  }

  #receiveHandshake(octets: Uint8Array, view: DataView, length: number, now: Instant): void {
    const end = frameEnd(view, SESSION_TOKEN_OCTETS, length);
    if (end === 0 || view.getUint8(SESSION_TOKEN_OCTETS) !== FRAME_CONTROL) return this.drops.add("malformed");
    if (!this.#macs.take(1, now)) return this.drops.add("flooded");
    const read = readMessage(octets.subarray(SESSION_TOKEN_OCTETS + FRAME_HEADER_OCTETS, end));
    if (read === undefined) return this.drops.add("malformed");
    const outcome = this.#options.handshake.handleMessage(read.message, read.envelope, read.mac, now);
    if (outcome.outcome === "dropped") return this.drops.add(outcome.reason);
    if (outcome.outcome === "greeted") this.#emit({ type: "greeted" });
    if (outcome.outcome === "ready") this.#establish(outcome.established, now);
    this.handleTimeout(now);
    if (outcome.outcome !== "rejected") return;
    this.#emit({ type: "rejected", code: outcome.code, text: outcome.text, versions: outcome.versions });
    this.#state = "closed";
  }

  #establish({ peerToken, receiveOctets, datagramMax, ...established }: Established, now: Instant): void {
    this.#state = "ready";
    this.#peerToken = peerToken;
    this.bundle.setToken(peerToken);
    this.credit.raise(established.receiveDatagrams, receiveOctets);
    this.bundle.datagramMax = Math.min(BUNDLE_MAX_OCTETS, datagramMax || BUNDLE_MAX_OCTETS, receiveOctets);
    // A quarter of the window: the other end can empty its buffer while this one fills the next bundle.
    this.bundle.limit = Math.min(this.bundle.datagramMax, Math.floor(receiveOctets / 4));
    this.#control.start(now, established.keepaliveMs);
    this.#capabilities = established.peer.capabilities;
    this.#emit({ type: "ready", peer: established.peer });
  }

  /** Fallback for frames that cannot be sent in place: one by one, as far as credit reaches. */
  #sendEach(octets: Uint8Array, view: DataView, offset: number, end: number): boolean {
    let isSent = true;
    for (let at = offset; at < end;) {
      const next = frameEnd(view, at, end);
      if (next === 0) {
        this.drops.add("malformed");
        return false;
      }
      if (!this.send(octets, at, next)) isSent = false;
      at = next;
    }
    return isSent;
  }

  #stall(): void {
    this.stalls += 1;
    this.#control.stall();
  }

  #sendControl(envelope: Envelope): void {
    if (this.#state !== "ready") return;
    const datagram = controlDatagram(this.#peerToken, 0, encodeEnvelope(envelope));
    this.#options.transmit(datagram, 0, datagram.length);
  }

  #emit(event: FlorIoEvent): void {
    if (!this.#events.push(event)) this.drops.add("event-overflow");
    if (event.type === "bye") this.#state = "closed";
  }
}

/** Nothing for a list that is whole in one message: links that know nothing of parts need not see any. */
function placeOf(part: number, parts: number): { readonly part?: number; readonly parts?: number } {
  return parts > 1 ? { part, parts } : {};
}
