/**
 * Paths of a layer: which neighbour to send to and which labels to push (segment routing, RFC 8402), from the link
 * state as the ingress knows it.
 */
import { FRAME_HEADER_OCTETS, LABEL_STACK_ENTRY_OCTETS, LABEL_STACK_MAX_DEPTH } from "@flor/wire";
import type { LinkStateDatabase } from "./database.ts";
import { disjointPair } from "./disjoint-paths.ts";
import type { LinkStateEdge } from "./entry.ts";
import { type CompiledGraph, Graph, type OwnEdge, SELF } from "./graph.ts";
import { ShortestPaths, UNREACHABLE } from "./shortest-paths.ts";

/** Equally cheap paths that are looked at for one destination. */
export const EQUAL_PATHS_MAX = 8;

/** Labels of local repair for which paths leave room. */
const REPAIR_LABELS = 3;

/** A path from this node. */
export interface Path {
  /** Node key of the first hop. */
  readonly firstHop: string;
  /** Labels to push, top first: one per transit node, then the delivery label. */
  readonly stack: readonly number[];
  /** Octets of payload under the stack that cross whole. */
  readonly payloadMtu: number;
  /** Octets of payload that no link on the way segments. */
  readonly unsegmentedPayloadMtu: number;
  /** Node keys, first hop to destination. */
  readonly hops: readonly string[];
  readonly cost: number;
}

/** What a path would be, were it not for nodes on it that forward for nobody. */
export interface RefusedPath {
  readonly path: Path;
  /** Node keys of these, in their order on the path. */
  readonly by: readonly string[];
}

type PayloadMtus = Pick<Path, "payloadMtu" | "unsegmentedPayloadMtu">;

/** Options of {@link Paths}. */
export interface PathsOptions {
  readonly ownKey: string;
  /** Whether this node has that key, or had it before. @default it is `ownKey` */
  readonly isOwn?: (origin: string) => boolean;
  readonly database: LinkStateDatabase;
  /** The least payload that a path must carry whole, octets. */
  readonly payloadMin: number;
}

/** How to get from here to every node; {@link update} first. */
export class Paths {
  readonly #options: PathsOptions;
  #ownKey: string;
  #graph: Graph;
  #own: ReadonlyMap<string, OwnEdge> = new Map();
  #compiled: CompiledGraph;
  #shortest: ShortestPaths;
  /** Over links wide enough for any stack, for where the cheapest path is too narrow; made when needed. */
  #wide: ShortestPaths | undefined;
  /** As if all nodes forwarded, for those who ask why there is no better path; made when needed. */
  #open: ShortestPaths | undefined;

  constructor(options: PathsOptions) {
    this.#options = options;
    this.#ownKey = options.ownKey;
    this.#graph = this.#newGraph();
    this.#compiled = this.#graph.compile(0);
    this.#shortest = new ShortestPaths(this.#compiled, { hopsMax: LABEL_STACK_MAX_DEPTH });
  }

  /** This node has another key; {@link update} next. */
  setOwnKey(ownKey: string): void {
    this.#ownKey = ownKey;
    this.#graph = this.#newGraph();
  }

  /** Computes all paths again, from the database and this node's edges that carry, by neighbour's node key. */
  update(own: ReadonlyMap<string, OwnEdge>): void {
    this.#own = own;
    this.#graph.update(this.#options.database.entries());
    this.#graph.setOwn(own);
    this.#compiled = this.#graph.compile(this.#options.payloadMin + overheadOf(1));
    this.#shortest = new ShortestPaths(this.#compiled, { hopsMax: LABEL_STACK_MAX_DEPTH });
    this.#wide = undefined;
    this.#open = undefined;
  }

  /** Whether there is any path to `destination`. */
  isReachable(destination: string): boolean {
    const number = this.#graph.numberOf(destination);
    return number !== undefined && number !== SELF && this.#shortest.costTo(number) < UNREACHABLE;
  }

  /** What no path to `destination` costs less than, and whether one alone costs that; much quicker than {@link to}. */
  leastTo(destination: string): { readonly cost: number; readonly isOnly: boolean } {
    const number = this.#graph.numberOf(destination);
    if (number === undefined) return { cost: UNREACHABLE, isOnly: false };
    return { cost: this.#shortest.costTo(number), isOnly: this.#shortest.pathsTo(number, 2).length < 2 };
  }

  /** The cheapest paths to `destination`, equally cheap ones up to {@link EQUAL_PATHS_MAX}, the wider first. */
  to(destination: string): readonly Path[] {
    const paths = this.#among(this.#shortest, destination);
    if (paths.length > 0) return paths;
    this.#wide ??= new ShortestPaths(
      this.#graph.compile(this.#options.payloadMin + overheadOf(LABEL_STACK_MAX_DEPTH)),
      { hopsMax: LABEL_STACK_MAX_DEPTH },
    );
    return this.#among(this.#wide, destination);
  }

  /** The cheapest paths to `destination` that cross none of the nodes `avoid`. */
  avoiding(destination: string, avoid: Iterable<string>): readonly Path[] {
    return this.around(avoid)(destination);
  }

  /** Like {@link avoiding}, for many destinations by one computation. */
  around(avoid: Iterable<string>): (destination: string) => readonly Path[] {
    const avoidNodes = new Set<number>();
    for (const key of avoid) avoidNodes.add(this.#graph.numberOf(key) ?? SELF);
    avoidNodes.delete(SELF);
    const shortest = new ShortestPaths(this.#compiled, { hopsMax: LABEL_STACK_MAX_DEPTH, avoidNodes });
    return (destination) => this.#among(shortest, destination);
  }

  /** The cheapest paths to `destination` whose first hop is none of `avoid`, but the destination itself may be. */
  avoidingFirstHops(destination: string, avoid: Iterable<string>): readonly Path[] {
    const avoidFirstHops = new Set<number>();
    for (const key of avoid) avoidFirstHops.add(this.#graph.numberOf(key) ?? SELF);
    return this.#among(
      new ShortestPaths(this.#compiled, { hopsMax: LABEL_STACK_MAX_DEPTH, avoidFirstHops }),
      destination,
    );
  }

  /** Two paths to `destination` that share no node between, the cheaper first, of the least cost together (Bhandari). */
  disjoint(destination: string): readonly [Path, Path] | undefined {
    const number = this.#graph.numberOf(destination);
    const pair = number === undefined ? undefined : disjointPair(this.#compiled, number);
    const [first, second] = (pair ?? []).map((nodes) => this.along(nodes.map((node) => this.#graph.keyOf(node))));
    if (first === undefined || second === undefined) return undefined;
    return first.cost <= second.cost ? [first, second] : [second, first];
  }

  /** The path through `waypoints`, the destination last, each piece the cheapest that crosses no node twice. */
  loose(waypoints: readonly string[]): Path | undefined {
    const nodes: number[] = [];
    for (const waypoint of waypoints) {
      const from = nodes.at(-1) ?? SELF;
      const to = this.#graph.numberOf(waypoint);
      if (to === undefined) return undefined;
      const constraints = { hopsMax: LABEL_STACK_MAX_DEPTH, avoidNodes: new Set(nodes) };
      const piece = new ShortestPaths(this.#compiled, constraints, from).pathsTo(to, 1)[0];
      if (piece === undefined) return undefined;
      nodes.push(...piece);
    }
    return this.along(nodes.map((node) => this.#graph.keyOf(node)));
  }

  /** The cheapest path to `destination` that nodes which forward for nobody keep from it; `undefined`: there is none cheaper. */
  refused(destination: string): RefusedPath | undefined {
    const number = this.#graph.numberOf(destination);
    if (number === undefined) return undefined;
    this.#open ??= new ShortestPaths(this.#graph.compile(this.#options.payloadMin + overheadOf(1), true), {
      hopsMax: LABEL_STACK_MAX_DEPTH,
    });
    if (this.#open.costTo(number) >= this.#shortest.costTo(number)) return undefined;
    const hops = this.#open.pathsTo(number, 1)[0]?.map((node) => this.#graph.keyOf(node)) ?? [];
    const path = this.#over(hops);
    return path && { path, by: this.leavesBetween(hops) };
  }

  /** Nodes of `hops`, but for the last, that forward for nobody. */
  leavesBetween(hops: readonly string[]): readonly string[] {
    return hops.slice(0, -1).filter((hop) => this.#options.database.get(hop)?.leaf === true);
  }

  /**
   * The path through exactly the nodes `hops`, the destination last, or `undefined` while a hop is not known or down, or
   * one between forwards for nobody.
   */
  along(hops: readonly string[]): Path | undefined {
    return this.leavesBetween(hops).length > 0 ? undefined : this.#over(hops);
  }

  #over(hops: readonly string[]): Path | undefined {
    const firstHop = hops[0];
    const destination = hops.at(-1);
    if (firstHop === undefined || destination === undefined || hops.length > LABEL_STACK_MAX_DEPTH) return undefined;
    const edges = this.edgesOf(hops);
    const delivery = this.#options.database.get(destination)?.deliveryLabel;
    if (edges === undefined || delivery === undefined) return undefined;
    const stack = [...edges.flatMap((edge) => ("label" in edge ? edge.label : [])), delivery];
    const cost = edges.reduce((sum, edge) => sum + edge.cost, 0);
    const mtus = withRoom(payloadMtus(edges, stack.length), stack.length, this.#options.payloadMin);
    return mtus.payloadMtu < this.#options.payloadMin ? undefined : { firstHop, stack, hops, cost, ...mtus };
  }

  /** The edges of the path over `hops`, this node's own first; `undefined`: one is not known, or down. */
  edgesOf(hops: readonly string[]): readonly (OwnEdge | LinkStateEdge)[] | undefined {
    const edges: (OwnEdge | LinkStateEdge | undefined)[] = [this.#own.get(hops[0] ?? "")];
    for (let i = 1; i < hops.length; i += 1) edges.push(this.#edge(hops[i - 1] ?? "", hops[i] ?? ""));
    return edges.every((edge) => edge !== undefined) ? edges : undefined;
  }

  /**
   * The edges of the way back from the last of `hops` over the same nodes, that of the last first, this node's neighbour's
   * last; `undefined`: a node does not tell of one.
   */
  edgesBack(hops: readonly string[]): readonly LinkStateEdge[] | undefined {
    const edges = hops.map((hop, index) => {
      const toward = hops[index - 1] ?? this.#ownKey;
      return this.#options.database.get(hop)?.edges.find(({ neighbour }) => neighbour === toward);
    });
    return edges.every((edge) => edge !== undefined) ? edges.toReversed() : undefined;
  }

  #newGraph(): Graph {
    return new Graph(this.#ownKey, this.#options.isOwn ?? ((origin) => origin === this.#ownKey));
  }

  #among(shortest: ShortestPaths, destination: string): readonly Path[] {
    const number = this.#graph.numberOf(destination);
    if (number === undefined) return [];
    return shortest
      .pathsTo(number, EQUAL_PATHS_MAX)
      .flatMap((nodes) => this.along(nodes.map((node) => this.#graph.keyOf(node))) ?? [])
      .toSorted((a, b) => b.unsegmentedPayloadMtu - a.unsegmentedPayloadMtu);
  }

  #edge(from: string, to: string): LinkStateEdge | undefined {
    return this.#options.database
      .get(from)
      ?.edges.find((edge) => edge.neighbour === to && this.#isCarrying(from, edge));
  }

  /** Both ends say that it is up: a node cannot draw others' traffic by its word alone. */
  #isCarrying(from: string, { neighbour, up }: LinkStateEdge): boolean {
    return (
      up && this.#options.database.get(neighbour)?.edges.some((edge) => edge.neighbour === from && edge.up) === true
    );
  }
}

/** Octets of header and stack of `depth` labels. */
function overheadOf(depth: number): number {
  return FRAME_HEADER_OCTETS + LABEL_STACK_ENTRY_OCTETS * depth;
}

/** Leaves room for labels that a node on the way may push, where a path has such nodes and QUIC does not need it. */
function withRoom(mtus: PayloadMtus, depth: number, payloadMin: number): PayloadMtus {
  const payloadMtu = mtus.payloadMtu - REPAIR_LABELS * LABEL_STACK_ENTRY_OCTETS;
  if (depth < 2 || payloadMtu < payloadMin) return mtus;
  return { payloadMtu, unsegmentedPayloadMtu: Math.min(mtus.unsegmentedPayloadMtu, payloadMtu) };
}

/** Least of `edge MTU - header - labels left on that edge` along the path: each transit node pops one. */
function payloadMtus(edges: readonly OwnEdge[], depth: number): PayloadMtus {
  let payloadMtu = Infinity;
  let unsegmentedPayloadMtu = Infinity;
  edges.forEach((edge, index) => {
    const overhead = overheadOf(depth - index);
    payloadMtu = Math.min(payloadMtu, edge.mtu - overhead);
    unsegmentedPayloadMtu = Math.min(unsegmentedPayloadMtu, edge.segmentMtu - overhead);
  });
  return { payloadMtu, unsegmentedPayloadMtu };
}
