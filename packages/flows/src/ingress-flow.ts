/**
 * A flow at its ingress: steps 4 and 5 of the corridor. It opens a stream, asks the egress, and becomes a relay when
 * that agrees. What the client sends ahead is kept until the answer: an egress that refuses has passed none of it on, and
 * another may be asked. Where nobody else could be, it travels with the open.
 */
import type { Instant } from "@flor/machine";
import { Cause, type DecodedOpened, decodeOpened, type Destination, encodeOpen, type Open } from "@flor/wire";
import { datagramOpenOf } from "./datagram-open.ts";
import { openOf, type ServiceAsk } from "./destination.ts";
import { EarlyOctets } from "./early-octets.ts";
import type { Flow } from "./flow.ts";
import type { DatagramDoor, LocalSocket, LocalSocketListener } from "./local-socket.ts";
import { PrefaceReader } from "./preface-reader.ts";
import { PrefaceWriter } from "./preface-writer.ts";
import { type BlockedWriter, endObserved, Relay, type RelayOwner } from "./relay.ts";
import type { BoundAddress, Request } from "./request.ts";
import { Splice } from "./splice.ts";
import type { StreamCarrier } from "./stream-carrier.ts";
import { StreamErrorCode } from "./stream-error-code.ts";

const NO_OCTETS = new Uint8Array(0);

/** What an ingress flow tells the node. */
export interface IngressOwner {
  /** The egress refuses, in these words: ask another, or `fail`. */
  handleCandidateRefused(flow: IngressFlow, cause: Cause, text: string): void;
  /** The session is gone before the egress answered, and nothing of the client's went out: ask again, or `fail`. */
  handleCarrierLost(flow: IngressFlow): void;
  /** The egress agreed: the flow is a relay. */
  handleOpened(flow: IngressFlow): void;
  /** The client was told that there is no way: its farewell is due. @param isClientGone it ended its direction */
  handleFailed(flow: IngressFlow, cause: Cause, isClientGone: boolean): void;
  /** The client left before the flow was open. */
  handleIngressEnded(flow: IngressFlow, reason: string): void;
}

/** Where the stream of a flow is: its session. */
export interface StreamOwner extends RelayOwner {
  /** Name of the peer at the other end. */
  readonly peerName: string;
  /** The flow left the stream, which was reset, before it became a relay. */
  handleStreamLeft(stream: number): void;
}

/** A stream that was asked for, until the answer: an idle flow holds neither buffers nor readers. */
interface Opening {
  readonly carrier: StreamCarrier;
  readonly stream: number;
  readonly owner: StreamOwner;
  readonly reader: PrefaceReader<DecodedOpened>;
  readonly writer: PrefaceWriter;
  /** What was early then follows. */
  readonly prefaceOctets: number;
}

/** One client's flow. */
export class IngressFlow implements Flow, BlockedWriter, LocalSocketListener {
  readonly network: "tcp" | "udp";
  readonly destination: Destination;
  readonly startedAt: Instant;
  /** Names of the peers that may let it out and have not refused, the preferred one first. */
  candidates: readonly string[];
  /** The candidate that was asked last; empty: none yet. */
  askedPeer = "";
  /** The service to ask for by name, instead of the destination. */
  service: ServiceAsk | undefined;
  /** Told once when the flow was open and is over. */
  whenEnded: (() => void) | undefined;
  relay: Relay | undefined;
  readonly socket: LocalSocket;
  readonly #owner: IngressOwner;
  /** Until the answer. */
  #request: Request | undefined;
  #early: EarlyOctets | undefined = new EarlyOctets();
  #opening: Opening | undefined;
  #isClientEnded = false;
  #isOver = false;

  /** Call {@link start} next. */
  constructor(request: Request, candidates: readonly string[], owner: IngressOwner, now: Instant) {
    this.#request = request;
    this.network = request.network;
    this.destination = request.destination;
    this.candidates = candidates;
    this.socket = request.socket;
    this.#owner = owner;
    this.startedAt = now;
  }

  /** Hears the client. */
  start(): void {
    if (this.#request !== undefined) this.handleOctets(this.#request.early);
    this.socket.listen(this);
  }

  get datagrams(): DatagramDoor | undefined {
    return this.socket.datagrams;
  }

  /** The connection that carries the flow, or is to; `undefined`: none now. */
  get carrier(): StreamCarrier | undefined {
    return (this.relay ?? this.#opening)?.carrier;
  }

  /** Octets of the client may have reached an egress that has not refused, so no other may be given them. */
  get isCommitted(): boolean {
    return this.#opening !== undefined && this.#opening.writer.accepted > this.#opening.prefaceOctets;
  }

  handleOctets(octets: Uint8Array): void {
    if (this.#isOver || this.#early === undefined) return;
    if (!this.#early.push(octets)) return this.#abort("read on although paused");
    if (this.#early.isFull) this.socket.pause();
  }

  handleEnd(): void {
    this.#isClientEnded = true;
  }

  handleReset(code: string): void {
    this.#abandonStream();
    this.#end(code);
  }

  handleDrain(): void {}

  /**
   * Step 4, open: asks the egress for the destination.
   *
   * @param way "along": what the client sent ahead goes with it, and spares a round trip; "kept": it goes when the
   * egress agrees, so that another one may be asked should this one be dead
   */
  open(carrier: StreamCarrier, stream: number, owner: StreamOwner, way: "along" | "kept" = "along"): void {
    if (this.#isOver || this.#early === undefined || this.#opening !== undefined) return;
    this.askedPeer = owner.peerName;
    const preface = encodeOpen(this.#open);
    const early = way === "along" ? this.#early.all() : NO_OCTETS;
    const octets = new Uint8Array(preface.length + early.length);
    octets.set(preface);
    octets.set(early, preface.length);
    this.#opening = {
      carrier,
      stream,
      owner,
      reader: new PrefaceReader(decodeOpened),
      writer: new PrefaceWriter(octets, false),
      prefaceOctets: preface.length,
    };
    this.handleWritable();
  }

  /** Step 4, open, without an egress: the target's connection is one of this node. */
  openHere(target: LocalSocket, bound: BoundAddress | undefined): Splice | undefined {
    const early = this.#early?.all();
    if (this.#isOver || early === undefined) {
      target.reset();
      return undefined;
    }
    this.#isOver = true;
    this.#early = undefined;
    this.#request?.reply(Cause.OK, bound);
    this.#request = undefined;
    const splice = new Splice(this.socket, target, () => this.whenEnded?.());
    this.#owner.handleOpened(this);
    this.socket.resume();
    splice.start(early, this.#isClientEnded);
    return splice;
  }

  /** The connection made progress: goes on with the preface. */
  handleWritable(): void {
    const opening = this.#opening;
    if (opening === undefined || opening.writer.rest.length === 0) return;
    const write = opening.writer.write(opening.carrier, opening.stream);
    if (write === "blocked") opening.owner.handleStreamBlocked(this);
    // One that refuses need not read to the end: its answer tells.
    else if (write === "gone" && opening.writer.accepted < opening.prefaceOctets) this.fail(Cause.GENERAL_FAILURE);
  }

  handleReadable(budget: number): number {
    if (this.#opening !== undefined) this.#readAnswer(this.#opening);
    return this.relay?.handleReadable(budget) ?? 0;
  }

  /** Leaves the egress that has been asked, for another one. */
  leave(): void {
    this.#abandonStream();
  }

  /** Tells the client that there is no way. */
  fail(cause: Cause): void {
    if (this.#isOver || this.relay !== undefined) return;
    this.#isOver = true;
    this.#abandonStream();
    this.#request?.reply(cause, undefined);
    this.#owner.handleFailed(this, cause, this.#isClientEnded);
  }

  /** The session that carries the flow is gone. */
  handleCarrierLost(): void {
    if (this.relay !== undefined) return this.relay.reset();
    if (this.#opening === undefined) return;
    const { isCommitted } = this;
    this.#opening = undefined;
    if (isCommitted) this.fail(Cause.NETWORK_UNREACHABLE);
    else this.#owner.handleCarrierLost(this);
  }

  get #open(): Open {
    if (this.network === "tcp") return openOf(this.destination, this.service);
    return datagramOpenOf(this.#request?.isForAny === true ? undefined : this.destination, this.service);
  }

  #readAnswer({ carrier, stream, reader }: Opening): void {
    const read = reader.read(carrier, stream);
    if (read.state === "incomplete") return;
    if (read.state !== "complete") return this.fail(Cause.GENERAL_FAILURE);
    const { cause, text, boundAddress, boundPort } = read.message;
    if (cause !== Cause.OK) {
      this.#abandonStream();
      return this.#owner.handleCandidateRefused(this, cause, text);
    }
    const bound = boundAddress.length > 0 ? { address: boundAddress, port: boundPort } : undefined;
    this.#request?.reply(Cause.OK, bound);
    this.#request = undefined;
    this.#startRelay(read.rest, read.fin);
  }

  #startRelay(rest: Uint8Array, fin: boolean): void {
    const opening = this.#opening;
    const early = this.#early?.all();
    if (opening === undefined || early === undefined) return;
    const owner = endObserved(opening.owner, this.whenEnded);
    const relay = new Relay(opening.carrier, opening.stream, this.socket, owner);
    this.relay = relay;
    this.#opening = undefined;
    this.#early = undefined;
    this.#owner.handleOpened(this);
    this.socket.resume();
    relay.continueAfter(opening.writer.accepted - opening.prefaceOctets, early);
    this.socket.listen(relay);
    this.socket.datagrams?.attach(relay);
    if (rest.length > 0) relay.writeToSocket(rest);
    if (fin) relay.endSocket();
    if (this.#isClientEnded) relay.handleEnd();
  }

  #abandonStream(): void {
    const opening = this.#opening;
    if (opening === undefined) return;
    this.#opening = undefined;
    opening.carrier.resetStream(opening.stream, StreamErrorCode.connectionReset);
    opening.carrier.stopSending(opening.stream, StreamErrorCode.connectionReset);
    opening.owner.handleStreamLeft(opening.stream);
  }

  #abort(reason: string): void {
    this.socket.reset();
    this.#abandonStream();
    this.#end(reason);
  }

  #end(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#owner.handleIngressEnded(this, reason);
  }
}
