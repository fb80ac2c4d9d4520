/** The UDP socket of every platform, on `node:dgram`. It learns of ICMP errors only where it has one remote. */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { DatagramSource } from "./datagram-source.ts";
import { endpointOf, type IpEndpoint, isIpv4Endpoint } from "./ip-endpoint.ts";
import { errorCode } from "./error-code.ts";
import { UDP_BUFFER_OCTETS, UDP_HEADROOM_OCTETS, type UdpSocket, type UdpSocketOptions } from "./udp-socket.ts";

const DATAGRAM_MAX_OCTETS = 65_536;
/** Octets that wait in the process for one socket; beyond, datagrams are dropped. */
export const UDP_WAITING_MAX_OCTETS: number = 1024 * 1024;

const received = new Uint8Array(UDP_HEADROOM_OCTETS + DATAGRAM_MAX_OCTETS);

/** Opens a {@link UdpSocket} on `node:dgram`. Rejects with the system's error. */
export async function openPortableUdpSocket({ local, remote, owner }: UdpSocketOptions): Promise<UdpSocket> {
  const socket = createSocket({ type: isIpv4Endpoint(local) ? "udp4" : "udp6" });
  try {
    socket.bind({ address: local.host, port: local.port, exclusive: true });
    await once(socket, "listening");
    if (remote !== undefined) {
      socket.connect(remote.port, hostFor(socket, remote));
      await once(socket, "connect");
    }
  } catch (error) {
    socket.close();
    throw error;
  }
  askForBuffers(socket);
  const { address, port } = socket.address();
  const source = new DatagramSource();
  let isClosed = false;
  socket.on("message", (message: Buffer, from: RemoteInfo) => {
    source.setHost(from.address, from.port);
    received.set(message, UDP_HEADROOM_OCTETS);
    owner.handleReceived(received, UDP_HEADROOM_OCTETS, UDP_HEADROOM_OCTETS + message.length, source);
  });
  socket.on("error", (error) => owner.handleError(errorCode(error), remote));
  return {
    local: endpointOf(address, port) ?? local,
    send(octets, start, end, to) {
      if (isClosed) return;
      if (socket.getSendQueueSize() + end - start > UDP_WAITING_MAX_OCTETS) return owner.handleError("ENOBUFS", to);
      const copy = octets.slice(start, end);
      const sent = (error: Error | null): void => {
        if (error !== null && !isClosed) owner.handleError(errorCode(error), to);
      };
      if (remote === undefined) socket.send(copy, to.port, hostFor(socket, to), sent);
      else socket.send(copy, sent);
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      socket.close();
    },
  };
}

function askForBuffers(socket: Socket): void {
  try {
    socket.setRecvBufferSize(UDP_BUFFER_OCTETS);
    socket.setSendBufferSize(UDP_BUFFER_OCTETS);
  } catch {
    // Some systems refuse more than their limit instead of granting the limit: the default serves.
  }
}

/** An IPv6 socket reaches IPv4 by mapped addresses. */
function hostFor(socket: Socket, to: IpEndpoint): string {
  const isMapped = isIpv4Endpoint(to) && socket.address().family === "IPv6";
  return isMapped ? `::ffff:${to.host}` : to.host;
}
