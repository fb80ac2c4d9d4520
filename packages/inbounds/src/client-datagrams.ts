import type { BoundAddress, DatagramDrop, LocalSocket } from "@flor/flows";

/** The UDP socket of one client, on the address that its TCP connection came to. */
export interface ClientDatagrams {
  readonly bound: BoundAddress;
  /** Sends octets[start, end) to the client, copied; nowhere while nobody knows its port. */
  send(octets: Uint8Array, start: number, end: number): void;
  close(): void;
}

/** What the socket of a client tells. */
export interface ClientDatagramsOwner {
  /** The socket is open; `undefined`: it cannot be opened. */
  handleOpen(socket: ClientDatagrams | undefined): void;
  /** A datagram of the client and of nobody else: octets[start, end), borrowed. */
  handleClientDatagram(octets: Uint8Array, start: number, end: number): void;
  /** A datagram went nowhere. */
  handleDropped(reason: DatagramDrop): void;
}

/**
 * Opens the UDP socket of a client.
 *
 * @param client its TCP connection
 * @param port that its datagrams come from; 0: that of the first one
 */
export type OpenClientDatagrams = (client: LocalSocket, port: number, owner: ClientDatagramsOwner) => void;
