/**
 * One TCP connection ⇄ one QUIC stream, after the preface. It never holds more than one chunk per direction: a
 * direction that cannot go on stops its source (TCP window on one side, stream flow control on the other).
 */
import type { LocalSocket, LocalSocketListener } from "./local-socket.ts";
import { hold, release } from "./held-octets.ts";
import { STREAM_BLOCKED, type StreamCarrier } from "./stream-carrier.ts";
import { StreamErrorCode } from "./stream-error-code.ts";

const NO_OCTETS = new Uint8Array(0);

/** Somebody with octets for a stream that takes none now. */
export interface BlockedWriter {
  /** The connection made progress. */
  handleWritable(): void;
}

/** What a relay tells the node. */
export interface RelayOwner {
  /** The stream was written, read or reset: its connection has something to transmit. */
  handleRelayTouched(relay: Relay): void;
  /** Octets wait for the stream; call `handleWritable` when the connection made progress. */
  handleStreamBlocked(writer: BlockedWriter): void;
  /** Both directions ended; nothing more happens. */
  handleRelayEnded(relay: Relay): void;
}

/** A direction is open until its end or a reset. */
type Direction = "open" | "ending" | "ended";

/** Octets in and out of one flow. */
export class Relay implements LocalSocketListener {
  readonly stream: number;
  readonly carrier: StreamCarrier;
  /** Octets taken from the TCP connection and accepted by the stream. */
  octetsToStream = 0;
  /** Octets taken from the stream and given to the TCP connection. */
  octetsToSocket = 0;
  #socket: LocalSocket;
  #owner: RelayOwner;
  #pending: Uint8Array = NO_OCTETS;
  #toStream: Direction = "open";
  #toSocket: Direction = "open";
  #socketBlocked = false;
  #ended = false;

  constructor(carrier: StreamCarrier, stream: number, socket: LocalSocket, owner: RelayOwner) {
    this.carrier = carrier;
    this.stream = stream;
    this.#socket = socket;
    this.#owner = owner;
  }

  /** Whether octets wait for the stream to accept them. */
  get isBlocked(): boolean {
    return this.#pending.length > 0 || this.#toStream === "ending";
  }

  /** Whether octets wait for the TCP connection to take them. */
  get isSocketBlocked(): boolean {
    return this.#socketBlocked;
  }

  handleOctets(octets: Uint8Array): void {
    if (this.#toStream !== "open") return;
    if (this.#pending.length > 0) {
      const whole = joined(this.#pending, octets);
      release(this.#pending);
      this.#pending = whole;
      return;
    }
    const accepted = this.carrier.send(this.stream, octets, false);
    if (accepted < 0) return this.reset();
    this.octetsToStream += accepted;
    if (accepted < octets.length) this.#block(hold(octets.subarray(accepted)));
    this.#owner.handleRelayTouched(this);
  }

  /** Gives the stream octets that are not the TCP connection's, before all of those. */
  sendPreface(octets: Uint8Array): void {
    this.octetsToStream -= octets.length;
    this.handleOctets(octets);
  }

  handleEnd(): void {
    if (this.#toStream !== "open") return;
    this.#toStream = "ending";
    this.handleWritable();
  }

  handleReset(): void {
    this.reset();
  }

  handleDrain(): void {
    if (!this.#socketBlocked) return;
    this.#socketBlocked = false;
    this.#owner.handleRelayTouched(this);
  }

  /** The connection made progress: retries what is pending. */
  handleWritable(): void {
    if (this.#ended || this.#toStream === "ended") return;
    const fin = this.#toStream === "ending";
    if (this.#pending.length === 0 && !fin) return;
    const accepted = this.carrier.send(this.stream, this.#pending, fin);
    if (accepted < 0) return this.reset();
    this.octetsToStream += accepted;
    const whole = accepted === this.#pending.length;
    this.#keep(whole ? NO_OCTETS : this.#pending.subarray(accepted));
    if (!whole) this.#owner.handleStreamBlocked(this);
    else if (fin) this.#toStream = "ended";
    else this.#socket.resume();
    this.#owner.handleRelayTouched(this);
    this.#settle();
  }

  /**
   * Moves octets from the stream to the TCP connection, at most `budget` of them.
   *
   * @returns octets moved; as many as `budget` when there may be more
   */
  handleReadable(scratch: Uint8Array, budget: number): number {
    let moved = 0;
    if (this.#socketBlocked) this.#lookForReset();
    while (moved < budget && !this.#socketBlocked && this.#toSocket === "open") {
      const received = this.carrier.receive(this.stream, scratch);
      if (received === STREAM_BLOCKED) break;
      if (received < 0) {
        this.reset();
        break;
      }
      const fin = this.carrier.lastFin;
      if (received > 0) this.writeToSocket(scratch.subarray(0, received));
      moved += received;
      if (fin) this.#endSocket();
      else if (received === 0) break;
    }
    return moved;
  }

  /** What waits behind a reader that stalls is void once the peer reset the stream: a read of nothing shows it. */
  #lookForReset(): void {
    if (this.#toSocket === "open" && this.carrier.receive(this.stream, NO_OCTETS) < STREAM_BLOCKED) this.reset();
  }

  /** Gives the TCP connection octets of the stream that were read ahead, with the preface. */
  writeToSocket(octets: Uint8Array): void {
    this.octetsToSocket += octets.length;
    if (this.#socket.write(octets) > 0) this.#socketBlocked = true;
  }

  /** The stream ended together with octets that were read ahead. */
  endSocket(): void {
    this.#endSocket();
  }

  /** Tears both sides down: RST on the TCP connection, RESET_STREAM and STOP_SENDING on the stream. */
  reset(): void {
    if (this.#ended) return;
    if (this.#toStream !== "ended") this.carrier.resetStream(this.stream, StreamErrorCode.connectionReset);
    if (this.#toSocket !== "ended") this.carrier.stopSending(this.stream, StreamErrorCode.connectionReset);
    this.#toStream = "ended";
    this.#toSocket = "ended";
    this.#keep(NO_OCTETS);
    this.#socket.reset();
    this.#owner.handleRelayTouched(this);
    this.#settle();
  }

  /** What is left of the pending octets. */
  #keep(rest: Uint8Array): void {
    if (rest.length === 0 && this.#pending.length > 0) release(this.#pending);
    this.#pending = rest;
  }

  #block(rest: Uint8Array): void {
    this.#pending = rest;
    this.#socket.pause();
    this.#owner.handleStreamBlocked(this);
  }

  #endSocket(): void {
    if (this.#toSocket === "ended") return;
    this.#toSocket = "ended";
    this.#socket.end();
    this.#settle();
  }

  #settle(): void {
    if (this.#ended || this.#toStream !== "ended" || this.#toSocket !== "ended") return;
    this.#ended = true;
    this.#owner.handleRelayEnded(this);
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
