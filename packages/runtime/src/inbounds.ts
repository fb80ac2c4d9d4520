import type { InboundConfig } from "@flor/config";
import { HandedSockets, listenOnDescriptor, listenTcp, type TcpListener, type TcpStream } from "@flor/host";
import { createInbound, LoginGuard } from "@flor/inbounds";
import type { FlorNode, InboundStatus } from "@flor/node";
import { isAddressAllowed } from "./allowed-address.ts";
import { clientSockets, inboundBounds } from "./client-sockets.ts";
import { guardedInbound } from "./guarded-inbound.ts";
import { inboundPlace } from "./reload/reload-plan.ts";
import { mayWait } from "./login-wait.ts";
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
  let served = config;
  let { kind, allow } = config;
  let accepted = 0;
  const refused: Record<string, number> = {};
  const count = (reason: string): void => {
    refused[reason] = (refused[reason] ?? 0) + 1;
  };
  let bounds = inboundBounds(descriptors);
  const openSocket = clientSockets(() => bounds.associations, count);
  let inbound = createInbound(kind, { ...config, openSocket });
  let guard = config.users === undefined ? undefined : new LoginGuard();
  /** If a password is required, clients of a source that failed too often wait, and are not read from meanwhile. */
  const accept = (stream: TcpStream, from: string, since: number): void => {
    const now = performance.now();
    const makeRoom = (): void => {
      count("too-many-without-password");
      stream.expel();
    };
    const login = guard?.enter(from, now, makeRoom);
    if (login === undefined) return node.accept(stream, inbound, now);
    if (typeof login !== "number") {
      stream.whenClosed(() => login.leave("other", performance.now()));
      return node.accept(stream, guardedInbound(inbound, login), now);
    }
    if (mayWait(login, now - since)) return void setTimeout(() => accept(stream, from, since), login).unref();
    count("too-many-failed-logins");
    stream.reset();
  };
  const place =
    "path" in listen
      ? {
          address: listen.path,
          port: 0,
          bind: (server: Parameters<typeof listenNorthbound>[0]) =>
            listenNorthbound(server, { path: listen.path, group: undefined }),
        }
      : listen;
  const descriptor = handed.take(listen);
  const listener = await listenTcp({
    ...place,
    ...(descriptor === undefined ? {} : { bind: (server) => listenOnDescriptor(server, descriptor) }),
    connectionsMax: bounds.clients,
    handleConnection(stream, from) {
      if (allow !== undefined && !isAddressAllowed(allow, from)) {
        count("address-not-allowed");
        return stream.reset();
      }
      accepted += 1;
      accept(stream, from, performance.now());
    },
    handleRefused: () => count("too-many-clients"),
    handleError: (code) => count(code.toLowerCase()),
  });
  return {
    listener,
    place: inboundPlace(config),
    get config() {
      return served;
    },
    isHanded: descriptor !== undefined,
    takesDescriptors: true,
    change(wanted) {
      served = wanted;
      inbound = createInbound(wanted.kind, { ...wanted, openSocket });
      ({ kind, allow } = wanted);
      // Sources that failed too often keep waiting, whatever else changes.
      guard = wanted.users === undefined ? undefined : (guard ?? new LoginGuard());
    },
    setDescriptors(share) {
      bounds = inboundBounds(share);
      listener.setConnectionsMax(bounds.clients);
    },
    status: () => ({
      kind,
      address: place.address,
      port: listener.port,
      clients: listener.connections,
      accepted,
      refused,
    }),
  };
}
