/**
 * What the two ends of a ready session tell each other besides frames: state, repeated until it is acknowledged; credit;
 * Pings. Control messages need no credit and are sent immediately, each in its own datagram.
 */
import { type DropCounters, type Instant, RateBudget } from "@flor/machine";
import { decodeEnvelope, type Envelope } from "@flor/wire";
import type { CreditGrant, CreditWindow } from "./credit.ts";
import type { EndDrop } from "./end-drop.ts";
import type { Counter, FlorIoEvent } from "./event.ts";
import { eventOf, neighboursEvent, portsEvent } from "./event-of-envelope.ts";
import { ListAssembly } from "./list-parts.ts";
import { Liveness } from "./liveness.ts";
import type { Neighbour } from "./neighbour.ts";
import type { Port } from "./port.ts";
import { StateRepeater } from "./state-repeater.ts";

/** Maximum delay before received data datagrams are reported. */
const CREDIT_DELAY_MS = 100;
/** Maximum number of figures in one Pong. */
const COUNTERS_MAX = 64;
/** Octets of control messages decoded a second, and at once: four times what a link at 5 Gbit/s needs with the smallest buffer. */
const CONTROL_OCTETS_PER_SECOND = 4 * 1024 * 1024;
const CONTROL_OCTETS_AT_ONCE = 1024 * 1024;
/** Minimum charge per control message: a thousand empty ones cost as much time as one full list. */
const CONTROL_COST_MIN_OCTETS = 64;
/** Control messages answered a second, and at once: a link that acts in good faith causes two or three. */
const ANSWERS_PER_SECOND = 2000;
const ANSWERS_AT_ONCE = 500;

/** Generations go up to here, 2^52: half of what a number holds exactly, more than a session can use. */
const GENERATION_MAX = 4_503_599_627_370_496;

type StateKind = "ports" | "neighbours" | "addresses";
const STATE_KINDS: readonly StateKind[] = ["ports", "neighbours", "addresses"];
/** Messages that belong to the handshake and mean nothing within a session. */
const HANDSHAKE_MESSAGES: ReadonlySet<string> = new Set(["hello", "welcome", "ready", "reject"]);

/** What a control channel is made of. */
export interface ControlChannelOptions {
  /** Sends one control datagram with this message immediately. */
  readonly send: (envelope: Envelope) => void;
  readonly emit: (event: FlorIoEvent) => void;
  readonly drops: DropCounters<EndDrop>;
  readonly credit: CreditWindow;
  readonly grant: CreditGrant;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Figures for the answer to a Ping. */
  readonly counters: (() => readonly Counter[]) | undefined;
}

/** One end of the control channel. */
export class ControlChannel {
  readonly #options: ControlChannelOptions;
  readonly #liveness: Liveness;
  readonly #states = {
    ports: new StateRepeater(),
    neighbours: new StateRepeater(),
    addresses: new StateRepeater(),
  };
  readonly #assemblies = {
    ports: new ListAssembly<Port>(),
    neighbours: new ListAssembly<Neighbour>(),
    addresses: new ListAssembly<string>(),
  };
  readonly #octets = new RateBudget(CONTROL_OCTETS_PER_SECOND, CONTROL_OCTETS_AT_ONCE);
  readonly #answers = new RateBudget(ANSWERS_PER_SECOND, ANSWERS_AT_ONCE);
  #seq = 0;
  #generation = 0;
  #creditDueAt: Instant = Infinity;
  #wantsCredit = false;
  #unansweredPings = 0;

  constructor(options: ControlChannelOptions) {
    this.#options = options;
    this.#liveness = new Liveness(options.random);
  }

  /** The session is ready. */
  start(now: Instant, keepaliveMs: number): void {
    this.#liveness.start(now, keepaliveMs);
  }

  /** A datagram of the session came. */
  heard(now: Instant): void {
    this.#liveness.heard(now);
  }

  /** Pings sent since the other end answered one. */
  get unansweredPings(): number {
    return this.#unansweredPings;
  }

  /** A frame found no credit: an event follows when there is some. */
  stall(): void {
    this.#wantsCredit = true;
  }

  /** Tells the other end a whole state, in as many messages as needed, repeated until they are acknowledged. */
  setState(kind: StateKind, messages: (generation: number) => readonly Envelope[], now: Instant): void {
    this.#generation += 1;
    const parts = messages(this.#generation).map((message) => {
      this.#seq += 1;
      return { message, seq: this.#seq };
    });
    this.#states[kind].set(parts, now);
  }

  /** A datagram of `octets` that held data was taken. */
  grantCredit(octets: number, now: Instant): void {
    const { grant } = this.#options;
    grant.take(octets);
    if (grant.isDue) this.#reportCredit();
    else if (this.#creditDueAt === Infinity) this.#creditDueAt = now + CREDIT_DELAY_MS;
  }

  /** Takes the content of one control frame, `octets[offset, end)`, borrowed. */
  handleFrame(octets: Uint8Array, offset: number, end: number, now: Instant): void {
    const { drops } = this.#options;
    if (!this.#octets.take(Math.max(CONTROL_COST_MIN_OCTETS, end - offset), now)) return drops.add("flooded");
    const envelope = decodeEnvelope(new Uint8Array(octets.subarray(offset, end)));
    if (envelope === undefined) return drops.add("malformed");
    if (envelope.ack) for (const kind of STATE_KINDS) this.#states[kind].acknowledge(envelope.ack);
    if (envelope.credit) this.#handleCredit(envelope.credit.limitDatagrams ?? 0, envelope.credit.limitOctets ?? 0);
    if ((envelope.seq !== 0 || envelope.ping) && !this.#answers.take(1, now)) return drops.add("flooded");
    if (envelope.ping && !this.#handlePing(envelope.ping)) drops.add("malformed");
    if (envelope.pong) this.#unansweredPings = 0;
    const refusal = this.#handleEvent(envelope);
    if (refusal !== undefined) drops.add(refusal.drop);
    if (envelope.seq !== 0) this.#acknowledge(envelope.seq, refusal?.error);
  }

  /** Sends what is due; returns whether the other end is dead. */
  handleTimeout(now: Instant): boolean {
    if (this.#creditDueAt <= now) this.#reportCredit();
    for (const kind of STATE_KINDS) {
      for (const message of this.#states[kind].poll(now)) this.#options.send(message);
    }
    const due = this.#liveness.poll(now, this.#wantsCredit);
    if (typeof due === "number") this.#ping(due);
    return due === "dead";
  }

  nextTimeout(): Instant {
    const { ports, neighbours, addresses } = this.#states;
    const states = Math.min(ports.dueAt, neighbours.dueAt, addresses.dueAt);
    return Math.min(states, this.#creditDueAt, this.#liveness.nextTimeout());
  }

  /** Emits the event of a message, or returns why a message that needs an event has none. */
  #handleEvent(envelope: NonNullable<ReturnType<typeof decodeEnvelope>>): Refusal | undefined {
    if (envelope.message === undefined) {
      return envelope.seq === 0 ? undefined : { drop: "unknown-message", error: "unimplemented" };
    }
    if (HANDSHAKE_MESSAGES.has(envelope.message)) return { drop: "stale" };
    const event = eventOf(envelope);
    if (event === "malformed") return { drop: "malformed", error: "malformed" };
    if (event === undefined) return undefined;
    const generation =
      envelope.ports?.generation ?? envelope.neighbours?.generation ?? envelope.addresses?.generation ?? 0;
    if (generation > GENERATION_MAX) return { drop: "malformed", error: "malformed" };
    const whole = this.#assemble(event, envelope);
    if (whole === "stale") return { drop: "stale" };
    if (whole === "malformed") return { drop: "malformed", error: "malformed" };
    if (whole !== undefined) this.#options.emit(whole);
    return undefined;
  }

  /** The event of a list that is now complete; other messages are complete when they arrive. A list that was overtaken is stale. */
  #assemble(event: FlorIoEvent, envelope: Envelope): FlorIoEvent | "stale" | "malformed" | undefined {
    if (event.type === "ports") {
      const ports = this.#assemblies.ports.take(...placeOf(envelope.ports), event.ports);
      return Array.isArray(ports) ? portsEvent(ports) : (ports as "stale" | "malformed" | undefined);
    }
    if (event.type === "addresses") {
      const addresses = this.#assemblies.addresses.take(...placeOf(envelope.addresses), event.addresses);
      return Array.isArray(addresses) ? event : (addresses as "stale" | "malformed" | undefined);
    }
    if (event.type !== "neighbours") return event;
    const neighbours = this.#assemblies.neighbours.take(...placeOf(envelope.neighbours), event.neighbours);
    return Array.isArray(neighbours) ? neighboursEvent(neighbours) : (neighbours as "stale" | "malformed" | undefined);
  }

  /** Ends the repetition at the other end, also when the message is of no use: repeating would not mend it. */
  #acknowledge(seq: number, code: string | undefined): void {
    const text = code === "malformed" ? "the message breaks a bound of flor-io.md" : "the message is not known here";
    this.#options.send(code === undefined ? { ack: seq } : { ack: seq, error: { ofSeq: seq, code, text } });
  }

  #handleCredit(datagrams: number, octets: number): void {
    if (!this.#options.credit.raise(datagrams, octets) || !this.#wantsCredit) return;
    this.#wantsCredit = false;
    this.#options.emit({ type: "credit" });
  }

  /** Answers; false if the sender's figures are impossible, and are ignored. */
  #handlePing(ping: NonNullable<Envelope["ping"]>): boolean {
    const { grant, drops, counters, send } = this.#options;
    const lost = grant.settle(ping.sentDatagrams ?? 0, ping.sentOctets ?? 0);
    drops.add("lost", lost ?? 0);
    const figures = [...(counters?.() ?? [])].slice(0, COUNTERS_MAX);
    send({ pong: { id: ping.id ?? 0, counters: figures } });
    this.#reportCredit();
    return lost !== undefined;
  }

  #ping(id: number): void {
    const { datagrams: sentDatagrams, octets: sentOctets } = this.#options.credit.sent;
    this.#unansweredPings += 1;
    this.#options.send({ ping: { id, sentDatagrams, sentOctets } });
  }

  #reportCredit(): void {
    this.#creditDueAt = Infinity;
    this.#options.send({ credit: this.#options.grant.report() });
  }
}

interface ListPlace {
  readonly generation?: number | null;
  readonly part?: number | null;
  readonly parts?: number | null;
}

function placeOf(list: ListPlace | null | undefined): [generation: number, part: number, parts: number] {
  return [list?.generation ?? 0, list?.part ?? 0, list?.parts ?? 0];
}

interface Refusal {
  readonly drop: EndDrop;
  /** Code of the Error sent with the acknowledgement. */
  readonly error?: string;
}
