/** Sends frames through the simulated layer: popped, forwarded and repaired as packages/node/src/forward.ts does. */
import type { Path } from "@flor/link-state";
import type { SimLayer } from "./sim-layer.ts";
import type { SimNode } from "./sim-node.ts";

const TTL = 64;

/** What became of a frame. "lost": before a break that the node in front of it had not noticed; "no-repair": it had. */
export type Fate =
  | "delivered"
  | "lost"
  | "no-repair"
  | "repair-failed"
  | "ttl-expired"
  | "unknown-label"
  | "misdelivered";

interface Entry {
  readonly label: number;
  /** A repair pushed it, so the frame is not repaired again. */
  readonly isRepair: boolean;
}

/** Sends a frame over a path as its node sees it, through all others as they are now. */
export function fateOf(layer: SimLayer, from: SimNode, path: Path, destination: number): Fate {
  let stack: readonly Entry[] = path.stack.map((label) => ({ label, isRepair: false }));
  let at = layer.numberOf(path.firstHop) ?? -1;
  if (!crosses(layer, from, at)) return "lost";
  for (let ttl = TTL; ttl > 0; ttl -= 1) {
    const node = layer.node(at);
    const [top, ...under] = stack;
    if (top === undefined) return "unknown-label";
    if (top.label === node.deliveryLabel && under.length === 0)
      return at === destination ? "delivered" : "misdelivered";
    const adjacency = node.labelled(top.label);
    if (adjacency === undefined) return "unknown-label";
    let next = adjacency.to;
    stack = under;
    if (!adjacency.isAlive) {
      if (top.isRepair) return "repair-failed";
      const repaired = repair(layer, node, adjacency.to, under);
      if (repaired === undefined) return "no-repair";
      next = repaired.next;
      stack = repaired.stack;
    }
    if (!crosses(layer, node, next)) return "lost";
    at = next;
  }
  return "ttl-expired";
}

function repair(
  layer: SimLayer,
  node: SimNode,
  silent: number,
  under: readonly Entry[],
): { readonly next: number; readonly stack: readonly Entry[] } | undefined {
  const ways = node.paths.repairOf(layer.keyOf(silent), layer.now);
  const [first, ...rest] = under;
  const around = rest.length > 0 && first !== undefined ? ways?.around.get(first.label) : undefined;
  const detour = around ?? ways?.toward;
  const next = detour && layer.numberOf(detour.firstHop);
  if (detour === undefined || next === undefined) return undefined;
  const pushed = detour.push.map((label) => ({ label, isRepair: true }));
  return { next, stack: [...pushed, ...(around === undefined ? under : rest)] };
}

function crosses(layer: SimLayer, from: SimNode, to: number): boolean {
  const adjacency = from.adjacencies.get(to);
  return adjacency !== undefined && layer.carries(adjacency.cable);
}
