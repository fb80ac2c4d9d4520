/**
 * What a configuration file says, after every check: names resolved, paths absolute, defaults filled in.
 * It holds the node's key and the users' passwords: never log it whole.
 */
import type { Identity } from "@flor/quic";
import type { AddressPrefix, EgressRule, Route, WhoPattern } from "@flor/route";
import type { InviteAddress } from "@flor/membership";
import type { Destination } from "@flor/wire";
import type { BuiltinLinkKind } from "./builtin-links.ts";

/** A whole, valid configuration. */
export interface Config {
  /** Absolute path of the file it came from. */
  readonly file: string;
  /** What stands there. */
  readonly text: string;
  readonly name: string;
  /** Absolute path of the key file. */
  readonly keyFile: string;
  /** The key in it: secret. */
  readonly identity: Identity;
  /** How long the flows of a silent peer are kept here, milliseconds. @default 2 hours */
  readonly idleTimeoutMs: number;
  /** Whether the node carries frames from one neighbour to another. */
  readonly transit: boolean;
  readonly inbounds: readonly InboundConfig[];
  /** Empty: this node lets nothing out. */
  readonly outbounds: readonly OutboundConfig[];
  readonly links: readonly LinkConfig[];
  readonly peers: readonly PeerConfig[];
  /** Whose members are peers as well. */
  readonly networks: readonly NetworkConfig[];
  /** Networks of others, whose hosts are `HOST.NAME`. */
  readonly foreign: readonly ForeignConfig[];
  /** What this node carries from one network into another; nothing without. */
  readonly crossings: readonly CrossingConfig[];
  /** First match wins. */
  readonly routes: readonly Route[];
  /** Networks that nodes above this one may attach to. */
  readonly northbounds: readonly NorthboundConfig[];
  /** `undefined`: names are what routes make of them. */
  readonly services: ServicesConfig | undefined;
  /** Where monitoring systems read metrics; `undefined`: nowhere. */
  readonly metrics: MetricsConfig | undefined;
}

/** A network of others. */
export interface ForeignConfig {
  readonly name: string;
  /** `flornet1…`. */
  readonly id: string;
  /** Its root key, 32 octets. */
  readonly root: Uint8Array;
  /** Names of peers that lead there, the preferred one first. Empty: members with the role `gateway`. */
  readonly gateways: readonly string[];
}

/** Who may cross from one network into another, by their names in the file. */
export interface CrossingConfig {
  readonly from: string;
  readonly to: string;
  /** `undefined`: all members of the one network. */
  readonly allow: readonly WhoPattern[] | undefined;
  /** `undefined`: to all hosts of the other. */
  readonly hosts: readonly string[] | undefined;
}

/** Where monitoring systems read metrics. */
export interface MetricsConfig {
  readonly listen: InboundConfig["listen"];
  /** They come from these addresses alone; `undefined`: from this machine. */
  readonly allow: readonly AddressPrefix[] | undefined;
}

/** What this node publishes, and whose services it finds. */
export interface ServicesConfig {
  /** The last label of every name: `db` is `db.team`. */
  readonly network: string;
  /** Where this node is; backends of the same zone come first. Empty: zones do not matter. */
  readonly zone: string;
  /** Who may publish what; nobody else's records count. */
  readonly trust: TrustConfig;
  /** Networks whose names are known here, too, each with whom it believes. */
  readonly others: readonly { readonly network: string; readonly trust: TrustConfig }[];
  readonly registry: RegistryConfig;
  readonly publish: readonly PublicationConfig[];
}

/** Who may publish which names. */
export type TrustConfig = readonly { readonly names: string; readonly by: readonly WhoPattern[] }[];

/** Where records of services are kept: with the nodes themselves, in a file, or in etcd. Paths are absolute. */
export type RegistryConfig =
  | { readonly kind: "flood" }
  | { readonly kind: "file"; readonly file: string }
  | {
      readonly kind: "etcd";
      readonly endpoints: readonly string[];
      readonly authority: string | undefined;
      readonly certificate: string | undefined;
      readonly key: string | undefined;
      readonly snapshot: string | undefined;
    };

/** One service that this node publishes. */
export interface PublicationConfig {
  readonly service: string;
  readonly protocol: "tcp" | "udp";
  /** `path` is absolute; `name` is one of another network. */
  readonly target:
    | { readonly kind: "tcp" | "udp"; readonly destination: Destination }
    | { readonly kind: "unix"; readonly path: string }
    | { readonly kind: "service"; readonly name: string };
  readonly targetText: string;
  /** The port that clients name. */
  readonly port: number;
  readonly allow: readonly WhoPattern[];
  /** Wins over `allow`. */
  readonly deny: readonly WhoPattern[];
  readonly weight: number;
  readonly priority: number;
  readonly tags: readonly string[];
  readonly affinity: "flow" | "client" | "node" | "none";
  /** 0: the usual size. */
  readonly tableSize: number;
  /** Per cent of the mean of open flows; 0: none. */
  readonly boundedLoad: number;
  /** `undefined`: it is taken for up. */
  readonly health: CheckConfig | undefined;
  /** The target is told of each client by a PROXY protocol header, version 2. */
  readonly proxyProtocol: boolean;
}

/** How a target is looked after. */
export type CheckConfig = ProbeConfig & {
  readonly timeoutMs: number;
  readonly times: { readonly intervalMs: number; readonly rise: number; readonly fall: number };
};

/** What is tried: a connection, a page, or a program's exit code. */
export type ProbeConfig =
  | { readonly kind: "tcp" }
  /** @param statuses `undefined`: 200 to 399 */
  | { readonly kind: "http"; readonly path: string; readonly statuses: readonly number[] | undefined }
  | { readonly kind: "command"; readonly command: readonly [string, ...string[]] };

/** Where clients come in. */
export interface InboundConfig {
  /** A key of `INBOUND_KINDS` of packages/inbounds. */
  readonly kind: string;
  /** An IP address and a port, 0: any free one; or the absolute path of a socket that this user alone can open. */
  readonly listen: { readonly address: string; readonly port: number } | { readonly path: string };
  /** Passwords by user name; `undefined`: nobody is asked for one. */
  readonly users: ReadonlyMap<string, string> | undefined;
  /** Clients come from these addresses alone; `undefined`: from any. */
  readonly allow: readonly AddressPrefix[] | undefined;
  /** Where every client of a forward goes. */
  readonly to: Destination | undefined;
}

/** What this node lets out, by kind. */
export type OutboundConfig = TcpOutboundConfig | UdpOutboundConfig;

/** Direct TCP. */
export interface TcpOutboundConfig {
  readonly kind: "tcp";
  readonly allow: readonly EgressRule[];
  /** Wins over `allow`. @default [] */
  readonly deny: readonly EgressRule[];
}

/** UDP, by rules of its own. */
export interface UdpOutboundConfig {
  readonly kind: "udp";
  readonly allow: readonly EgressRule[];
  /** Wins over `allow`. @default [] */
  readonly deny: readonly EgressRule[];
  /** A flow without use for so long ends. @default 120 */
  readonly idleSeconds: number;
  /** … when something came back. @default 300 */
  readonly twoWayIdleSeconds: number;
}

/** A link, by kind. */
export type LinkConfig = NativeLinkConfig | ProcessLinkConfig | BuiltinLinkConfig;

/** What links of every kind have. */
interface CommonLinkConfig {
  readonly name: string;
  /** Hellos go this often, milliseconds, 50 to 5,000, or as the neighbour wants if that is more. @default 300 */
  readonly helloMs?: number;
}

/** A link to a northbound of a node beneath this one, on the same machine. */
export interface NativeLinkConfig extends CommonLinkConfig {
  readonly kind: "native";
  readonly attach: AttachmentConfig;
}

/** Which northbound: in the file `NODE/NORTHBOUND`, of a node of the same user, or the absolute path of a socket. */
export type AttachmentConfig = { readonly node: string; readonly northbound: string } | { readonly socket: string };

/** A link that any program makes which speaks Flor IO. */
export interface ProcessLinkConfig extends CommonLinkConfig {
  readonly kind: "process";
  /** The program, absolute when the file gave a relative path, and its arguments; no shell. */
  readonly command: readonly [string, ...string[]];
  /** Handed to the program unread, as JSON. @default {} */
  readonly config: Readonly<Record<string, unknown>>;
  /** Added to the few variables that a link gets. @default {} */
  readonly env: Readonly<Record<string, string>>;
}

/** A link that comes with flor. */
export interface BuiltinLinkConfig extends CommonLinkConfig {
  readonly kind: BuiltinLinkKind;
  /** Keys of the link's own schema, with defaults; handed to it as JSON. Paths are absolute. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A node that this one knows. Nobody else is answered. */
export interface PeerConfig {
  readonly name: string;
  readonly id: string;
  /** The key that `id` names, 32 octets. */
  readonly publicKey: Uint8Array;
  /** In order of preference; empty: reached through other nodes. */
  readonly links: readonly PeerLinkConfig[];
  /** Names of the peers on the way, first hop first, `...` for whatever is between; empty: the cheapest path. */
  readonly via: readonly string[];
  /** Names of peers that the path must not cross. */
  readonly avoid: readonly string[];
  /** Two paths that share no node: one carries, the other takes over. */
  readonly disjoint: boolean;
}

/** One way to a peer. */
export interface PeerLinkConfig {
  /** Name of a link. */
  readonly link: string;
  /** In the link's own syntax; `undefined`: the peer comes to us. */
  readonly address: string | undefined;
}

/** A network that this node belongs to. */
export interface NetworkConfig {
  readonly name: string;
  /** `flornet1…`. */
  readonly id: string;
  /** Its root key, which `id` names, 32 octets. */
  readonly root: Uint8Array;
  /** Where this node is reached, for invites; `undefined`: as its links and interfaces say. */
  readonly addresses: readonly InviteAddress[] | undefined;
  /** Absolute path of what is known of its members. */
  readonly recordsFile: string;
  /** Absolute path of the invites that this node made. */
  readonly invitesFile: string;
}

/** A network that nodes above this one may attach to. */
export interface NorthboundConfig {
  /** Upper nodes on northbounds of one name find each other across lower nodes. */
  readonly name: string;
  /** Absolute path of the socket to serve; `undefined`: one in this user's runtime folder. */
  readonly socket: string | undefined;
  /** Members of this group may attach too; `undefined`: this user alone. Only with `socket`. */
  readonly group: string | undefined;
}
