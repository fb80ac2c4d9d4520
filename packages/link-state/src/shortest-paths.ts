/**
 * The cheapest path to every node within a bound of hops, in one computation: `cost(h, v)` is that of the cheapest way
 * to v over at most h edges, layer by layer (Bellman–Ford). A label stack has a bound, and Dijkstra's cheapest path may
 * be longer than the cheapest one that fits. Half a millisecond for 1,000 nodes of four neighbours each.
 */
import { type CompiledGraph, incomingOf, SELF } from "./graph.ts";

/** Cost of what cannot be reached. */
export const UNREACHABLE = 0x3fffffff;

/** What a computation leaves out. */
export interface PathConstraints {
  /** Hops at most. */
  readonly hopsMax: number;
  /** Nodes that no path may cross or end at. */
  readonly avoidNodes?: ReadonlySet<number>;
  /** Neighbours that the source's own edges may not lead to. @default none */
  readonly avoidFirstHops?: ReadonlySet<number>;
}

/** Paths from one node to all others. */
export class ShortestPaths {
  readonly #graph: CompiledGraph;
  readonly #source: number;
  readonly #constraints: PathConstraints;
  /** Layer by layer. */
  readonly #costs: Int32Array;

  constructor(graph: CompiledGraph, constraints: PathConstraints, source: number = SELF) {
    this.#graph = graph;
    this.#source = source;
    this.#constraints = constraints;
    this.#costs = new Int32Array((constraints.hopsMax + 1) * graph.size).fill(UNREACHABLE, 0, graph.size);
    if (source < graph.size) this.#compute();
  }

  /** Cost of the cheapest path to a node; {@link UNREACHABLE}: there is none. */
  costTo(node: number): number {
    return this.#cost(this.#constraints.hopsMax, node);
  }

  /** The cheapest paths to `node`, equally cheap ones up to `max`, each as its nodes without the source. */
  pathsTo(node: number, max: number): readonly (readonly number[])[] {
    const found: (readonly number[])[] = [];
    const cost = this.costTo(node);
    if (cost < UNREACHABLE && node !== this.#source)
      this.#collect(node, this.#constraints.hopsMax, cost, [], found, max);
    return found;
  }

  #cost(layer: number, node: number): number {
    return node < this.#graph.size ? (this.#costs[layer * this.#graph.size + node] ?? UNREACHABLE) : UNREACHABLE;
  }

  #compute(): void {
    const { size } = this.#graph;
    const costs = this.#costs;
    costs[this.#source] = 0;
    let changed: number[] = [this.#source];
    for (let layer = 1; layer <= this.#constraints.hopsMax; layer += 1) {
      const begin = layer * size;
      costs.copyWithin(begin, begin - size, begin);
      changed = changed.length === 0 ? changed : this.#relax(changed, begin);
    }
  }

  /** One layer: only nodes that became cheaper in the one before can make others so. */
  #relax(nodes: readonly number[], begin: number): number[] {
    const { offsets, targets, costs: edgeCosts, size } = this.#graph;
    const { avoidNodes } = this.#constraints;
    const costs = this.#costs;
    const cheaper = new Set<number>();
    for (const from of nodes) {
      const before = costs[begin - size + from] ?? UNREACHABLE;
      const end = offsets[from + 1] ?? 0;
      for (let at = offsets[from] ?? 0; at < end; at += 1) {
        const to = targets[at] ?? 0;
        const cost = before + (edgeCosts[at] ?? 1);
        if (cost >= (costs[begin + to] ?? UNREACHABLE) || avoidNodes?.has(to) === true) continue;
        if (this.#isAvoided(from, to)) continue;
        costs[begin + to] = cost;
        cheaper.add(to);
      }
    }
    return [...cheaper];
  }

  /** Walks back: each node before this one from which what is left of the cost is exact. */
  #collect(
    node: number,
    layer: number,
    cost: number,
    behind: readonly number[],
    found: (readonly number[])[],
    max: number,
  ): void {
    if (node === this.#source) {
      if (cost === 0) found.push(behind);
      return;
    }
    if (layer === 0) return;
    const { offsets, sources, costs } = incomingOf(this.#graph);
    const end = offsets[node + 1] ?? 0;
    for (let at = offsets[node] ?? 0; at < end && found.length < max; at += 1) {
      const from = sources[at] ?? 0;
      const left = cost - (costs[at] ?? 1);
      if (this.#cost(layer - 1, from) !== left || this.#isAvoided(from, node)) continue;
      this.#collect(from, layer - 1, left, [node, ...behind], found, max);
    }
  }

  #isAvoided(from: number, to: number): boolean {
    return from === this.#source && this.#constraints.avoidFirstHops?.has(to) === true;
  }
}
