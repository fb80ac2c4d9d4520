import type { InboundConfig } from "@flor/config";
import { HandedSockets, listenOnDescriptor, type ListenOptions, listenTcp, type TcpListener } from "@flor/host";
import type { FlorNode, InboundStatus } from "@flor/node";
import { InboundClients } from "./inbound-clients.ts";
import { inboundPlace } from "./reload/reload-plan.ts";
import { listenNorthbound } from "./northbound/northbound-socket.ts";

/** An inbound of a running node. */
export interface RunningInbound {
  readonly listener: Omit<TcpListener, "setConnectionsMax">;
  /** Where the configuration says that it listens. */
  readonly place: string;
  /** As it is served now. */
  readonly config: InboundConfig;
  /** Serves new clients by another configuration of the same address; existing clients stay. */
  change(config: InboundConfig): void;
  /** Whether a service manager holds its socket, too: what is closed here makes no room, and cannot be opened again. */
  readonly isHanded: boolean;
  /** Whether each of its clients takes a descriptor. */
  readonly takesDescriptors: boolean;
  /** Its clients may take so many descriptors from now on; those that are there stay. */
  setDescriptors(descriptors: number): void;
  status(): InboundStatus;
}

/**
 * Listens for clients and hands them to the node: step 1 of the corridor.
 *
 * @param descriptors that its clients may take, see {@link RunningInbound.setDescriptors}; those beyond are counted
 * @param handed sockets of a service manager: one that listens where the inbound does is used
 */
export async function openInbound(
  node: FlorNode,
  config: InboundConfig,
  descriptors: number,
  handed: HandedSockets = new HandedSockets(),
): Promise<RunningInbound> {
  const { listen } = config;
  const clients = new InboundClients(node, config, descriptors);
  const place = placeOf(listen);
  const descriptor = handed.take(listen);
  const listener = await listenTcp({
    ...place,
    ...(descriptor === undefined ? {} : { bind: (server) => listenOnDescriptor(server, descriptor) }),
    connectionsMax: clients.max,
    handleConnection: (stream, from) => clients.handleConnection(stream, from),
    handleRefused: () => clients.count("too-many-clients"),
    handleError: (code) => clients.count(code.toLowerCase()),
  });
  return {
    listener,
    place: inboundPlace(config),
    get config() {
      return clients.config;
    },
    isHanded: descriptor !== undefined,
    takesDescriptors: true,
    change: (wanted) => clients.change(wanted),
    setDescriptors(share) {
      clients.setDescriptors(share);
      listener.setConnectionsMax(clients.max);
    },
    status: () => ({
      kind: clients.config.kind,
      address: place.address,
      port: listener.port,
      clients: listener.connections,
      accepted: clients.accepted,
      refused: clients.refused,
    }),
  };
}

function placeOf(listen: InboundConfig["listen"]): Pick<ListenOptions, "address" | "port" | "bind"> {
  if (!("path" in listen)) return listen;
  const { path } = listen;
  return { address: path, port: 0, bind: (server) => listenNorthbound(server, { path, group: undefined }) };
}
