/** What a node sees of its layer: the answers behind `flor trace`, `flor paths` and `flor topology`. Plain JSON values only. */
import type { PathReason } from "@flor/link-state";
import type { ReachStatus } from "./status.ts";

/** A node of the layer. */
export interface SeenNode {
  readonly id: string;
  /** As the configuration here calls it; `undefined`: it is not listed here. */
  readonly name: string | undefined;
  /** It forwards for nobody. */
  readonly leaf: boolean;
  /** There is a path to it. */
  readonly reachable: boolean;
  /** Of its newest advertisement that is known here; it rises by one with each, and is the same at all nodes at rest. */
  readonly sequence: number;
}

/** One direction of two adjacent nodes, as its sender tells. */
export interface SeenEdge {
  /** Ids. */
  readonly from: string;
  readonly to: string;
  readonly up: boolean;
  /** The sender's label for it. */
  readonly label: number;
  /** 1 to 65,535, a tenth of a millisecond each. */
  readonly cost: number;
  /** Least round trip of late, milliseconds; `undefined`: not known. */
  readonly rttMs: number | undefined;
  /** Share of what is sent that is lost, 0 to 1. */
  readonly loss: number;
  /** Largest frame that crosses, octets. */
  readonly mtuOctets: number;
  /** Largest frame that crosses unsegmented, octets. */
  readonly segmentMtuOctets: number;
}

/** All that a node knows of its layer, itself first. */
export interface SeenLayer {
  readonly nodes: readonly SeenNode[];
  readonly edges: readonly SeenEdge[];
  /** Ids of the nodes on the cheapest path to each node, it last, by its id. */
  readonly paths: Readonly<Record<string, readonly string[]>>;
}

/** One node on a path. */
export interface SeenHop {
  readonly id: string;
  readonly name: string | undefined;
  /** The label that leads it to send on, or that delivers there. */
  readonly label: number;
  /** From the node before. */
  readonly there: SeenEdge;
  /** To the node before; `undefined`: it does not tell of one. */
  readonly back: SeenEdge | undefined;
}

/** A path from this node. */
export interface SeenPath {
  readonly hops: readonly SeenHop[];
  readonly cost: number;
  /** Largest payload that crosses whole, octets. */
  readonly payloadOctets: number;
  /** Largest payload that no link segments, octets. */
  readonly unsegmentedPayloadOctets: number;
}

/** The peer that leads to a host of another network. */
export interface SeenGateway {
  readonly name: string;
  /** The network's name here. */
  readonly network: string;
  /** What is left of the lease of the way, milliseconds. */
  readonly leaseMs: number;
}

/** A path that is not used since nodes on it carry nothing for others. */
export interface RefusedWay {
  /** How these are called here. */
  readonly by: readonly string[];
  /** Absent: the configuration wants the path through them. */
  readonly path?: SeenPath;
}

/** The paths to one peer; of a host of another network, those to the gateway, and what crosses all the way. */
export interface SeenPaths {
  readonly peer: string;
  readonly id: string;
  /** `undefined`: there is none. */
  readonly inUse: SeenPath | undefined;
  /** `gateway`: it is a host of another network. */
  readonly reason: PathReason | "gateway" | undefined;
  /** How it is reached, and why not straight; `undefined`: not at all. */
  readonly reach: ReachStatus | undefined;
  /** Of a host of another network; absent: it is none, or no way leads to it. */
  readonly gateway?: SeenGateway;
  /** A path that would be cheaper, or the only one, did nodes on it carry for others; absent: there is none. */
  readonly refused?: RefusedWay;
  /** Others that could be used now. */
  readonly others: readonly (SeenPath & { readonly carriedNothing: boolean })[];
}
