/** Pairs of nodes, and whether frames from one reach the other. */
import { type Path, PathChoice } from "@flor/link-state";
import { LABEL_STACK_MAX_DEPTH } from "@flor/wire";
import type { Instant } from "@flor/machine";
import { type Fate, fateOf } from "./frames.ts";
import { someOf } from "./random.ts";
import type { SimLayer } from "./sim-layer.ts";

interface Pair {
  readonly from: number;
  readonly to: number;
  choice: PathChoice;
  path: Path | undefined;
  /** The computation that the path comes from. */
  version: number;
  /** When a frame last failed to arrive; -Infinity: never. */
  lostAt: Instant;
  /** For how long frames were lost although the node in front of the break had noticed it, milliseconds. */
  beyondMs: number;
  /** Its frames arrived when the event began. */
  wasWell: boolean;
}

/** What was seen of all pairs since the last {@link Probes.begin}. */
export interface Gaps {
  /** Pairs whose frames were lost for a while. */
  readonly hit: number;
  readonly medianMs: number;
  readonly mostMs: number;
  /** The longest part of a gap after its detection. */
  readonly beyondMs: number;
}

/** See the head of this file. */
export class Probes {
  readonly #layer: SimLayer;
  readonly #pairs: readonly Pair[];
  #begunAt: Instant = 0;
  #lookedAt: Instant = 0;

  /** @param samples nodes that send, and as many that each sends to */
  constructor(layer: SimLayer, samples: number, random: () => number) {
    this.#layer = layer;
    const all = layer.nodes.map(({ number }) => number);
    const sources = someOf(all, samples, random);
    this.#pairs = sources.flatMap((from) =>
      someOf(all, samples + 1, random)
        .filter((to) => to !== from)
        .slice(0, samples)
        .map((to) => ({
          from,
          to,
          choice: new PathChoice(`${from} ${to}`),
          path: undefined,
          version: -1,
          lostAt: -Infinity,
          beyondMs: 0,
          wasWell: false,
        })),
    );
  }

  /** How many. */
  get pairs(): number {
    return this.#pairs.length;
  }

  /** Something is about to happen. */
  begin(): void {
    this.#begunAt = this.#layer.now;
    this.#lookedAt = this.#layer.now;
    for (const pair of this.#pairs) {
      pair.wasWell = this.#fate(pair) === "delivered";
      pair.lostAt = -Infinity;
      pair.beyondMs = 0;
    }
  }

  /** Sends a frame for each pair, over the path in use. */
  look(): void {
    const { now } = this.#layer;
    const sinceMs = now - this.#lookedAt;
    this.#lookedAt = now;
    for (const pair of this.#pairs) {
      if (!this.#layer.node(pair.from).isRunning || !this.#layer.node(pair.to).isRunning) continue;
      const fate = this.#fate(pair);
      if (fate === "delivered") continue;
      pair.lostAt = now;
      if (fate !== "lost" && pair.wasWell) pair.beyondMs += sinceMs;
    }
  }

  /** Connected pairs whose frames do not arrive now. */
  wrong(): number {
    const reach = new Map<number, ReadonlySet<number>>();
    return this.#pairs.filter((pair) => {
      const known = reach.get(pair.from) ?? reachableFrom(this.#layer, pair.from);
      reach.set(pair.from, known);
      return known.has(pair.to) && this.#fate(pair) !== "delivered";
    }).length;
  }

  /** How long pairs lost frames that are delivered again. */
  gaps(): Gaps {
    const lost = this.#pairs.filter((pair) => pair.lostAt > -Infinity && this.#fate(pair) === "delivered");
    const times = lost.map(({ lostAt }) => lostAt - this.#begunAt).toSorted((a, b) => a - b);
    const beyondMs = Math.max(0, ...lost.map((pair) => pair.beyondMs));
    return { hit: times.length, medianMs: times[times.length >> 1] ?? 0, mostMs: times.at(-1) ?? 0, beyondMs };
  }

  /** Releases memory. */
  end(): void {
    for (const node of this.#layer.nodes) node.paths.drop();
  }

  /** The path that a session would use: its current one, unless another is much better. */
  #choose(pair: Pair): Path | undefined {
    const { now } = this.#layer;
    const { paths } = this.#layer.node(pair.from);
    const computed = paths.at(now);
    if (paths.version === pair.version && (pair.choice.nextTimeout(now) ?? Infinity) > now) return pair.path;
    const kept = pair.path && computed.along(pair.path.hops);
    pair.path = pair.choice.choose(computed.to(this.#layer.keyOf(pair.to)), kept, true, now);
    pair.version = paths.version;
    return pair.path;
  }

  #fate(pair: Pair): Fate | "no-path" {
    const path = this.#choose(pair);
    return path === undefined ? "no-path" : fateOf(this.#layer, this.#layer.node(pair.from), path, pair.to);
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
      if (number !== from && layer.node(number).saysLeaf) continue;
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
