import type { Instant } from "@flor/machine";
import type { Token } from "@flor/wire";
import type { Counter } from "./event.ts";
import type { FrameSink } from "./frame-sink.ts";
import type { Handshake } from "./handshake.ts";
import type { Transmit, TransmitQueue } from "./transmit.ts";

/** What both kinds of ends are made of. */
export interface FlorIoEndOptions {
  readonly localToken: Token;
  readonly handshake: Handshake;
  readonly transmit: Transmit;
  readonly queue?: TransmitQueue | undefined;
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
