import type { InboundConfig } from "@flor/config";
import { adviceForListening, endpointOf, openUdpSocket, type UdpSocket, type UdpSocketOwner } from "@flor/host";
import { DatagramForward } from "@flor/inbounds";
import type { FlorNode } from "@flor/node";
import { isAddressAllowed } from "./allowed-address.ts";
import type { RunningInbound } from "./inbounds.ts";
import { inboundPlace } from "./reload/reload-plan.ts";

type Endpoint = NonNullable<ReturnType<typeof endpointOf>>;
type Source = Parameters<UdpSocketOwner["handleReceived"]>[3];

/** Opens a UDP port whose clients all go to one destination. @throws Error that says what to do */
export async function openDatagramInbound(node: FlorNode, config: InboundConfig): Promise<RunningInbound> {
  const { listen } = config;
  const local = "path" in listen ? undefined : endpointOf(listen.address, listen.port);
  if (local === undefined) throw new RangeError("a udp inbound has an address and a port");
  const clients = new DatagramClients(node, config);
  const socket = await openUdpSocket({ local, owner: clients }).catch((error: unknown) => {
    throw explained(error, local.host, local.port);
  });
  clients.socket = socket;
  const { forward, refused } = clients;
  const { port } = socket.local;
  return {
    listener: {
      address: local.host,
      port,
      get connections() {
        return forward.size;
      },
      // Its clients have no connection that would outlive its port.
      stopAccepting: () => clients.close(),
      close: async () => clients.close(),
    },
    place: inboundPlace(config),
    get config() {
      return clients.config;
    },
    isHanded: false,
    // One socket serves all its clients.
    takesDescriptors: false,
    setDescriptors: () => {},
    change: (wanted) => clients.change(wanted),
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

/** The clients of one UDP port: whose datagrams are forwarded, by the configuration of the moment, and whose are not. */
class DatagramClients implements UdpSocketOwner {
  readonly forward: DatagramForward<Endpoint>;
  /** Datagrams that were not forwarded, and errors of the socket, by reason. */
  readonly refused: Record<string, number> = {};
  /** Once it is open. */
  socket: UdpSocket | undefined;
  #config: InboundConfig;
  #isClosed = false;

  constructor(node: FlorNode, config: InboundConfig) {
    if (config.to === undefined) throw new RangeError("a udp inbound has a destination, to");
    this.#config = config;
    this.forward = new DatagramForward({
      destination: config.to,
      router: node.ingress,
      send: (octets, start, end, client) => this.socket?.send(octets, start, end, client),
    });
  }

  /** As they are served now. */
  get config(): InboundConfig {
    return this.#config;
  }

  change(config: InboundConfig): void {
    this.#config = config;
    if (config.to !== undefined) this.forward.destination = config.to;
  }

  handleReceived(octets: Uint8Array, start: number, end: number, source: Source): void {
    if (this.#isClosed) return;
    const { allow } = this.#config;
    if (allow !== undefined && !isAddressAllowed(allow, source.toEndpoint().host))
      return this.#count("address-not-allowed");
    this.forward.handleDatagram(octets, start, end, source, () => source.toEndpoint());
  }

  handleError(code: string): void {
    this.#count(code.toLowerCase());
  }

  close(): void {
    this.#isClosed = true;
    this.forward.close();
    this.socket?.close();
  }

  #count(reason: string): void {
    this.refused[reason] = (this.refused[reason] ?? 0) + 1;
  }
}

function explained(error: unknown, address: string, port: number): Error {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const text = adviceForListening(code) ?? (error instanceof Error ? error.message : String(error));
  return Object.assign(new Error(`cannot listen for UDP on ${address} port ${port}: ${text}`, { cause: error }), {
    code,
  });
}
