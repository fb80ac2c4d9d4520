/** What nodes hold, and whether it is exactly what their networks are. */
import type { SimLayer } from "../sim-layer.ts";
import type { SimNode } from "../sim-node.ts";
import type { AreaPlan } from "./area-plan.ts";

/** Of all nodes of a kind. */
export interface StateRow {
  readonly kind: "host" | "gateway";
  readonly count: number;
  /** Nodes in the link-state database, the most. */
  readonly entries: number;
  /** Their advertisements and signatures, octets, the most. */
  readonly octets: number;
  /** Edges that paths are computed over, the most. */
  readonly edges: number;
  /** Entries of nodes of networks that the node is not in, in all. */
  readonly foreign: number;
  /** Entries of running nodes of its own networks that it lacks, in all. */
  readonly missing: number;
}

/** State of hosts and of gateways. */
export function stateOf(layer: SimLayer, plan: AreaPlan): readonly StateRow[] {
  const isRunning = ({ number }: SimNode): boolean => layer.node(number).isRunning;
  const top = plan.gateways.map((number) => layer.node(number));
  const areas = Array.from({ length: plan.sizes.areas }, (_, area) =>
    layer.nodes.slice(area * plan.sizes.nodes, (area + 1) * plan.sizes.nodes),
  );
  const wantedOf = (node: SimNode): readonly SimNode[] => {
    const area = areas[plan.areaOf(node.number)]!;
    return plan.isGateway(node.number) ? [...new Set([...area, ...top])] : area;
  };
  return (["host", "gateway"] as const).map((kind) => {
    const nodes = layer.nodes.filter((node) => isRunning(node) && plan.isGateway(node.number) === (kind === "gateway"));
    const row = { kind, count: nodes.length, entries: 0, octets: 0, edges: 0, foreign: 0, missing: 0 };
    for (const node of nodes) addTo(row, node, wantedOf(node), isRunning);
    return row;
  });
}

function addTo(
  row: { -readonly [Name in keyof StateRow]: StateRow[Name] },
  { state: { database } }: SimNode,
  wanted: readonly SimNode[],
  isRunning: (node: SimNode) => boolean,
): void {
  let octets = 0;
  let edges = 0;
  for (const { signed, edges: own } of database.entries()) {
    octets += (signed.advertisement?.length ?? 0) + (signed.signature?.length ?? 0);
    edges += own.length;
  }
  const held = wanted.filter(({ key }) => database.get(key) !== undefined);
  row.entries = Math.max(row.entries, database.size);
  row.octets = Math.max(row.octets, octets);
  row.edges = Math.max(row.edges, edges);
  row.foreign += database.size - held.length;
  row.missing += wanted.filter(isRunning).length - held.filter(isRunning).length;
}
