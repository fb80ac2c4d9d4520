/** Messages by where they went: to or from a host of which area, or between gateways, of the same area or not. */
import type { SimLayer } from "../sim-layer.ts";
import type { AreaPlan } from "./area-plan.ts";

/** See the head of this file. */
export interface AreaCounts {
  /** Within each area. */
  readonly within: readonly number[];
  readonly between: number;
  /** Advertisements that nodes signed. */
  readonly signed: number;
  /** Computations of paths, of all nodes. */
  readonly computations: number;
}

/** All until now. */
export function countsOf(layer: SimLayer, plan: AreaPlan): AreaCounts {
  const within = Array.from({ length: plan.sizes.areas }, () => 0);
  let [between, signed, computations] = [0, 0, 0];
  for (const { number, signed: own, adjacencies, paths } of layer.nodes) {
    signed += own;
    const area = plan.areaOf(number);
    computations += paths.countAt(layer.now);
    for (const { to, sentMessages } of adjacencies.values()) {
      if (!plan.isGateway(number) || !plan.isGateway(to)) within[area]! += sentMessages;
      else between += sentMessages;
    }
  }
  return { within, between, signed, computations };
}

/** What came since. */
export function countsSince(before: AreaCounts, after: AreaCounts): AreaCounts {
  return {
    within: after.within.map((count, area) => count - before.within[area]!),
    between: after.between - before.between,
    signed: after.signed - before.signed,
    computations: after.computations - before.computations,
  };
}
