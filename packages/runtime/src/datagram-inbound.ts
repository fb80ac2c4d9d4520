import type { InboundConfig } from "@flor/config";
import { adviceForListening, endpointOf, openUdpSocket, type UdpSocket } from "@flor/host";
import { DatagramForward } from "@flor/inbounds";
import type { FlorNode } from "@flor/node";
import { isAddressAllowed } from "./allowed-address.ts";
import type { RunningInbound } from "./inbounds.ts";
import { inboundPlace } from "./reload/reload-plan.ts";

/** Opens a UDP port whose clients all go to one destination. @throws Error that says what to do */
export async function openDatagramInbound(node: FlorNode, config: InboundConfig): Promise<RunningInbound> {
  const { listen, to } = config;
  const local = "path" in listen ? undefined : endpointOf(listen.address, listen.port);
  if (local === undefined || to === undefined) throw new RangeError("a udp inbound has an address, a port, and to");
  let served = config;
  let { allow } = config;
  const refused: Record<string, number> = {};
  const count = (reason: string): void => {
    refused[reason] = (refused[reason] ?? 0) + 1;
  };
  let socket: UdpSocket | undefined;
  let isAccepting = true;
  const forward = new DatagramForward<NonNullable<ReturnType<typeof endpointOf>>>({
    destination: to,
    router: node.ingress,
    send: (octets, start, end, client) => socket?.send(octets, start, end, client),
  });
  socket = await openUdpSocket({
    local,
    owner: {
      handleReceived(octets, start, end, source) {
        if (!isAccepting) return;
        if (allow !== undefined && !isAddressAllowed(allow, source.toEndpoint().host))
          return count("address-not-allowed");
        forward.handleDatagram(octets, start, end, source, () => source.toEndpoint());
      },
      handleError: (code) => count(code.toLowerCase()),
    },
  }).catch((error: unknown) => {
    throw explained(error, local.host, local.port);
  });
  const { port } = socket.local;
  const close = (): void => {
    isAccepting = false;
    forward.close();
    socket?.close();
  };
  return {
    listener: {
      address: local.host,
      port,
      get connections() {
        return forward.size;
      },
      // Its clients have no connection that would outlive its port.
      stopAccepting: close,
      close: async () => close(),
    },
    place: inboundPlace(config),
    get config() {
      return served;
    },
    isHanded: false,
    // One socket serves all its clients.
    takesDescriptors: false,
    setDescriptors: () => {},
    change(wanted) {
      served = wanted;
      ({ allow } = wanted);
      if (wanted.to !== undefined) forward.destination = wanted.to;
    },
    status: () => ({
      kind: config.kind,
      address: local.host,
      port,
      clients: forward.size,
      accepted: forward.accepted,
      refused,
    }),
  };
}

function explained(error: unknown, address: string, port: number): Error {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const text = adviceForListening(code) ?? (error instanceof Error ? error.message : String(error));
  return Object.assign(new Error(`cannot listen for UDP on ${address} port ${port}: ${text}`, { cause: error }), {
    code,
  });
}
