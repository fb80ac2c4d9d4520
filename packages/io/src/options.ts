import type { Counter } from "./event.ts";
import type { FrameSink } from "./frame-sink.ts";
import type { Transmit, TransmitQueue } from "./transmit.ts";

/** What both Flor IO ends need. */
export interface FlorIoOptions {
  /**
   * Sends `octets[offset, offset + length)` as one datagram to the other end. Borrowed: sent or copied before return.
   * Before the session is ready a node only sends while it handles a datagram, and to where that came from.
   */
  readonly transmit: Transmit;
  /** Sends the bundles of one turn together. @default each at once, by `transmit` */
  readonly queue?: TransmitQueue;
  readonly sink: FrameSink;
  /** 32 octets, told to the link in its bootstrap line. */
  readonly secret: Uint8Array;
  /** What the kernel charges received datagrams against, as SO_RCVBUF reports it: credit is granted from this. */
  readonly receiveBufferOctets: number;
  /** Fills with random octets fit for keys. */
  readonly randomFill: (octets: Uint8Array) => void;
  /** Named extensions; one is in use when both ends have it. @default none */
  readonly capabilities?: readonly string[];
  /** From creation to a session, or else dead. @default 5000 */
  readonly deadlineMs?: number;
}

/** What the node's end needs beside. */
export interface NodeEndOptions extends FlorIoOptions {
  /** Pings are this far apart, 75 to 100 % of it; silence of 5 s is death. 100 to 2500. @default 1000 */
  readonly keepaliveMs?: number;
  /** Instance ids of this node and of those that stand above it, 16 octets each. @default none */
  readonly ancestry?: readonly Uint8Array[];
}

/** What the link's end needs beside. */
export interface LinkEndOptions extends FlorIoOptions {
  /** The program, e.g. "udp". */
  readonly program: string;
  readonly programVersion: string;
  readonly pid: number;
  /** Instance ids of the nodes beneath this link, nearest first, 16 octets each. @default none */
  readonly ancestry?: readonly Uint8Array[];
  /** Figures that go with the answer to a Ping when both ends have the capability "stats"; the first 64 count. */
  readonly counters?: () => readonly Counter[];
}
