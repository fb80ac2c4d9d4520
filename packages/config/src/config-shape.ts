/** A file of the right shape: its texts parsed, its defaults filled in, nothing compared yet. */
import type { AddressPrefix, DestinationPattern, EgressRule, WhoPattern } from "@flor/route";
import type { InviteAddress } from "@flor/membership";
import type { Destination } from "@flor/wire";
import type { BuiltinLinkShape } from "./builtin-links.ts";
import type { Endpoint } from "./endpoint.ts";
import type { ServicesShape } from "./services-schema.ts";

export interface ConfigShape {
  readonly name: string;
  readonly key: string;
  readonly idleTimeout: number;
  readonly transit: boolean;
  readonly inbounds: readonly InboundShape[];
  readonly outbounds: readonly OutboundShape[];
  readonly links: readonly LinkShape[];
  readonly peers: readonly PeerShape[];
  readonly networks: readonly NetworkShape[];
  readonly foreign: readonly ForeignShape[];
  readonly gateway: readonly CrossingShape[];
  readonly routes: readonly RouteShape[];
  readonly northbound: readonly NorthboundShape[];
  readonly services?: ServicesShape | undefined;
  readonly metrics?: MetricsShape | undefined;
}

export interface MetricsShape {
  readonly listen?: Endpoint | undefined;
  readonly unix?: string | undefined;
  readonly allow?: readonly AddressPrefix[] | undefined;
}

export interface InboundShape {
  /** Where it listens, under the key of its kind: one of these, or `unix`. */
  readonly [kind: string]: unknown;
  readonly unix?: string | undefined;
  readonly users?: readonly UserShape[] | undefined;
  readonly allow?: readonly AddressPrefix[] | undefined;
  readonly to?: Destination | undefined;
}

export interface UserShape {
  readonly name: string;
  readonly password?: string | undefined;
  readonly passwordFile?: string | undefined;
}

export interface OutboundShape {
  readonly tcp?: RulesShape | undefined;
  readonly udp?: (RulesShape & { readonly idle: number; readonly twoWayIdle: number }) | undefined;
}

export interface RulesShape {
  readonly allow: readonly EgressRule[];
  readonly deny: readonly EgressRule[];
}

export type LinkShape = NativeLinkShape | ProcessLinkShape | BuiltinLinkShape;

export interface NativeLinkShape {
  readonly kind: "native";
  readonly name: string;
  readonly hello?: number | undefined;
  readonly attach: { readonly node: string; readonly northbound: string } | { readonly socket: string };
}

export interface ProcessLinkShape {
  readonly kind: "process";
  readonly name: string;
  readonly hello?: number | undefined;
  readonly command: readonly string[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
}

/** Stands in `via` for whatever nodes lie between. */
export const VIA_ANY = "...";

export interface PeerShape {
  readonly name: string;
  readonly id: { readonly id: string; readonly publicKey: Uint8Array };
  readonly link?: string | undefined;
  readonly address?: string | undefined;
  readonly links?: readonly { readonly link: string; readonly address?: string | undefined }[] | undefined;
  readonly via?: readonly string[] | undefined;
  readonly avoid?: readonly string[] | undefined;
  readonly disjoint?: boolean | undefined;
}

export interface RouteShape {
  readonly to: DestinationPattern | readonly DestinationPattern[];
  readonly through: string | readonly string[];
  readonly balance: "order" | "maglev" | "latency";
}

export interface NetworkShape {
  readonly name: string;
  readonly id: { readonly id: string; readonly root: Uint8Array };
  readonly state?: string | undefined;
  readonly addresses?: readonly InviteAddress[] | undefined;
}

export interface ForeignShape {
  readonly name: string;
  readonly id: { readonly id: string; readonly root: Uint8Array };
  readonly gateways?: readonly string[] | undefined;
}

export interface CrossingShape {
  readonly from: string;
  readonly to: string;
  readonly allow?: readonly WhoPattern[] | undefined;
  readonly hosts?: readonly string[] | undefined;
}

export interface NorthboundShape {
  readonly name: string;
  readonly socket?: string | undefined;
  readonly group?: string | undefined;
}
