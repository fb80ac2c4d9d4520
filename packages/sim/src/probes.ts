/** Pairs of nodes, and whether what the one sends reaches the other. */
import { EQUAL_PATHS_MAX, type Path } from "@flor/link-state";
import { LABEL_STACK_MAX_DEPTH } from "@flor/wire";
import type { Instant } from "@flor/machine";
import { fateOf } from "./frames.ts";
import { someOf } from "./random.ts";
import type { SimLayer } from "./sim-layer.ts";

/** As packages/node: the first of the pauses between computations of paths. */
const COMPUTE_MS = 50;

interface Pair {
  readonly from: number;
  readonly to: number;
  path: Path | undefined;
  /** When frames did not arrive for the last time; -Infinity: they always did. */
  lostAt: Instant;
}

/** What was seen of all pairs since the last {@link Probes.begin}. */
export interface Gaps {
  /** Pairs whose frames were lost for a while. */
  readonly hit: number;
  readonly medianMs: number;
  readonly mostMs: number;
}

/** See the head of this file. */
export class Probes {
  readonly #layer: SimLayer;
  readonly #pairs: readonly Pair[];
  #computedAt: Instant = -Infinity;
  #begunAt: Instant = 0;

  /** @param samples nodes that send, and as many that each sends to */
  constructor(layer: SimLayer, samples: number, random: () => number) {
    this.#layer = layer;
    const all = layer.nodes.map(({ number }) => number);
    const sources = someOf(all, samples, random);
    this.#pairs = sources.flatMap((from) =>
      someOf(all, samples + 1, random)
        .filter((to) => to !== from)
        .slice(0, samples)
        .map((to) => ({ from, to, path: undefined, lostAt: -Infinity })),
    );
  }

  /** How many. */
  get pairs(): number {
    return this.#pairs.length;
  }

  /** Something is about to happen. */
  begin(): void {
    this.#begunAt = this.#layer.now;
    this.#compute();
    for (const pair of this.#pairs) pair.lostAt = -Infinity;
  }

  /** Sends a frame for each pair that could be reached when the event began, over the path in use. */
  look(): void {
    if (this.#layer.now - this.#computedAt >= COMPUTE_MS) this.#compute();
    for (const pair of this.#pairs) {
      if (!this.#layer.node(pair.from).isRunning || !this.#layer.node(pair.to).isRunning) continue;
      if (this.#fate(pair) !== "delivered") pair.lostAt = this.#layer.now;
    }
  }

  /** Pairs that a way leads between, and whose frames nevertheless do not arrive now. */
  wrong(): number {
    this.#compute();
    const reach = new Map<number, ReadonlySet<number>>();
    return this.#pairs.filter((pair) => {
      const known = reach.get(pair.from) ?? reachableFrom(this.#layer, pair.from);
      reach.set(pair.from, known);
      return known.has(pair.to) && this.#fate(pair) !== "delivered";
    }).length;
  }

  /** How long pairs lost frames that are delivered by now. */
  gaps(): Gaps {
    const lost = this.#pairs.filter((pair) => pair.lostAt > -Infinity && this.#fate(pair) === "delivered");
    const times = lost.map(({ lostAt }) => lostAt - this.#begunAt).toSorted((a, b) => a - b);
    return { hit: times.length, medianMs: times[times.length >> 1] ?? 0, mostMs: times.at(-1) ?? 0 };
  }

  /** Gives back memory. */
  end(): void {
    for (const node of this.#layer.nodes) node.dropPaths();
  }

  #compute(): void {
    this.#computedAt = this.#layer.now;
    const keyOf = (number: number): string => this.#layer.keyOf(number);
    for (const pair of this.#pairs) {
      const paths = this.#layer.node(pair.from).paths(keyOf);
      // As a session does: it keeps its path while there is one along the same nodes.
      const kept = pair.path && paths.along(pair.path.hops);
      pair.path = kept ?? paths.to(keyOf(pair.to)).slice(0, EQUAL_PATHS_MAX)[0];
    }
  }

  #fate({ from, to, path }: Pair): string {
    return path === undefined ? "no-path" : fateOf(this.#layer, this.#layer.node(from), path, to);
  }
}

/** Nodes within as many hops as a stack has labels, as the cables are now. */
function reachableFrom(layer: SimLayer, from: number): ReadonlySet<number> {
  const reached = new Set([from]);
  if (!layer.node(from).isRunning) return new Set();
  let edge: readonly number[] = [from];
  for (let hops = 0; hops < LABEL_STACK_MAX_DEPTH; hops += 1) {
    const next: number[] = [];
    for (const number of edge) {
      for (const { to, cable } of layer.node(number).adjacencies.values()) {
        if (reached.has(to) || !layer.carries(cable)) continue;
        reached.add(to);
        next.push(to);
      }
    }
    edge = next;
  }
  reached.delete(from);
  return reached;
}
