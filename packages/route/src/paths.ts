/**
 * Paths of a layer: which neighbour to send to and which labels to push (segment routing, RFC 8402), from the link
 * state as the ingress knows it.
 */
import { FRAME_HEADER_OCTETS, LABEL_STACK_ENTRY_OCTETS, LABEL_STACK_MAX_DEPTH } from "@flor/wire";
import type { LinkStateDatabase, LinkStateEdge } from "./link-state.ts";

/** What the ingress knows of its own adjacency with a neighbour. */
export interface OwnEdge {
  readonly mtu: number;
  readonly segmentMtu: number;
  readonly metric: number;
}

/** A path from this node. */
export interface Path {
  /** {@link nodeKeyOf} the first hop. */
  readonly firstHop: string;
  /** Labels to push, top first: one per transit node, then the delivery label. */
  readonly stack: readonly number[];
  /** Octets of payload under the stack that cross whole. */
  readonly payloadMtu: number;
  /** Octets of payload that no link on the way segments. */
  readonly unsegmentedPayloadMtu: number;
  /** Node keys, first hop to destination. */
  readonly hops: readonly string[];
}

/** Computes paths over `database` from a node with the adjacencies `own` (neighbour's node key → edge, up ones only). */
export class PathComputation {
  #database: LinkStateDatabase;
  #own: ReadonlyMap<string, OwnEdge>;

  constructor(database: LinkStateDatabase, own: ReadonlyMap<string, OwnEdge>) {
    this.#database = database;
    this.#own = own;
  }

  /** The path through exactly the nodes `hops`, the destination last, or `undefined` while a hop is not known or down. */
  along(hops: readonly string[]): Path | undefined {
    const firstHop = hops[0];
    const destination = hops.at(-1);
    if (firstHop === undefined || destination === undefined || hops.length > LABEL_STACK_MAX_DEPTH) return undefined;
    const first = this.#own.get(firstHop);
    const delivery = this.#database.get(destination)?.deliveryLabel;
    if (first === undefined || delivery === undefined) return undefined;
    const edges: OwnEdge[] = [first];
    const stack: number[] = [];
    for (let i = 1; i < hops.length; i += 1) {
      const edge = this.#edge(hops[i - 1] ?? "", hops[i] ?? "");
      if (edge === undefined) return undefined;
      edges.push(edge);
      stack.push(edge.label);
    }
    stack.push(delivery);
    return { firstHop, stack, hops, ...payloadMtus(edges, stack.length) };
  }

  /** The path of least metric to `destination` (Dijkstra), at most {@link LABEL_STACK_MAX_DEPTH} hops, or `undefined`. */
  shortest(destination: string): Path | undefined {
    const best = new Map<string, { cost: number; hops: readonly string[] }>();
    const open = new Map<string, { cost: number; hops: readonly string[] }>();
    for (const [neighbour, edge] of this.#own) open.set(neighbour, { cost: edge.metric, hops: [neighbour] });
    while (open.size > 0) {
      const node = cheapest(open);
      const candidate = open.get(node);
      if (candidate === undefined) break;
      open.delete(node);
      best.set(node, candidate);
      if (node === destination) return this.along(candidate.hops);
      if (candidate.hops.length === LABEL_STACK_MAX_DEPTH) continue;
      for (const edge of this.#database.get(node)?.edges ?? []) {
        if (best.has(edge.neighbour) || !this.#isCarrying(node, edge)) continue;
        const cost = candidate.cost + edge.metric;
        if (cost < (open.get(edge.neighbour)?.cost ?? Infinity)) {
          open.set(edge.neighbour, { cost, hops: [...candidate.hops, edge.neighbour] });
        }
      }
    }
    return undefined;
  }

  #edge(from: string, to: string): LinkStateEdge | undefined {
    return this.#database.get(from)?.edges.find((edge) => edge.neighbour === to && this.#isCarrying(from, edge));
  }

  /** Both ends say that it is up (OSPF, RFC 2328 section 16.1 step 2b): a node cannot draw others' traffic by its word alone. */
  #isCarrying(from: string, { neighbour, up }: LinkStateEdge): boolean {
    return up && this.#database.get(neighbour)?.edges.some((edge) => edge.neighbour === from && edge.up) === true;
  }
}

/** Least of `edge MTU - header - labels left on that edge` along the path (design: each transit node pops one). */
function payloadMtus(
  edges: readonly OwnEdge[],
  depth: number,
): { readonly payloadMtu: number; readonly unsegmentedPayloadMtu: number } {
  let payloadMtu = Infinity;
  let unsegmentedPayloadMtu = Infinity;
  edges.forEach((edge, index) => {
    const overhead = FRAME_HEADER_OCTETS + LABEL_STACK_ENTRY_OCTETS * (depth - index);
    payloadMtu = Math.min(payloadMtu, edge.mtu - overhead);
    unsegmentedPayloadMtu = Math.min(unsegmentedPayloadMtu, edge.segmentMtu - overhead);
  });
  return { payloadMtu, unsegmentedPayloadMtu };
}

function cheapest(open: ReadonlyMap<string, { readonly cost: number }>): string {
  let node = "";
  let cost = Infinity;
  for (const [key, candidate] of open) {
    if (candidate.cost < cost) {
      node = key;
      cost = candidate.cost;
    }
  }
  return node;
}
