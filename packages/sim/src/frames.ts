/** Sends frames through the simulated layer: popped, forwarded and repaired as packages/node/src/forward.ts does. */
import type { SimLayer } from "./sim-layer.ts";
import type { SimNode } from "./sim-node.ts";
import type { Way } from "./sim-paths.ts";

const TTL = 64;

/** What became of a frame. "lost": before a break that the node in front of it had not noticed; "no-repair": it had. */
export type Fate =
  | "delivered"
  | "lost"
  | "no-repair"
  | "repair-failed"
  | "transit-refused"
  | "ttl-expired"
  | "unknown-label"
  | "misdelivered";

interface Entry {
  readonly label: number;
  /** A repair pushed it, so the frame is not repaired again. */
  readonly isRepair: boolean;
}

/** The next node, and the labels that the frame reaches it with. */
interface Step {
  readonly next: number;
  readonly stack: readonly Entry[];
}

/** Sends a frame over a path as its node sees it, through all others as they are now. */
export function fateOf(layer: SimLayer, from: SimNode, way: Way, destination: number): Fate {
  return travel(layer, from, way, destination).fate;
}

/** Like {@link fateOf}, with the milliseconds that the frame was under way. */
export function travel(
  layer: SimLayer,
  from: SimNode,
  way: Way,
  destination: number,
): { readonly fate: Fate; readonly ms: number } {
  let node = from;
  let step: Step = stepOf(layer, way);
  let ms = 0;
  for (let ttl = TTL; ttl > 0; ttl -= 1) {
    const cable = node.adjacencies.get(step.next)?.cable;
    if (cable === undefined || !layer.carries(cable)) return { fate: "lost", ms };
    ms += cable.latencyMs;
    node = layer.node(step.next);
    const [top, ...under] = step.stack;
    if (top?.label === node.deliveryLabel && under.length === 0)
      return { fate: node.number === destination ? "delivered" : "misdelivered", ms };
    const onward = top === undefined ? "unknown-label" : pop(layer, node, top, under);
    if (typeof onward === "string") return { fate: onward, ms };
    step = onward;
  }
  return { fate: "ttl-expired", ms };
}

function stepOf(layer: SimLayer, { firstHop, stack }: Way): Step {
  return { next: layer.numberOf(firstHop) ?? -1, stack: stack.map((label) => ({ label, isRepair: false })) };
}

/** Takes the top label off, and does what it says. */
function pop(layer: SimLayer, node: SimNode, top: Entry, under: readonly Entry[]): Step | Fate {
  const adjacency = node.labelled(top.label);
  if (adjacency === undefined) {
    const bound = under.length === 0 ? node.boundWay(top.label) : undefined;
    return bound === undefined ? "unknown-label" : stepOf(layer, bound);
  }
  if (node.dropsTransit) return "transit-refused";
  if (adjacency.isAlive) return { next: adjacency.to, stack: under };
  if (top.isRepair) return "repair-failed";
  return repair(layer, node, adjacency.to, under) ?? "no-repair";
}

function repair(layer: SimLayer, node: SimNode, silent: number, under: readonly Entry[]): Step | undefined {
  const ways = node.paths.repairOf(layer.keyOf(silent), layer.now);
  const [first, ...rest] = under;
  const around = rest.length > 0 && first !== undefined ? ways?.around.get(first.label) : undefined;
  const detour = around ?? ways?.toward;
  const next = detour && layer.numberOf(detour.firstHop);
  if (detour === undefined || next === undefined) return undefined;
  const pushed = detour.push.map((label) => ({ label, isRepair: true }));
  return { next, stack: [...pushed, ...(around === undefined ? under : rest)] };
}
