/**
 * The UDP sockets of flows: at the egress toward targets, at the ingress toward clients. `openUdpSocket` makes one,
 * through FFI on Linux, on `node:dgram` everywhere else. Both keep this contract.
 */
import type { DatagramSource } from "./datagram-source.ts";
import type { IpEndpoint } from "./ip-endpoint.ts";

/** Octets before each received datagram that its receiver may overwrite: an address of proto/datagram.md, and more. */
export const UDP_HEADROOM_OCTETS = 32;
/** Receive buffer that is asked for: a burst of a thousand datagrams waits for its turn. */
export const UDP_BUFFER_OCTETS: number = 1024 * 1024;

/** What a socket tells. */
export interface UdpSocketOwner {
  /** A datagram: octets[start, end), borrowed, {@link UDP_HEADROOM_OCTETS} before it are free. Where from: `source`. */
  handleReceived(octets: Uint8Array, start: number, end: number, source: DatagramSource): void;
  /**
   * A datagram was not sent, or met an error on its way, such as "ECONNREFUSED" for a closed port, "EMSGSIZE", or
   * "ENOBUFS" where the kernel had no room.
   *
   * @param to where it went; `undefined`: nobody knows
   */
  handleError(code: string, to: IpEndpoint | undefined): void;
}

/** One bound UDP socket. */
export interface UdpSocket {
  readonly local: IpEndpoint;
  /** Sends octets[start, end), copied; what cannot be sent is told to the owner, now or later. */
  send(octets: Uint8Array, start: number, end: number, to: IpEndpoint): void;
  /** Closes the socket when what was sent has left. Nothing is told afterwards. */
  close(): void;
}

/** How to open a UDP socket. */
export interface UdpSocketOptions {
  /** Where it is bound; an IPv6 one takes IPv4 too. Port 0: any. */
  readonly local: IpEndpoint;
  /** The only destination and source; `undefined`: any. */
  readonly remote?: IpEndpoint | undefined;
  readonly owner: UdpSocketOwner;
  /** Use `node:dgram` even where FFI works. @default false, or true when the environment has FLOR_FFI=0 */
  readonly ignoreFfi?: boolean;
}
