/**
 * A client connection at the ingress: negotiate SOCKS5, then open a stream and relay (steps 1 to 5 of the corridor).
 */
import { type Instant } from "@flor/machine";
import { type Socks5Reply, Socks5Server, type Socks5Users, socks5ReplyOf } from "@flor/socks5";
import { Cause, type DecodedOpened, decodeOpened, type Destination, encodeOpen } from "@flor/wire";
import type { LocalSocket, LocalSocketListener } from "./local-socket.ts";
import { openOf } from "./destination.ts";
import { PrefaceReader } from "./preface-reader.ts";
import { PrefaceWriter } from "./preface-writer.ts";
import { type BlockedWriter, Relay, type RelayOwner } from "./relay.ts";
import type { StreamCarrier } from "./stream-carrier.ts";
import { StreamErrorCode } from "./stream-error-code.ts";

/** What an ingress flow tells the node. */
export interface IngressOwner {
  /** Step 3, route: the client asked for a destination. */
  handleRequest(flow: IngressFlow, destination: Destination): void;
  /** The session that carried the flow is gone before the egress answered: another may ask again. */
  handleCarrierLost(flow: IngressFlow, destination: Destination): void;
  /** The egress answered, with its words where it refused; or the flow failed here: `answer` is `undefined` then. */
  handleOpened(flow: IngressFlow, cause: Cause, answer?: string): void;
  /** The client connection is over before it became a relay. */
  handleIngressEnded(flow: IngressFlow, reason: string): void;
}

/** Options of an {@link IngressFlow}. */
export interface IngressFlowOptions {
  readonly socket: LocalSocket;
  readonly owner: IngressOwner;
  /** Who may use the inbound (RFC 1929); absent: no authentication. */
  readonly users: Socks5Users | undefined;
}

const NO_OCTETS = new Uint8Array(0);

type IngressState = "negotiating" | "requested" | "opening" | "relaying" | "failing" | "ended";

/** One SOCKS5 client connection. */
export class IngressFlow implements BlockedWriter, LocalSocketListener {
  /** When the client connected. */
  readonly startedAt: Instant;
  destination: Destination | undefined;
  relay: Relay | undefined;
  #state: IngressState = "negotiating";
  #socket: LocalSocket;
  #owner: IngressOwner;
  #socks: Socks5Server | undefined;
  #clientEnded = false;
  #carrier: StreamCarrier | undefined;
  #stream = -1;
  #relayOwner: RelayOwner | undefined;
  #now: Instant;
  #closeReason = "failed";
  /** From the open to the answer; an idle flow holds neither this nor the handshake's buffers. */
  #preface: PrefaceReader<DecodedOpened> | undefined;
  /** Until the stream has our preface whole. */
  #prefaceWriter: PrefaceWriter | undefined;

  constructor(options: IngressFlowOptions, now: Instant) {
    this.#socket = options.socket;
    this.#owner = options.owner;
    this.#socks = new Socks5Server({ users: options.users }, now);
    this.#now = now;
    this.startedAt = now;
  }

  get state(): IngressState {
    return this.#state;
  }

  /** The connection and stream that carry the flow, once it is opened. */
  get carrier(): StreamCarrier | undefined {
    return this.#carrier;
  }

  get stream(): number {
    return this.#stream;
  }

  handleOctets(octets: Uint8Array): void {
    if (this.relay !== undefined) return this.relay.handleOctets(octets);
    if (this.#state === "failing" || this.#state === "ended") return;
    this.#socks?.handleReceive(octets, this.#now);
    if (this.#socks?.isPipelineFull === true) this.#socket.pause();
    this.#negotiate();
  }

  handleEnd(): void {
    if (this.relay !== undefined) return this.relay.handleEnd();
    this.#clientEnded = true;
    if (this.#state === "negotiating") {
      this.#closeReason = "client left";
      this.#startFailing();
    } else if (this.#state === "failing") this.#finish();
  }

  handleReset(code: string): void {
    if (this.relay !== undefined) return this.relay.handleReset();
    this.#end(code);
  }

  handleDrain(): void {
    this.relay?.handleDrain();
  }

  /** The handshake or the egress took too long, or the failed client did not leave. */
  handleDeadline(now: Instant): void {
    if (this.#state === "opening" || this.#state === "requested") return this.fail(Cause.TIMED_OUT);
    if (this.#state === "negotiating") {
      this.#now = now;
      this.#socks?.handleTimeout(now);
      this.#negotiate();
    }
    if (this.relay === undefined) this.#abort("deadline");
  }

  /** Step 4, open: asks the egress for the destination, with the payload that the client sent ahead. */
  open(carrier: StreamCarrier, stream: number, relayOwner: RelayOwner): void {
    if (this.#state !== "requested" || this.destination === undefined) return;
    this.#relayOwner = relayOwner;
    this.#state = "opening";
    this.#carrier = carrier;
    this.#stream = stream;
    this.#preface = new PrefaceReader(decodeOpened);
    this.#prefaceWriter = new PrefaceWriter(encodeOpen(openOf(this.destination)), false);
    this.handleWritable();
  }

  /** The connection made progress: goes on with the preface. */
  handleWritable(): void {
    if (this.#state !== "opening" || this.#carrier === undefined) return;
    const write = this.#prefaceWriter?.write(this.#carrier, this.#stream);
    if (write === "blocked") return this.#relayOwner?.handleStreamBlocked(this);
    this.#prefaceWriter = undefined;
    if (write === "gone") this.fail(Cause.GENERAL_FAILURE);
  }

  /** The stream has octets: the answer of the egress first. */
  handleReadable(): void {
    if (this.#state !== "opening" || this.#carrier === undefined) return;
    const read = this.#preface?.read(this.#carrier, this.#stream);
    if (read === undefined || read.state === "incomplete") return;
    if (read.state !== "complete") return this.fail(Cause.GENERAL_FAILURE);
    const { cause, text } = read.message;
    if (cause !== Cause.OK) return this.#fail(cause, text);
    this.#owner.handleOpened(this, Cause.OK);
    this.#startRelay(read.message.boundAddress, read.message.boundPort, read.rest, read.fin);
  }

  /** Answers the client with the reply for `cause` and closes. */
  fail(cause: Cause): void {
    this.#fail(cause, undefined);
  }

  #fail(cause: Cause, answer: string | undefined): void {
    if (this.#state !== "requested" && this.#state !== "opening") return;
    this.#owner.handleOpened(this, cause, answer);
    this.#abandonStream();
    this.#reply(socks5ReplyOf(cause), undefined);
    this.#startFailing();
  }

  #startRelay(boundAddress: Uint8Array, boundPort: number, rest: Uint8Array, fin: boolean): void {
    const carrier = this.#carrier;
    const relayOwner = this.#relayOwner;
    if (carrier === undefined || relayOwner === undefined) return;
    this.#state = "relaying";
    const bound = boundAddress.length > 0 ? { address: boundAddress, port: boundPort } : undefined;
    this.#reply(socks5ReplyOf(Cause.OK), bound);
    const relay = new Relay(carrier, this.#stream, this.#socket, relayOwner);
    this.relay = relay;
    const pipelined = this.#socks?.takePipelined() ?? NO_OCTETS;
    this.#preface = undefined;
    this.#socks = undefined;
    this.#socket.resume();
    if (rest.length > 0) relay.writeToSocket(rest);
    if (pipelined.length > 0) relay.handleOctets(pipelined);
    if (fin) relay.endSocket();
    if (this.#clientEnded) relay.handleEnd();
  }

  #reply(reply: Socks5Reply, bound: { readonly address: Uint8Array; readonly port: number } | undefined): void {
    this.#socks?.reply(reply, bound);
    this.#transmitSocks();
  }

  #negotiate(): void {
    this.#transmitSocks();
    for (let event = this.#socks?.pollEvent(); event !== undefined; event = this.#socks?.pollEvent()) {
      if (event.type === "request" && this.#state === "negotiating") {
        this.#state = "requested";
        this.destination = { target: event.request.target, port: event.request.port };
        this.#owner.handleRequest(this, this.destination);
      } else if (event.type === "close" && this.#state !== "relaying") {
        this.#closeReason = event.reason;
        this.#startFailing();
      }
    }
  }

  #transmitSocks(): void {
    for (let octets = this.#socks?.pollTransmit(); octets !== undefined; octets = this.#socks?.pollTransmit()) {
      this.#socket.write(octets);
    }
  }

  /** The session that carries the flow is gone. */
  handleCarrierLost(): void {
    if (this.relay !== undefined) return this.relay.reset();
    if (this.#state !== "opening" || this.destination === undefined) return;
    this.#state = "requested";
    this.#carrier = undefined;
    this.#owner.handleCarrierLost(this, this.destination);
  }

  /** The reply is under way: end our direction, read and discard until the client leaves or the deadline comes. */
  #startFailing(): void {
    if (this.#state === "failing" || this.#state === "ended") return;
    this.#state = "failing";
    this.#socket.end();
    this.#socket.resume();
    if (this.#clientEnded) this.#finish();
  }

  #finish(): void {
    this.#end(this.#closeReason);
  }

  #abandonStream(): void {
    if (this.#carrier === undefined || this.relay !== undefined) return;
    this.#carrier.resetStream(this.#stream, StreamErrorCode.connectionReset);
    this.#carrier.stopSending(this.#stream, StreamErrorCode.connectionReset);
    this.#carrier = undefined;
  }

  #abort(reason: string): void {
    this.#socket.reset();
    this.#end(reason);
  }

  #end(reason: string): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#owner.handleIngressEnded(this, reason);
    this.#abandonStream();
  }
}
