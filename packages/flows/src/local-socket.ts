/**
 * A TCP connection as the core sees it: the host owns the socket, a flow owns what is said through it.
 */
import type { OctetSource, Pieces } from "@flor/machine";

export interface LocalSocket {
  /** Where its other end is, an IP address and a port; `undefined`: it has no such address. */
  readonly remote?: { readonly address: string; readonly port: number } | undefined;
  /** Where it came to, or was connected from; `undefined`: it has no such address. */
  readonly local?: { readonly address: string; readonly port: number } | undefined;
  /** The other door of a UDP flow, for what does not go by its stream; absent: a TCP connection. */
  readonly datagrams?: DatagramDoor;
  /** Says who is told of this connection from now on; until then nothing is read. */
  listen(listener: LocalSocketListener): void;
  /**
   * Sends octets. They are borrowed: the host has copied or sent what it needs before it returns.
   *
   * @returns octets still buffered in the host for this connection; above zero, wait for `handleDrain`
   */
  write(octets: Uint8Array): number;
  /**
   * Sends what lies in several pieces at once, borrowed. The host need not take all: it cuts the list to what it took,
   * at least one piece. Absent: give `write` a piece at a time.
   *
   * @returns as `write` does
   */
  writePieces?(pieces: Pieces): number;
  /** Ends the sending direction (FIN) after everything written before. */
  end(): void;
  /** Tears both directions down with RST. Nothing more is reported. */
  reset(): void;
  /** Stops reading; octets already read may still be reported once. */
  pause(): void;
  /** Reads on. */
  resume(): void;
}

/** The way of a flow's datagrams beside its stream. */
export interface DatagramCarriage {
  /** Sends octets[start, end), copied; false: it does not fit there. */
  sendDatagram(octets: Uint8Array, start: number, end: number): boolean;
  /** A datagram of so many octets arrived there. */
  countDatagram(octets: number): void;
}

/** What the session of a UDP flow does at its end. */
export interface DatagramDoor {
  /** Datagrams may be sent beside the stream from now on. */
  attach(beside: DatagramCarriage): void;
  /** A datagram arrived beside the stream: octets[start, end), borrowed. */
  handleDatagram(octets: Uint8Array, start: number, end: number): void;
}

/** What the host reports of a {@link LocalSocket}. */
export interface LocalSocketListener {
  /** Octets arrived; borrowed, valid during the call. */
  handleOctets(octets: Uint8Array): void;
  /** More octets wait than `handleOctets` just told: `source` moves them, during the call. Absent: they are told. */
  handleWaiting?(source: OctetSource): void;
  /** The other side ended its direction (FIN). */
  handleEnd(): void;
  /** The connection is gone with an error or RST; nothing more is reported. */
  handleReset(code: string): void;
  /** Everything written has gone to the kernel. */
  handleDrain(): void;
}
