import { frameOverhead, type LayerStatus, type Northbound } from "@flor/node";
import type { RunningLink } from "../links/running-link.ts";

/**
 * What this node, and those beneath it, do with the frames of the upper node on a network, nearest first: on the
 * narrowest of the ways that lead to its neighbours.
 */
export function layersBeneath(
  node: string,
  northbound: Northbound,
  links: ReadonlyMap<string, RunningLink>,
): readonly LayerStatus[] {
  const { network } = northbound;
  const paths = northbound.joinedPeers().flatMap(({ path }) => path ?? []);
  const narrowest = paths.toSorted((a, b) => a.unsegmentedPayloadMtu - b.unsegmentedPayloadMtu)[0];
  const link = narrowest?.nextHop.best?.link;
  if (narrowest === undefined || link === undefined)
    return [{ node, network, overheadOctets: 0, link: "", kind: "", mtuOctets: 0, segmentMtuOctets: 0 }];
  const overheadOctets = frameOverhead(narrowest.stack.length);
  const here: LayerStatus = {
    node,
    network,
    overheadOctets,
    link: link.name,
    kind: link.kind,
    mtuOctets: narrowest.payloadMtu + overheadOctets,
    segmentMtuOctets: narrowest.unsegmentedPayloadMtu + overheadOctets,
  };
  return [here, ...(links.get(link.name)?.status().layers ?? [])];
}

/**
 * The same for somebody who is to learn what the layers cost him, and not which nodes and links they are: all of them as
 * one, of the name of the nearest, over a link without a name.
 */
export function layersAsOne(layers: readonly LayerStatus[]): readonly LayerStatus[] {
  const [nearest, ...others] = layers;
  if (nearest === undefined) return [];
  const beneath = others.reduce((sum, { overheadOctets }) => sum + overheadOctets, 0);
  const { node, network, overheadOctets, mtuOctets, segmentMtuOctets } = nearest;
  return [
    {
      node,
      network,
      overheadOctets: overheadOctets + beneath,
      link: "",
      kind: "",
      mtuOctets: mtuOctets === 0 ? 0 : mtuOctets + beneath,
      segmentMtuOctets: segmentMtuOctets === 0 ? 0 : segmentMtuOctets + beneath,
    },
  ];
}
