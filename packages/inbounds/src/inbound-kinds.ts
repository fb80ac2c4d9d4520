import type { Inbound } from "@flor/flows";
import type { Destination } from "@flor/wire";
import type { OpenClientDatagrams } from "./client-datagrams.ts";
import { createForwardInbound } from "./forward/forward-inbound.ts";
import { createProxyInbound } from "./proxy/proxy-inbound.ts";
import { createSocks5Inbound } from "./socks5/socks5-inbound.ts";

/** The key of the inbound whose clients come by UDP. */
export const UDP_INBOUND = "udp";

/** What the configuration may say of an inbound, beside where it listens and for whom. */
export interface InboundSettings {
  /** Passwords by user name; `undefined`: everybody who can connect may ask. */
  readonly users?: ReadonlyMap<string, string> | undefined;
  /** Where every client goes. */
  readonly to?: Destination | undefined;
  /** Opens the UDP sockets of clients that want one; `undefined`: they are refused. */
  readonly openSocket?: OpenClientDatagrams | undefined;
}

/** One way in: its key in the configuration, what it wants there, and how it is made. */
export interface InboundKind {
  readonly key: string;
  /** Takes `users`. */
  readonly hasUsers?: true;
  /** Wants `to`. */
  readonly hasTarget?: true;
  /** How it converses over a TCP connection; absent: its clients come by UDP, each with a flow of its own. */
  readonly create?: (settings: InboundSettings) => Inbound;
}

/** The ways in that there are; a new one is a folder beside this file and a line here. */
export const INBOUND_KINDS: readonly InboundKind[] = [
  { key: "proxy", hasUsers: true, create: ({ users, openSocket }) => createProxyInbound(users, openSocket) },
  { key: "socks5", hasUsers: true, create: ({ users, openSocket }) => createSocks5Inbound(users, openSocket) },
  { key: "tcp", hasTarget: true, create: ({ to }) => createForwardInbound(to) },
  { key: UDP_INBOUND, hasTarget: true },
];

/** The inbound of a key of {@link INBOUND_KINDS}. @throws RangeError for another one */
export function createInbound(key: string, settings: InboundSettings): Inbound {
  const create = INBOUND_KINDS.find((one) => one.key === key)?.create;
  if (create === undefined) throw new RangeError(`no inbound is named ${key}`);
  return create(settings);
}
