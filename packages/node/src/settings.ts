import type { AreaSettings } from "@flor/areas";
import type { Agreement, Identity, Signer, Verifier } from "@flor/quic";
import type { EngineMaker } from "@flor/quic/engine";
import type { LocalSocket, Request } from "@flor/flows";
import type { Joining, NodeNetworks } from "./networks.ts";

/** How to reach a peer over one link. */
export interface PeerLinkSettings {
  readonly link: string;
  /** In the link's own syntax; absent: the peer comes to us. */
  readonly address: string | undefined;
}

/** A node that this one knows. Nobody else is answered. */
export interface PeerSettings {
  readonly name: string;
  readonly id: string;
  readonly publicKey: Uint8Array;
  /** In order of preference; empty: reached over others. */
  readonly links: readonly PeerLinkSettings[];
  /**
   * Names of the transit nodes on the way, first hop first; empty: the cheapest path. `...` among them: whatever nodes
   * lie between.
   */
  readonly via: readonly string[];
  /** Names of nodes that the path must not cross. */
  readonly avoid?: readonly string[];
  /** Its path is one of two that share no node, and where it does not answer it is left for the other in some round trips. */
  readonly disjoint?: boolean;
  /** Node key of the key that this one replaces: both are the same node's for a day. */
  readonly replaces?: string;
  /** It is a host of that network of others, and known for as long as a lease says; absent: a peer like any other. */
  readonly network?: string;
}

/** A key of a node, and what uses it. */
export interface NodeKey {
  readonly identity: Identity;
  /** Makes the engines of its connections: their cryptography carries the identity's certificate. */
  readonly engines: EngineMaker;
  /** Signs and checks what nodes tell of themselves. @default the portable one, ten times slower than a host's own */
  readonly signatures?: { readonly sign: Signer; readonly verify: Verifier };
  /** Agrees on the secret that admission of each peer is keyed with. @default the portable one, three times slower */
  readonly agree?: Agreement;
}

/** What a node is made of. */
export interface NodeSettings extends NodeKey {
  readonly name: string;
  readonly links: readonly { readonly name: string; readonly kind: string; readonly helloIntervalMs?: number }[];
  /** How long the flows of a silent peer are kept here, milliseconds. @default 2 hours */
  readonly idleTimeoutMs?: number;
  readonly peers: readonly PeerSettings[];
  /** Whether it carries frames from one neighbour to another; see `TransitDuty.set`. @default true */
  readonly transit?: boolean;
  /** The networks that it belongs to. @default none */
  readonly networks?: NodeNetworks;
  /** Networks of others, and what is carried between networks. @default none */
  readonly areas?: AreaSettings;
  /** It is no member yet, and asks to become one. */
  readonly joining?: Joining;
  /** Names of the networks that nodes above may attach to. */
  readonly northbounds: readonly string[];
  readonly route: Route;
}

/** What routes look at. */
export interface RouteRequest extends Pick<Request, "network" | "destination" | "user"> {
  /** Where the client is; absent: that is not known. */
  readonly socket?: Pick<LocalSocket, "remote">;
}

/**
 * The routing table as a function: names of the peers whose nodes may let a request out, the preferred one first; empty:
 * no route, and nothing goes out on another way.
 */
export type Route = (request: RouteRequest) => readonly string[];
