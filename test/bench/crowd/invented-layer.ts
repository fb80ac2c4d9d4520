import { nodeKeyOf, signedOctets } from "@flor/link-state";
import type { FlorNode } from "@flor/node";
import { createSigner } from "@flor/host";
import { encodeAdvertisement, type SignedAdvertisement } from "@flor/wire";
import { identityOf } from "./crowd-order.ts";

/** Numbers of nodes that are not there begin with this one. */
const FIRST = 100_000;
const MTU = 1472;
const COST = 100;
const FIRST_LABEL = 1000;

/** The key of an invented node, by its number from 0. */
export const inventedIdentity = (number: number): ReturnType<typeof identityOf> => identityOf(FIRST + number);

/**
 * Lets a node believe that nodes are behind it which are not there, the first of them its neighbour: with keys and
 * signatures of their own, four neighbours each, a dozen hops to the farthest. That first one must be a peer of the node,
 * which must not have had its first turn.
 */
export function inventLayer(node: FlorNode, own: Uint8Array, size: number, now: number): void {
  const { neighbours, linkState } = node.topology;
  const keys = Array.from({ length: size }, (_, number) => inventedIdentity(number).publicKey);
  const edges = keys.map((): Set<number> => new Set());
  for (let from = 0; from < size; from += 1)
    for (const to of [(2 * from) % size, (2 * from + 1) % size])
      if (to !== from) {
        edges[from]!.add(to);
        edges[to]!.add(from);
      }
  const advertisements = keys.map((_, number): SignedAdvertisement => {
    const to = [...edges[number]!].map((other) => keys[other]!);
    return advertisementOf(number, number === 0 ? [own, ...to] : to);
  });
  const first = neighbours.get(nodeKeyOf(keys[0]!))!;
  Object.assign(first, { label: FIRST_LABEL, wasEverHeard: true, best: livingAdjacency });
  linkState.open(first.key, now);
  for (const one of advertisements)
    linkState.handleMessage(first.key, { advertisements: { advertisements: [one] } }, now);
}

/** As much of an adjacency as is told to others. */
const livingAdjacency = {
  alive: true,
  mtu: MTU,
  segmentMtu: MTU,
  cost: { cost: COST, leastRttMs: 0, loss: 0 },
  isSteady: () => true,
};

function advertisementOf(number: number, neighbours: readonly Uint8Array[]): SignedAdvertisement {
  const identity = inventedIdentity(number);
  const label = (index: number): number => FIRST_LABEL + index;
  const advertisement = encodeAdvertisement({
    origin: identity.publicKey,
    instance: new Uint8Array(16).fill(1),
    sequence: 1,
    deliveryLabel: FIRST_LABEL - 1,
    lifetime: 3600,
    adjacencies: neighbours.map((neighbour, index) => ({
      neighbour,
      label: label(index),
      mtu: MTU,
      segmentMtu: MTU,
      cost: COST,
      up: true,
    })),
  });
  return { advertisement, signature: createSigner(identity)(signedOctets(advertisement)) };
}
