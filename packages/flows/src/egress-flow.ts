/**
 * A stream that a peer opened, at the egress: read its preface, connect, answer, relay.
 */
import type { Instant } from "@flor/machine";
import { Cause, decodeOpen, type Destination, encodeOpened, type Opened } from "@flor/wire";
import type { Flow } from "./flow.ts";
import type { DatagramDoor, LocalSocket } from "./local-socket.ts";
import { datagramAskOf } from "./datagram-open.ts";
import { opensAreas } from "./area-channel.ts";
import { askedOf, type ServiceAsk } from "./destination.ts";
import { type JoinAnswer, type JoinRequest, joinRequestOf } from "./join.ts";
import { type ReachAddresses, type ReachAnswer, reachRequestOf } from "./reach.ts";
import { PrefaceReader } from "./preface-reader.ts";
import { PrefaceWriter } from "./preface-writer.ts";
import { type BlockedWriter, endObserved, Relay, type RelayOwner } from "./relay.ts";
import { STREAM_RESET, type StreamCarrier } from "./stream-carrier.ts";
import { StreamErrorCode } from "./stream-error-code.ts";

/** What an egress flow tells the node. */
export interface EgressOwner {
  /** The preface asks for a destination, or the flow's `service`: dial it, then `connected` or `fail`. */
  handleOpen(flow: EgressFlow, destination: Destination): void;
  /** The preface asks for a UDP flow to a destination, the flow's `service`, or any: then `connected` or `fail`. */
  handleOpenDatagrams(flow: EgressFlow, destination: Destination | undefined): void;
  /** The preface asks to join a northbound network; our label for the peer, or why not. */
  handleJoin(flow: EgressFlow, request: JoinRequest): JoinAnswer;
  /** The preface says where the peer may be reached directly, and asks the same. */
  handleReach(flow: EgressFlow, told: ReachAddresses): ReachAnswer;
  /** The preface opens a channel about ways between networks: the stream is the owner's, and what was read ahead. */
  handleAreas(flow: EgressFlow, early: Uint8Array): void;
  /** The flow is over before it became a relay. */
  handleEgressEnded(flow: EgressFlow, reason: string): void;
}

type EgressState = "preface" | "dialling" | "answering" | "relaying" | "ended";

const TEXT_MAX_CHARACTERS = 200;
const NO_OCTETS = new Uint8Array(0);

/** One stream opened by a peer. */
export class EgressFlow implements Flow, BlockedWriter {
  readonly carrier: StreamCarrier;
  readonly stream: number;
  /** When the peer opened the stream. */
  readonly startedAt: Instant;
  network: "tcp" | "udp" = "tcp";
  destination: Destination | undefined;
  datagrams: DatagramDoor | undefined;
  /** What is asked for by name instead of the destination. */
  service: ServiceAsk | undefined;
  /** Told once when the flow was open and is over. */
  whenEnded: (() => void) | undefined;
  relay: Relay | undefined;
  #owner: EgressOwner;
  #relayOwner: RelayOwner;
  #state: EgressState = "preface";
  #reader = new PrefaceReader(decodeOpen);
  #readAhead: Uint8Array = new Uint8Array(0);
  #readAheadFin = false;
  /** An answer that is also the end. */
  #answer: PrefaceWriter | undefined;
  #endReason = "";

  constructor(carrier: StreamCarrier, stream: number, owner: EgressOwner, relayOwner: RelayOwner, now: Instant) {
    this.startedAt = now;
    this.carrier = carrier;
    this.stream = stream;
    this.#owner = owner;
    this.#relayOwner = relayOwner;
  }

  get state(): EgressState {
    return this.#state;
  }

  /** The stream has octets: the preface first. Octets behind it wait in the stream while the destination is dialled. */
  handleReadable(budget: number): number {
    if (this.#state === "dialling") this.#lookForReset();
    else if (this.#state === "preface") this.#readPreface();
    return this.relay?.handleReadable(budget) ?? 0;
  }

  /** The destination answered: the flow is a relay. */
  connected(socket: LocalSocket, boundAddress: Uint8Array, boundPort: number): void {
    if (this.#state !== "dialling") return socket.reset();
    this.#state = "relaying";
    const owner = endObserved(this.#relayOwner, this.whenEnded);
    const relay = new Relay(this.carrier, this.stream, socket, owner);
    this.relay = relay;
    this.datagrams = socket.datagrams;
    relay.sendPreface(encodeOpened({ cause: Cause.OK, boundAddress, boundPort }));
    this.datagrams?.attach(relay);
    if (this.#readAhead.length > 0) relay.writeToSocket(this.#readAhead);
    this.#readAhead = new Uint8Array(0);
    if (this.#readAheadFin) relay.endSocket();
    socket.listen(relay);
    this.#relayOwner.handleRelayTouched(relay);
  }

  /** Tells the ingress why not, and ends. */
  fail(cause: Cause, text: string): void {
    if (this.#state !== "dialling") return;
    this.carrier.stopSending(this.stream, StreamErrorCode.connectionReset);
    this.#answerAndEnd({ cause, text: text.slice(0, TEXT_MAX_CHARACTERS) }, text);
  }

  /** The stream is another's from now on. */
  leave(): void {
    this.#state = "ended";
  }

  /** Tells the ingress why not, before its preface was looked at, and ends. */
  refuse(cause: Cause, text: string): void {
    if (this.#state !== "preface") return;
    this.#state = "dialling";
    this.fail(cause, text);
  }

  /** The connection made progress: goes on with the answer. */
  handleWritable(): void {
    if (this.#state !== "answering") return;
    if (this.#answer?.write(this.carrier, this.stream) === "blocked") this.#relayOwner.handleStreamBlocked(this);
    else this.#end(this.#endReason);
  }

  #readPreface(): void {
    const read = this.#reader.read(this.carrier, this.stream);
    if (read.state === "incomplete") return;
    if (read.state !== "complete") return this.abandon(StreamErrorCode.malformedPreface, `preface ${read.state}`);
    this.#readAhead = read.rest;
    this.#readAheadFin = read.fin;
    this.#state = "dialling";
    if (opensAreas(read.message)) return this.#owner.handleAreas(this, read.rest);
    const join = joinRequestOf(read.message);
    if (join !== undefined) return this.#answerJoin(join);
    const reach = reachRequestOf(read.message);
    if (reach !== undefined) return this.#answerReach(reach);
    const datagrams = datagramAskOf(read.message);
    if (datagrams !== undefined) return this.#askDatagrams(datagrams);
    const asked = askedOf(read.message);
    if ("cause" in asked) return this.fail(asked.cause, asked.text);
    this.destination = asked.destination;
    this.service = asked.service;
    this.#owner.handleOpen(this, asked.destination);
  }

  #askDatagrams(asked: NonNullable<ReturnType<typeof datagramAskOf>>): void {
    this.network = "udp";
    if ("cause" in asked) return this.fail(asked.cause, asked.text);
    this.destination = asked.destination;
    this.service = asked.service;
    this.#owner.handleOpenDatagrams(this, asked.destination);
  }

  /** A client that gave up must not keep a dial and a place among the flows: a read of nothing shows its reset. */
  #lookForReset(): void {
    if (this.carrier.receive(this.stream, NO_OCTETS) === STREAM_RESET)
      this.abandon(StreamErrorCode.connectionReset, "client left");
  }

  #answerJoin(request: JoinRequest): void {
    const answer = this.#owner.handleJoin(this, request);
    if ("cause" in answer) return this.fail(answer.cause, "no such northbound network");
    this.#answerAndEnd({ cause: Cause.OK, label: answer.label }, "joined");
  }

  #answerReach(told: ReachAddresses): void {
    const answer = this.#owner.handleReach(this, told);
    if ("cause" in answer) return this.fail(answer.cause, answer.text);
    const reach = { token: answer.token, addresses: [...answer.addresses] };
    this.#answerAndEnd({ cause: Cause.OK, reach }, "told where this node may be");
  }

  /** Resets the stream without an answer. */
  abandon(code: number, reason: string): void {
    if (this.#state === "relaying" || this.#state === "ended") return;
    this.carrier.resetStream(this.stream, code);
    this.carrier.stopSending(this.stream, code);
    this.#end(reason);
  }

  /** The session that carries the flow is gone. */
  handleCarrierLost(): void {
    if (this.relay !== undefined) return this.relay.reset();
    if (this.#state !== "ended") this.#end("session closed");
  }

  #answerAndEnd(opened: Opened, reason: string): void {
    this.#state = "answering";
    this.#answer = new PrefaceWriter(encodeOpened(opened), true);
    this.#endReason = reason;
    this.handleWritable();
  }

  #end(reason: string): void {
    this.#state = "ended";
    this.#owner.handleEgressEnded(this, reason);
  }
}
