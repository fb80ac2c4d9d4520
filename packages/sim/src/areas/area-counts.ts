/** Messages by where they went: to or from a host of which area, or between gateways, of the same area or not. */
import type { SimLayer } from "../sim-layer.ts";
import type { AreaPlan } from "./area-plan.ts";

/** See the head of this file. */
export interface AreaCounts {
  /** Within each area. */
  readonly within: readonly number[];
  readonly between: number;
  readonly octetsBetween: number;
  /** Computations of paths, of all nodes. */
  readonly computations: number;
}

/** All until now. */
export function countsOf(layer: SimLayer, plan: AreaPlan): AreaCounts {
  const within = Array.from({ length: plan.sizes.areas }, () => 0);
  let [between, octetsBetween, computations] = [0, 0, 0];
  for (const { number, adjacencies, paths } of layer.nodes) {
    const area = plan.areaOf(number);
    computations += paths.countAt(layer.now);
    for (const { to, sentMessages, sentOctets } of adjacencies.values()) {
      if (!plan.isGateway(number) || !plan.isGateway(to)) within[area]! += sentMessages;
      else {
        between += sentMessages;
        octetsBetween += sentOctets;
      }
    }
  }
  return { within, between, octetsBetween, computations };
}

/** What came since. */
export function countsSince(before: AreaCounts, after: AreaCounts): AreaCounts {
  return {
    within: after.within.map((count, area) => count - before.within[area]!),
    between: after.between - before.between,
    octetsBetween: after.octetsBetween - before.octetsBetween,
    computations: after.computations - before.computations,
  };
}
