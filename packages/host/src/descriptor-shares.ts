/** Who uses descriptors. */
export interface DescriptorUsers {
  /** Listeners for clients. */
  readonly inbounds: number;
  /** Whether peers' flows leave here. */
  readonly isEgress: boolean;
}

/** What each may hold at once, one descriptor each. */
export interface DescriptorShares {
  readonly clientsOfInbound: number;
  readonly egressFlows: number;
}

/** Of its descriptors a node gives clients and egress flows this part: the rest is for links, files, and attempts to connect. */
const FLOWS_SHARE = 3 / 4;
const DESCRIPTORS_OF_LINKS = 32;

/**
 * Divides the descriptors that this process may have: what is refused here is counted and answered, what the system
 * refuses is neither. Clients and egress flows have half each where there are both.
 *
 * @param descriptors `Infinity`: no bound
 */
export function shareDescriptors(descriptors: number, { inbounds, isEgress }: DescriptorUsers): DescriptorShares {
  const all = Math.max(1, Math.floor(descriptors * FLOWS_SHARE - DESCRIPTORS_OF_LINKS));
  const half = inbounds > 0 && isEgress ? Math.max(1, Math.floor(all / 2)) : all;
  return { clientsOfInbound: Math.max(1, Math.floor(half / Math.max(1, inbounds))), egressFlows: half };
}
