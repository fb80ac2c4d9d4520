/** The UDP socket of a link toward its neighbours. `openWireSocket` makes one: through FFI on Linux, else on `node:dgram`. */
import { LARGE_COUNT } from "@flor/machine";
import type { DatagramSource } from "./datagram-source.ts";
import type { IpEndpoint } from "./ip-endpoint.ts";
import type { LocalAddress } from "./local-address.ts";

/** Datagrams of one send at most: UDP_SEGMENT takes no more. */
export const SEND_DATAGRAMS_MAX = 64;
/** Octets of one send at most: the largest UDP payload over IPv4. */
export const SEND_OCTETS_MAX = 65_507;
/** Octets before every received datagram that the receiver may overwrite: a Flor IO session token fits. */
export const WIRE_HEADROOM_OCTETS = 8;
/** Receive buffer that is asked for: at 5 Gbit/s it bridges a turn of some milliseconds. */
export const WIRE_BUFFER_OCTETS: number = 4 * 1024 * 1024;

/**
 * What became of a send. "too-long": a datagram is longer than the path or the interface takes; nothing of it was
 * sent. "no-buffer": the kernel had no room at that moment. "no-route": this machine has no way there now.
 */
export type SendOutcome = "sent" | "no-buffer" | "too-long" | "no-route" | "failed";

/** What happened on one socket since it was opened. */
export interface WireCounters {
  /** Calls to the kernel, and those of them that it cut into several datagrams. */
  sends: number;
  segmentedSends: number;
  sentOctets: number;
  /** What was received; the kernel may have joined several datagrams of one source. */
  receives: number;
  receivedOctets: number;
  sendNoBuffer: number;
  sendTooLong: number;
  sendNoRoute: number;
  sendFailed: number;
}

/** One bound UDP socket. */
export interface WireSocket {
  readonly local: IpEndpoint;
  /** As SO_RCVBUF reports it. */
  readonly receiveBufferOctets: number;
  /** Whether this is the FFI socket. */
  readonly usesFfi: boolean;
  /** Whether the kernel cuts and joins datagrams for us (UDP_SEGMENT, UDP_GRO). It may cease to. */
  readonly usesSegmentation: boolean;
  /** Whether it can leave datagrams in the kernel while `onDatagram` takes no more. */
  readonly canPause: boolean;
  /** During `onDatagram`: where the octets came from. */
  readonly source: DatagramSource;
  readonly counters: Readonly<WireCounters>;
  /**
   * Takes `octets[offset, end)`: a datagram, or several of one source joined by the kernel. Borrowed, with
   * {@link WIRE_HEADROOM_OCTETS} before it. Returns how far it got; less than `end` stops reception until `resume`,
   * which offers the rest again, when `canPause`, and loses the rest otherwise.
   */
  onDatagram: (octets: Uint8Array, offset: number, end: number) => number;
  /** Everything that arrived for now was handed to `onDatagram`. */
  onBurstEnd: () => void;
  /** A hint; the socket stays usable. */
  onError: (code: string) => void;
  /**
   * A datagram to `to` met an error, such as "ECONNREFUSED" by ICMP, which anybody on the way can forge: a hint. Not told
   * without FFI.
   */
  onPathError: (code: string, to: IpEndpoint) => void;
  /** Receives again after `onDatagram` stopped it. Harmless otherwise. */
  resume(): void;
  /**
   * Appends `octets[offset, offset + length)` to the next send: at most {@link SEND_OCTETS_MAX} octets in
   * {@link SEND_DATAGRAMS_MAX} × 3 pieces. Borrowed until `send`.
   */
  gather(octets: Uint8Array, offset: number, length: number): void;
  /**
   * Sends what was gathered as datagrams of `datagramOctets`, the last one as long as the rest. They leave from the
   * address `from`, as `source.local` gave it, or without it from the one that the routing table prefers.
   */
  send(to: IpEndpoint, datagramOctets: number, from?: LocalAddress): SendOutcome;
  /** The IP MTU of the path as the kernel knows it, or `undefined` when it does not say. Opens a socket: not for every frame. */
  pathMtu(to: IpEndpoint): number | undefined;
  /** Closes the socket. Harmless when closed already. */
  close(): void;
}

/** How to open a wire socket. */
export interface WireSocketOptions {
  /** Where to listen; an IPv6 address takes IPv4 too. Port 0: any. */
  readonly local: IpEndpoint;
  /** Let the kernel cut and join datagrams. @default true */
  readonly segmentation?: boolean;
  /** Use `node:dgram` even where FFI works. @default false, or true when the environment has FLOR_FFI=0 */
  readonly ignoreFfi?: boolean;
}

/** Zeroed counters. */
export function newWireCounters(): WireCounters {
  return {
    sends: 0,
    segmentedSends: 0,
    sentOctets: LARGE_COUNT,
    receives: 0,
    receivedOctets: LARGE_COUNT,
    sendNoBuffer: 0,
    sendTooLong: 0,
    sendNoRoute: 0,
    sendFailed: 0,
  };
}

/** Counts a send that failed. */
export function countWireError(counters: WireCounters, outcome: SendOutcome): void {
  if (outcome === "no-buffer") counters.sendNoBuffer += 1;
  else if (outcome === "too-long") counters.sendTooLong += 1;
  else if (outcome === "no-route") counters.sendNoRoute += 1;
  else if (outcome === "failed") counters.sendFailed += 1;
}
