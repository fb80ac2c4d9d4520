/**
 * One TCP connection ⇄ one QUIC stream, after the preface. It never holds more than one chunk per direction: a
 * direction that cannot go on stops its source (TCP window on one side, stream flow control on the other).
 *
 * An end follows the octets that came before it, whichever it is: what was read of a TCP connection that was reset goes
 * into the stream, and the reset behind it; what a stream brought before its reset goes to the TCP connection, and the
 * RST behind it. Only what nobody can take any more is dropped.
 */
import type { DatagramCarriage, LocalSocket, LocalSocketListener } from "./local-socket.ts";
import { type OctetSource, Pieces } from "@flor/machine";
import { hold, release } from "./held-octets.ts";
import { STREAM_BLOCKED, type StreamCarrier } from "./stream-carrier.ts";
import { StreamErrorCode } from "./stream-error-code.ts";

/** Every fourth stream is a bidirectional one of the session's client. */
export const STREAMS_PER_FLOW = 4;
const NO_OCTETS = new Uint8Array(0);
const { connectionReset } = StreamErrorCode;
/** What the read in hand was lent. */
const lent = new Pieces();

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

/** The owner, and somebody else who is told of the end. */
export function endObserved(owner: RelayOwner, whenEnded: (() => void) | undefined): RelayOwner {
  if (whenEnded === undefined) return owner;
  return {
    handleRelayTouched: (relay) => owner.handleRelayTouched(relay),
    handleStreamBlocked: (writer) => owner.handleStreamBlocked(writer),
    handleRelayEnded: (relay) => {
      owner.handleRelayEnded(relay);
      whenEnded();
    },
  };
}

/** A direction is open until its end or a reset; "ending" and "resetting": octets wait before it. */
type Direction = "open" | "ending" | "resetting" | "ended";

/** Octets in and out of one flow. */
export class Relay implements LocalSocketListener, DatagramCarriage {
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
  /** The TCP connection ends with RST. */
  #isBroken = false;
  #ended = false;

  constructor(carrier: StreamCarrier, stream: number, socket: LocalSocket, owner: RelayOwner) {
    this.carrier = carrier;
    this.stream = stream;
    this.#socket = socket;
    this.#owner = owner;
  }

  /** Whether octets wait for the stream to accept them. */
  get isBlocked(): boolean {
    return this.#pending.length > 0 || this.#toStream === "ending" || this.#toStream === "resetting";
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
    if (accepted < 0) return this.#handleStopped();
    this.octetsToStream += accepted;
    if (accepted < octets.length) this.#block(hold(octets.subarray(accepted)));
    this.#owner.handleRelayTouched(this);
  }

  handleWaiting(source: OctetSource): void {
    if (this.#toStream !== "open" || this.#pending.length > 0) return;
    const accepted = this.carrier.sendFrom(this.stream, source);
    if (accepted < 0) return this.#handleStopped();
    this.octetsToStream += accepted;
    if (accepted > 0) this.#owner.handleRelayTouched(this);
  }

  /** Gives the stream octets that are not the socket's, before all of those. */
  sendPreface(octets: Uint8Array): void {
    this.octetsToStream -= octets.length;
    this.handleOctets(octets);
  }

  /** Sends octets[start, end) beside the stream, copied; false: it does not fit there. */
  sendDatagram(octets: Uint8Array, start: number, end: number): boolean {
    if (this.#toStream !== "open" || !this.carrier.sendDatagram(octets, start, end, flowOf(this.stream))) return false;
    this.octetsToStream += end - start;
    this.#owner.handleRelayTouched(this);
    return true;
  }

  /** A datagram arrived beside the stream. */
  countDatagram(octets: number): void {
    this.octetsToSocket += octets;
  }

  /** The socket's octets so far: the stream has taken `accepted` of `early`, and the rest follows. */
  continueAfter(accepted: number, early: Uint8Array): void {
    this.octetsToStream += accepted;
    if (accepted < early.length) this.handleOctets(early.subarray(accepted));
  }

  handleEnd(): void {
    if (this.#toStream !== "open") return;
    this.#toStream = "ending";
    this.handleWritable();
  }

  /** The TCP connection takes nothing any more; what it brought goes before the stream's reset. */
  handleReset(): void {
    if (this.#ended) return;
    this.#isBroken = true;
    if (this.#toSocket !== "ended") this.carrier.stopSending(this.stream, connectionReset);
    this.#toSocket = "ended";
    if (this.#toStream !== "ended") this.#toStream = "resetting";
    this.#resetStream();
    this.#owner.handleRelayTouched(this);
    this.#settle();
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
    if (accepted < 0) return this.#handleStopped();
    this.octetsToStream += accepted;
    const whole = accepted === this.#pending.length;
    this.#keep(whole ? NO_OCTETS : this.#pending.subarray(accepted));
    if (!whole) this.#owner.handleStreamBlocked(this);
    else if (fin) this.#toStream = "ended";
    else if (this.#toStream === "resetting") this.#resetStream();
    else this.#socket.resume();
    this.#owner.handleRelayTouched(this);
    this.#settle();
  }

  /**
   * Moves octets from the stream to the TCP connection until there are `budget` of them; the last write may bring more.
   *
   * @returns octets moved; as many as `budget` when there may be more
   */
  handleReadable(budget: number): number {
    let moved = 0;
    while (moved < budget && !this.#socketBlocked && this.#toSocket === "open") {
      // From where it lies: what the kernel takes is copied by nobody else.
      this.carrier.lend(this.stream, lent);
      const received = this.carrier.takeLent(this.stream, lent.count === 0 ? 0 : this.#writeLent());
      if (received === STREAM_BLOCKED) break;
      if (received < 0) {
        this.#handleStreamReset();
        break;
      }
      const fin = this.carrier.lastFin;
      moved += received;
      if (fin) this.#endSocket();
      else if (received === 0) break;
    }
    return moved;
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

  /** Tears both sides down at once: the session that carries the stream is gone, or the flow is not wanted any more. */
  reset(): void {
    if (this.#ended) return;
    this.#isBroken = true;
    if (this.#toStream !== "ended") this.carrier.resetStream(this.stream, connectionReset);
    if (this.#toSocket !== "ended") this.carrier.stopSending(this.stream, connectionReset);
    this.#toStream = "ended";
    this.#toSocket = "ended";
    this.#keep(NO_OCTETS);
    this.#owner.handleRelayTouched(this);
    this.#settle();
  }

  /** Gives the TCP connection what was lent, or the first of it; returns how many octets. */
  #writeLent(): number {
    if (this.#socket.writePieces === undefined || lent.count === 1) {
      const first = lent.at(0);
      this.writeToSocket(first);
      return first.length;
    }
    if (this.#socket.writePieces(lent) > 0) this.#socketBlocked = true;
    this.octetsToSocket += lent.octets;
    return lent.octets;
  }

  /** The far TCP connection takes nothing any more: what ours brings is void, and what the stream brings still goes. */
  #handleStopped(): void {
    this.#isBroken = true;
    this.#toStream = "ended";
    this.#keep(NO_OCTETS);
    this.#socket.resume();
    this.#owner.handleRelayTouched(this);
    this.#settle();
  }

  /** The far TCP connection was reset, and everything before that is with ours. */
  #handleStreamReset(): void {
    this.#isBroken = true;
    if (this.#toStream !== "ended") this.carrier.resetStream(this.stream, connectionReset);
    this.#toStream = "ended";
    this.#toSocket = "ended";
    this.#keep(NO_OCTETS);
    this.#owner.handleRelayTouched(this);
    this.#settle();
  }

  /** The stream's reset, behind everything that waits for it. */
  #resetStream(): void {
    if (this.#toStream !== "resetting" || this.#pending.length > 0) return;
    this.#toStream = "ended";
    this.carrier.resetStream(this.stream, connectionReset);
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
    if (this.#isBroken) this.#socket.reset();
    this.#owner.handleRelayEnded(this);
  }
}

/** The number of a UDP flow in DATAGRAM frames, RFC 9297 section 2.1. */
function flowOf(stream: number): number {
  return Math.floor(stream / STREAMS_PER_FLOW);
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
