/**
 * The layer as arrays: nodes are numbers, 0 is this node, and the edges of node v stand at offsets[v] to offsets[v + 1]
 * (compressed sparse rows). A row is read once per advertisement; `compile` copies the rows that carry.
 */
import type { LinkStateEntry } from "./entry.ts";

/** This node. */
export const SELF = 0;
const NONE = new Int32Array(0);

/** An edge from this node, with what is known here of it. */
export interface OwnEdge {
  readonly mtu: number;
  readonly segmentMtu: number;
  readonly cost: number;
}

/** A graph to compute with; valid until the next `compile`. */
export interface CompiledGraph {
  readonly size: number;
  readonly offsets: Int32Array;
  readonly targets: Int32Array;
  readonly costs: Int32Array;
  readonly mtus: Int32Array;
}

/** The same edges by where they lead to. */
export interface IncomingEdges {
  readonly offsets: Int32Array;
  readonly sources: Int32Array;
  readonly costs: Int32Array;
}

/** Edges of one node, sorted by neighbour. */
interface Row {
  readonly neighbours: Int32Array;
  readonly costs: Int32Array;
  readonly mtus: Int32Array;
  readonly leaf: boolean;
}

/** The graph of all advertisements. Numbers of origins that are gone are given to others. */
export class Graph {
  readonly #numbers = new Map<string, number>();
  readonly #keys: string[] = [];
  readonly #rows: (Row | undefined)[] = [];
  readonly #read = new Map<string, LinkStateEntry>();
  readonly #isOwn: (origin: string) => boolean;

  /** @param isOwn whether what is told of a node is told of this one, under whichever of its keys */
  constructor(ownKey: string, isOwn: (origin: string) => boolean) {
    this.#isOwn = isOwn;
    this.#number(ownKey);
  }

  /** The number of a node; `undefined`: nobody told of it. */
  numberOf(key: string): number | undefined {
    return this.#numbers.get(key);
  }

  keyOf(number: number): string {
    return this.#keys[number] ?? "";
  }

  /** Takes what is held now. */
  update(entries: Iterable<LinkStateEntry>): void {
    const gone = new Set(this.#read.keys());
    for (const entry of entries) {
      gone.delete(entry.origin);
      if (this.#isOwn(entry.origin) || this.#read.get(entry.origin) === entry) continue;
      this.#read.set(entry.origin, entry);
      const up = entry.edges.filter((edge) => edge.up);
      this.#setRow(
        entry.origin,
        up.map((edge) => [edge.neighbour, edge]),
        entry.leaf,
      );
    }
    for (const origin of gone) {
      this.#read.delete(origin);
      this.#rows[this.#number(origin)] = undefined;
    }
    // Each made-up neighbour takes a number: begin again before they outgrow what is held.
    if (this.#keys.length > 1024 + 4 * this.#read.size) this.#renumber();
  }

  /** Sets this node's edges, by neighbour. */
  setOwn(own: ReadonlyMap<string, OwnEdge>): void {
    this.#setRow(this.#keys[SELF] ?? "", [...own], false);
  }

  /**
   * The edges that both ends tell of and on which frames of `mtuMin` octets cross.
   *
   * @param leavesCarry nodes that forward for nobody are taken as if they did. @default false
   */
  compile(mtuMin: number, leavesCarry = false): CompiledGraph {
    const size = this.#keys.length;
    const bound = this.#rows.reduce((sum, row) => sum + (row?.neighbours.length ?? 0), 0);
    const graph = {
      size,
      offsets: new Int32Array(size + 1),
      targets: new Int32Array(bound),
      costs: new Int32Array(bound),
      mtus: new Int32Array(bound),
    };
    let at = 0;
    for (let v = 0; v < size; v += 1) {
      graph.offsets[v] = at;
      at = this.#isSource(v, leavesCarry) ? this.#compileRow(v, graph, at, mtuMin) : at;
    }
    graph.offsets[size] = at;
    return graph;
  }

  /** Whether paths go on from a node: this one's begin here, whatever it does for others. */
  #isSource(v: number, leavesCarry: boolean): boolean {
    return v === SELF || leavesCarry || this.#rows[v]?.leaf !== true;
  }

  #compileRow(v: number, graph: CompiledGraph, begin: number, mtuMin: number): number {
    const row = this.#rows[v];
    if (row === undefined) return begin;
    let at = begin;
    for (let i = 0; i < row.neighbours.length; i += 1) {
      const to = row.neighbours[i] ?? 0;
      if (to === SELF || (row.mtus[i] ?? 0) < mtuMin) continue;
      // Own adjacencies are seen here; others are believed when both ends say so (RFC 2328 section 16.1 step 2b).
      if (v !== SELF && indexOf(this.#rows[to]?.neighbours ?? NONE, v) < 0) continue;
      graph.targets[at] = to;
      graph.costs[at] = row.costs[i] ?? 1;
      graph.mtus[at] = row.mtus[i] ?? 0;
      at += 1;
    }
    return at;
  }

  #setRow(origin: string, edges: readonly (readonly [string, OwnEdge])[], leaf: boolean): void {
    const numbered = edges.map(([key, edge]) => ({ to: this.#number(key), edge })).toSorted((a, b) => a.to - b.to);
    this.#rows[this.#number(origin)] = {
      neighbours: Int32Array.from(numbered, ({ to }) => to),
      costs: Int32Array.from(numbered, ({ edge }) => edge.cost),
      mtus: Int32Array.from(numbered, ({ edge }) => edge.mtu),
      leaf,
    };
  }

  #number(key: string): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#keys.length;
    this.#numbers.set(key, number);
    this.#keys.push(key);
    this.#rows.push(undefined);
    return number;
  }

  #renumber(): void {
    const entries = [...this.#read.values()];
    const ownRow = this.#rows[SELF];
    const own = [...(ownRow?.neighbours ?? NONE)].map((to, i) => {
      const edge = { cost: ownRow?.costs[i] ?? 1, mtu: ownRow?.mtus[i] ?? 0, segmentMtu: 0 };
      return [this.keyOf(to), edge] as const;
    });
    const self = this.#keys[SELF] ?? "";
    this.#numbers.clear();
    this.#keys.length = 0;
    this.#rows.length = 0;
    this.#read.clear();
    this.#number(self);
    this.setOwn(new Map(own));
    for (const entry of entries) this.#number(entry.origin);
    this.update(entries);
  }
}

const incoming = new WeakMap<CompiledGraph, IncomingEdges>();

/** The edges of `graph` turned round, made when they are first asked for. */
export function incomingOf(graph: CompiledGraph): IncomingEdges {
  const known = incoming.get(graph);
  if (known !== undefined) return known;
  const { size, offsets, targets, costs } = graph;
  const edges = offsets[size] ?? 0;
  const turned = {
    offsets: new Int32Array(size + 1),
    sources: new Int32Array(edges),
    costs: new Int32Array(edges),
  };
  for (let at = 0; at < edges; at += 1) increment(turned.offsets, (targets[at] ?? 0) + 1);
  for (let v = 0; v < size; v += 1) turned.offsets[v + 1] = (turned.offsets[v + 1] ?? 0) + (turned.offsets[v] ?? 0);
  const next = turned.offsets.slice();
  for (let from = 0; from < size; from += 1) {
    for (let at = offsets[from] ?? 0; at < (offsets[from + 1] ?? 0); at += 1) {
      const into = increment(next, targets[at] ?? 0);
      turned.sources[into] = from;
      turned.costs[into] = costs[at] ?? 1;
    }
  }
  incoming.set(graph, turned);
  return turned;
}

/** Adds one, and returns what was there. */
function increment(array: Int32Array, index: number): number {
  const before = array[index] ?? 0;
  array[index] = before + 1;
  return before;
}

/** The index of `value` in a sorted array, or -1. */
function indexOf(sorted: Int32Array, value: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = sorted[middle] ?? 0;
    if (found === value) return middle;
    if (found < value) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
