/** The UDP socket of one SOCKS5 client, on the address that its TCP connection came to, open to that client alone. */
import type { DatagramDrop } from "@flor/flows";
import { endpointOf, type IpEndpoint, isIpv4Endpoint } from "./ip-endpoint.ts";
import { openUdpSocket } from "./open-udp-socket.ts";
import { addressOfEndpoint } from "./remote-endpoint.ts";

/** What an {@link openAssociationSocket} needs. */
export interface AssociationSocketOptions {
  /** Where the client's TCP connection came to, and where from; IP literals. */
  readonly local: string;
  readonly client: string;
  /** The client's UDP port; 0: that of its first datagram. */
  readonly port: number;
  /** A datagram of the client: octets[start, end), borrowed. */
  handleDatagram(octets: Uint8Array, start: number, end: number): void;
  handleDropped(reason: DatagramDrop): void;
  /** Use `node:dgram` even where FFI works. @default false */
  readonly ignoreFfi?: boolean;
}

/** An open association socket. */
export interface AssociationSocket {
  readonly bound: { readonly address: Uint8Array; readonly port: number };
  /** Sends octets[start, end) to the client, copied. */
  send(octets: Uint8Array, start: number, end: number): void;
  close(): void;
}

/** Opens the socket. Rejects with the system's error. */
export async function openAssociationSocket(options: AssociationSocketOptions): Promise<AssociationSocket> {
  const local = endpointOf(options.local, 0);
  const from = endpointOf(options.client, options.port);
  if (local === undefined || from === undefined) throw new Error("the client has no IP address");
  let client: IpEndpoint | undefined = options.port === 0 ? undefined : from;
  const socket = await openUdpSocket({
    local,
    ignoreFfi: options.ignoreFfi ?? false,
    owner: {
      handleReceived(octets, start, end, source) {
        if (client === undefined && source.isAddressOf(from)) client = source.toEndpoint();
        if (client === undefined || !source.is(client)) options.handleDropped("wrong-sender");
        else options.handleDatagram(octets, start, end);
      },
      // The client is not there, or its kernel has no room: what it misses is its own.
      handleError: (code) =>
        options.handleDropped(code === "EAGAIN" || code === "ENOBUFS" ? "no-buffer" : "send-failed"),
    },
  });
  const { port } = socket.local;
  return {
    bound: { address: addressOfEndpoint(isIpv4Endpoint(local) ? local : socket.local), port },
    send(octets, start, end) {
      if (client !== undefined) socket.send(octets, start, end, client);
    },
    close: () => socket.close(),
  };
}
