/** `flor topology`: the layer as a tree of the paths from here, and the edges that no path uses; or as a graph of DOT. */
import type { SeenEdge, SeenLayer, SeenNode } from "@flor/node";
import type { Style } from "../terminal.ts";
import { roundTripText } from "./quantity-text.ts";
import { tableLines } from "./table.ts";
import { nodeText } from "./trace-view.ts";

/** Nodes and further edges drawn; `--json` has all. */
const LINES_MAX = 200;
const WIDTH = 80;
/** What is left of it beside the widest text on an edge. */
const BRANCH_WIDTH = 46;

/** How a branch is drawn: one of several, the last one, and what stands below either. */
type Steps = Readonly<Record<"one" | "last" | "below" | "belowLast", string>>;
const WIDE: Steps = { one: "├─ ", last: "└─ ", below: "│  ", belowLast: "   " };
/** For paths of many nodes. */
const NARROW: Steps = { one: "├", last: "└", below: "│", belowLast: " " };

interface Branch {
  readonly node: SeenNode;
  readonly below: Branch[];
}

/** The layer for a terminal of 80 columns. */
export function topologyView(layer: SeenLayer, style: Style): readonly string[] {
  const [self, ...others] = layer.nodes;
  if (self === undefined) return [];
  const names = new Map(layer.nodes.map((node) => [node.id, nodeText(node)]));
  const edges = new Map(layer.edges.map((edge) => [`${edge.from} ${edge.to}`, edge]));
  const tree = treeOf(layer, self);
  const used = new Set<string>();
  const draw = (steps: Steps): string[][] => branchRows(tree, self.id, "", { edges, used, style, steps });
  const wide = draw(WIDE);
  const deepest = Math.max(0, ...wide.map(([branch = ""]) => branch.length));
  const own = `this node${self.leaf ? ", which carries nothing for others" : ""}`;
  const rows = [[style.bold(nodeText(self)), own], ...(deepest > BRANCH_WIDTH ? draw(NARROW) : wide)];
  const away = others.filter(isAway).map((node) => `${nodeText(node)}: ${style.red("no path to it")}`);
  const further = furtherEdges(edges, used, { names, away: new Set(others.filter(isAway).map(({ id }) => id)) }, style);
  const lines = [...tableLines(rows.slice(0, LINES_MAX)), ...leftOut(rows.length)];
  const shown = tableLines(further.slice(0, LINES_MAX));
  if (further.length > 0) lines.push("", "also adjacent:", ...shown, ...leftOut(further.length));
  if (away.length > 0) lines.push("", ...away.slice(0, LINES_MAX), ...leftOut(away.length));
  return lines;
}

/** The layer for `dot`: nodes by their names, those that carry nothing for others as boxes, edges once for both directions. */
export function topologyDot({ nodes, edges }: SeenLayer): string {
  const names = new Map(nodes.map((node) => [node.id, node.name ?? node.id]));
  const known = new Set<string>();
  const lines = nodes.map(({ id, name, reachable, leaf }) => {
    const style = reachable ? "" : ", style=dashed";
    const shape = leaf ? ", shape=box" : "";
    return `  ${quoted(id)} [label=${quoted(name ?? id.slice(0, 12))}${shape}${style}];`;
  });
  const both = new Map(edges.map((edge) => [`${edge.from} ${edge.to}`, edge]));
  for (const edge of edges) {
    const { from, to, cost } = edge;
    if (!names.has(from) || !names.has(to) || known.has(`${to} ${from}`)) continue;
    known.add(`${from} ${to}`);
    const isUp = downText(edge, both.get(`${to} ${from}`), names) === undefined;
    lines.push(`  ${quoted(from)} -- ${quoted(to)} [${isUp ? `label="${cost}"` : 'label="down", style=dashed'}];`);
  }
  return ["graph flor {", ...lines, "}"].join("\n");
}

/** The cheapest paths as a tree; a path that leaves another's way joins where they part. */
function treeOf({ nodes, paths }: SeenLayer, self: SeenNode): readonly Branch[] {
  const branches = new Map<string, Branch>(nodes.map((node) => [node.id, { node, below: [] }]));
  const roots: Branch[] = [];
  const placed = new Set([self.id]);
  const byLength = Object.values(paths).toSorted((a, b) => a.length - b.length);
  for (const path of byLength) {
    for (const [index, id] of path.entries()) {
      const branch = branches.get(id);
      if (branch === undefined || placed.has(id)) continue;
      placed.add(id);
      (index === 0 ? roots : (branches.get(path[index - 1] ?? "")?.below ?? roots)).push(branch);
    }
  }
  return roots;
}

interface Drawing {
  readonly edges: ReadonlyMap<string, SeenEdge>;
  readonly used: Set<string>;
  readonly style: Style;
  readonly steps: Steps;
}

function branchRows(branches: readonly Branch[], above: string, indent: string, drawing: Drawing): string[][] {
  const { edges, used, steps } = drawing;
  return branches.flatMap(({ node, below }, index) => {
    const isLast = index === branches.length - 1;
    const edge = edges.get(`${above} ${node.id}`);
    used.add(`${above} ${node.id}`).add(`${node.id} ${above}`);
    const step = isLast ? steps.last : steps.one;
    const row = [`${indent}${step}${nodeText(node)}${node.leaf ? " (no transit)" : ""}`, edgeText(edge, drawing)];
    return [row, ...branchRows(below, node.id, `${indent}${isLast ? steps.belowLast : steps.below}`, drawing)];
  });
}

function edgeText(edge: SeenEdge | undefined, { style }: Drawing): string {
  if (edge?.up === false) return style.red("silent now");
  return edge === undefined ? "" : `cost ${edge.cost}, ${roundTripText(edge.rttMs)}, MTU ${edge.mtuOctets}`;
}

function furtherEdges(
  edges: ReadonlyMap<string, SeenEdge>,
  used: ReadonlySet<string>,
  { names, away }: { readonly names: ReadonlyMap<string, string>; readonly away: ReadonlySet<string> },
  style: Style,
): string[][] {
  const known = new Set(used);
  return [...edges.values()].flatMap((edge) => {
    const { from, to, cost } = edge;
    if (known.has(`${from} ${to}`)) return [];
    known.add(`${from} ${to}`).add(`${to} ${from}`);
    const text = `  ${names.get(from) ?? from.slice(0, 12)} – ${names.get(to) ?? to.slice(0, 12)}`;
    const down = downText(edge, edges.get(`${to} ${from}`), names);
    const told = away.has(from) && away.has(to) ? ", as last told" : "";
    return [[text.slice(0, WIDTH - 20), down === undefined ? `cost ${cost}${told}` : style.red(down)]];
  });
}

/** What is wrong with two nodes' adjacency, which both have to see; `undefined`: nothing. */
function downText(there: SeenEdge, back: SeenEdge | undefined, names: ReadonlyMap<string, string>): string | undefined {
  if (there.up && back?.up === true) return undefined;
  if (!there.up && back?.up !== true) return "down";
  const silent = there.up ? there.from : there.to;
  const other = there.up ? there.to : there.from;
  const [one, two] = [names.get(silent) ?? silent.slice(0, 12), names.get(other) ?? other.slice(0, 12)];
  return back === undefined ? `down: ${two} does not tell of ${one}` : `down: ${two} does not hear ${one}`;
}

function isAway({ reachable }: SeenNode): boolean {
  return !reachable;
}

function leftOut(count: number): readonly string[] {
  return count > LINES_MAX ? [`… and ${count - LINES_MAX} more: --json has them all`] : [];
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
