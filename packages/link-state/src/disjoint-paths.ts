/**
 * Two paths that share no node but their ends, of the least cost together (R. Bhandari, "Survivable Networks", 1999):
 * the second search may walk edges of the first path backwards, which unties them where they cross.
 */
import { LABEL_STACK_MAX_DEPTH } from "@flor/wire";
import { type CompiledGraph, SELF } from "./graph.ts";
import { ShortestPaths } from "./shortest-paths.ts";

/**
 * Arcs of the second walk at most: of an edge and a node each, for every edge of both paths and those of the first walked
 * backwards.
 */
const ARCS_MAX = 6 * LABEL_STACK_MAX_DEPTH;

/** An edge of the search: nodes are split, `2v` is v's entry and `2v + 1` its exit. */
interface Arc {
  readonly to: number;
  readonly cost: number;
}

/** Two node-disjoint paths from this node to `destination`, each as its nodes without the source, or `undefined`. */
export function disjointPair(
  graph: CompiledGraph,
  destination: number,
): readonly [readonly number[], readonly number[]] | undefined {
  const first = new ShortestPaths(graph, { hopsMax: LABEL_STACK_MAX_DEPTH }).pathsTo(destination, 1)[0];
  if (first === undefined) return undefined;
  const crossing = cheapestWalk(arcsBeside(graph, first, destination), 2 * SELF + 1, 2 * destination);
  if (crossing === undefined) return undefined;
  const pair = untie(first, crossing, destination);
  return pair?.every((path) => path.length <= LABEL_STACK_MAX_DEPTH) === true ? pair : undefined;
}

/** The graph with nodes split, and the first path turned round at negated cost. */
function arcsBeside(graph: CompiledGraph, first: readonly number[], destination: number): ReadonlyMap<number, Arc[]> {
  const arcs = new Map<number, Arc[]>();
  const add = (from: number, to: number, cost: number): void => {
    const known = arcs.get(from);
    if (known === undefined) arcs.set(from, [{ to, cost }]);
    else known.push({ to, cost });
  };
  const next = new Map<number, number>(
    first.map((node, index) => [index === 0 ? SELF : (first[index - 1] ?? 0), node]),
  );
  const crossed = new Set(first);
  crossed.delete(destination);
  for (let v = 0; v < graph.size; v += 1) {
    if (crossed.has(v)) add(2 * v + 1, 2 * v, 0);
    else add(2 * v, 2 * v + 1, 0);
    for (let at = graph.offsets[v] ?? 0; at < (graph.offsets[v + 1] ?? 0); at += 1) {
      const to = graph.targets[at] ?? 0;
      const cost = graph.costs[at] ?? 1;
      if (next.get(v) === to) add(2 * to, 2 * v + 1, -cost);
      else add(2 * v + 1, 2 * to, cost);
    }
  }
  return arcs;
}

/**
 * Bellman–Ford with a queue: costs may be negative. Where the first path is not the cheapest of all, but of those that are
 * short enough, cycles may be as well: the bound on arcs ends the search then, and a walk that has one is none.
 */
function cheapestWalk(
  arcs: ReadonlyMap<number, readonly Arc[]>,
  source: number,
  target: number,
): readonly number[] | undefined {
  const cost = new Map<number, number>([[source, 0]]);
  const arcsTo = new Map<number, number>([[source, 0]]);
  const before = new Map<number, number>();
  const queue = [source];
  const queued = new Set(queue);
  for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
    queued.delete(node);
    const arcsSoFar = arcsTo.get(node) ?? 0;
    if (arcsSoFar >= ARCS_MAX) continue;
    for (const arc of arcs.get(node) ?? []) {
      const reached = (cost.get(node) ?? 0) + arc.cost;
      if (reached >= (cost.get(arc.to) ?? Infinity)) continue;
      cost.set(arc.to, reached);
      arcsTo.set(arc.to, arcsSoFar + 1);
      before.set(arc.to, node);
      if (queued.has(arc.to)) continue;
      queued.add(arc.to);
      queue.push(arc.to);
    }
  }
  if (!cost.has(target)) return undefined;
  const walk = [target];
  for (let node = before.get(target); node !== undefined; node = before.get(node)) {
    if (walk.length > before.size) return undefined;
    walk.unshift(node);
  }
  return walk;
}

/** Edges of both, less those that the second walked backwards, make two paths. */
function untie(
  first: readonly number[],
  crossing: readonly number[],
  destination: number,
): readonly [readonly number[], readonly number[]] | undefined {
  const edges = new Map<string, readonly [number, number]>();
  const put = (from: number, to: number): void => {
    if (from === to) return;
    if (!edges.delete(`${to}>${from}`)) edges.set(`${from}>${to}`, [from, to]);
  };
  [SELF, ...first].forEach((node, index) => {
    const to = first[index];
    if (to !== undefined) put(node, to);
  });
  for (let i = 1; i < crossing.length; i += 1) put((crossing[i - 1] ?? 0) >> 1, (crossing[i] ?? 0) >> 1);
  const walk = (): readonly number[] => {
    const path: number[] = [];
    let at = SELF;
    while (at !== destination) {
      const edge = [...edges.values()].find(([from]) => from === at);
      if (edge === undefined) return [];
      edges.delete(`${edge[0]}>${edge[1]}`);
      at = edge[1];
      path.push(at);
    }
    return path;
  };
  const [one, other] = [walk(), walk()];
  return one.length === 0 || other.length === 0 ? undefined : [one, other];
}
