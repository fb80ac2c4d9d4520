/**
 * Datagram sockets on loopback, as Flor IO uses them between a node and a link. `openLoopbackSocket` makes one:
 * through FFI on Linux, through `node:dgram` everywhere else. Both keep this contract.
 */

/** 127.0.0.1 as a number. */
export const LOOPBACK = 0x7f000001;

/** Receive buffer that is asked for: seventy full bundles, so that credit rarely stalls a sender. */
export const LOOPBACK_BUFFER_OCTETS: number = 4 * 1024 * 1024;

/** What happened on one socket since it was opened. */
export interface DatagramCounters {
  receivedDatagrams: number;
  receivedOctets: number;
  sentDatagrams: number;
  sentOctets: number;
  /** Datagrams the kernel had no room for at that moment (EAGAIN, ENOBUFS): lost. */
  sendNoBuffer: number;
  /** Datagrams refused as too long (EMSGSIZE): lost. */
  sendTooLong: number;
  /** Datagrams not sent for any other reason, a closed peer included: lost. */
  sendFailed: number;
}

/** One UDP socket bound to 127.0.0.1, never shared through `reuseAddr` or `reusePort`. */
export interface DatagramSocket {
  readonly localPort: number;
  /** Whether this is the FFI socket, for status. */
  readonly usesFfi: boolean;
  /** What the kernel charges datagrams against, as SO_RCVBUF reports it: credit is sized from this. */
  readonly receiveBufferOctets: number;
  readonly counters: Readonly<DatagramCounters>;
  /** During `onReceive`: the port the datagram came from, on 127.0.0.1. */
  readonly sourcePort: number;
  /**
   * Takes one datagram, `octets[0, length)`. Borrowed: the buffer is one of a few that are used again after the call,
   * so that a consumer may keep one `DataView` a buffer.
   */
  onReceive: (octets: Uint8Array, length: number) => void;
  /** Everything that arrived for now was handed to `onReceive`. */
  onBurstEnd: () => void;
  /** A hint such as "ECONNREFUSED" (the peer's port is closed). The socket stays usable. */
  onError: (code: string) => void;
  /** From now on sends to, and receives from, this port on 127.0.0.1 alone. Once: a successor deserves a fresh socket. */
  connect(port: number): void;
  /** Sends `octets[offset, offset + length)` to the connected peer. Borrowed: the octets are free again on return. */
  send(octets: Uint8Array, offset: number, length: number): void;
  /** Like `send`, but may wait for others, at most until `flush` or `send`: until then the octets stay as they are. */
  queue(octets: Uint8Array, offset: number, length: number): void;
  /** Sends what waits, in order. */
  flush(): void;
  /** Sends to a port on 127.0.0.1 before the socket is connected. Borrowed likewise. */
  sendTo(octets: Uint8Array, offset: number, length: number, port: number): void;
  /** Closes the socket; nothing is received afterwards. Harmless when closed already. */
  close(): void;
}

/** How to open a loopback socket. */
export interface LoopbackSocketOptions {
  /** Use `node:dgram` even where FFI works. @default false, or true when the environment has FLOR_FFI=0 */
  readonly ignoreFfi?: boolean;
  /** Receive buffer to ask the kernel for. @default 4 MiB */
  readonly receiveBufferOctets?: number;
}
