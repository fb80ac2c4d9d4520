/** What a node's configuration says of networks: its own, those of others, and what it carries between them. */
import type { Roster } from "@flor/membership";
import type { WhoPattern } from "@flor/route";

/** The role of members that lead to networks of others, where the configuration names no gateways. */
export const GATEWAY = "gateway";

/** A network that this node is a member of. */
export interface OwnNetwork {
  readonly name: string;
  readonly roster: Roster;
}

/** A network of others, that this node knows by its root key. */
export interface ForeignNetwork {
  /** Its name here: its hosts are called `HOST.NAME`. */
  readonly name: string;
  /** 32 octets. */
  readonly root: Uint8Array;
  /**
   * Node keys of the peers that lead there, and whose word about its hosts is heard, the preferred one first. Empty: the
   * members of this node's own networks that have the role `gateway`.
   */
  readonly gateways: readonly string[];
}

/** What this node carries as a gateway, in the direction in which it is asked for; nothing crosses without such a rule. */
export interface CrossingRule {
  /** Root keys, 64 hexadecimal digits. */
  readonly from: string;
  readonly to: string;
  /** Who of the one network, by their names and roles there. @default all */
  readonly allow?: readonly WhoPattern[] | undefined;
  /** To which hosts of the other. @default all */
  readonly hosts?: readonly string[] | undefined;
}

/** See the head of this file. */
export interface AreaSettings {
  readonly networks: readonly OwnNetwork[];
  readonly foreign: readonly ForeignNetwork[];
  readonly rules: readonly CrossingRule[];
}

/** Nothing is known of other networks. */
export const NO_AREAS: AreaSettings = { networks: [], foreign: [], rules: [] };
