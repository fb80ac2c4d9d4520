import type { LayerStatus, LinkStatus, NodeStatus, PeerStatus } from "@flor/node";
import { frameOverhead } from "@flor/node";
import { printable } from "./printable.ts";

/**
 * The layers that a packet of this node passes down to the wire, one row each, for every link that is a node: who adds
 * how much, and how much its way carries.
 */
export function stackRows(status: NodeStatus): readonly (readonly string[])[] {
  return status.links.filter(({ layers }) => layers.length > 0).flatMap((link) => rowsOf(status, link));
}

function rowsOf(status: NodeStatus, link: LinkStatus): readonly (readonly string[])[] {
  const own = ownLayer(status, link);
  const all = own === undefined ? link.layers : [own, ...link.layers];
  const rows = all.map((layer, depth) => ["", `${"  ".repeat(depth)}${printable(layer.node)}`, layerText(layer)]);
  const added = all.reduce((sum, { overheadOctets }) => sum + overheadOctets, 0);
  const wire = isOpen(own) && link.layers.every(isOpen) ? [["", "wire", `${added} octets around each packet`]] : [];
  return [["stack", "packet", packetText(own)], ...rows, ...wire];
}

/** What this node itself does, on the narrowest of the ways that begin with the link; `undefined`: there is none. */
function ownLayer(status: NodeStatus, link: LinkStatus): LayerStatus | undefined {
  const neighbours = status.peers.filter((peer) => peer.adjacencies.some((one) => one.best && one.link === link.name));
  const firstHops = new Set(neighbours.map(({ name }) => name));
  const [narrowest] = status.peers
    .filter(({ path }) => firstHops.has(path[0] ?? ""))
    .toSorted((a, b) => (a.unsegmentedPayloadOctets ?? 0) - (b.unsegmentedPayloadOctets ?? 0));
  return narrowest && layerToward(narrowest, status.name, link);
}

function layerToward(peer: PeerStatus, node: string, { name: link, kind }: LinkStatus): LayerStatus {
  const overheadOctets = frameOverhead(peer.labels.length);
  return {
    node,
    network: "",
    overheadOctets,
    link,
    kind,
    mtuOctets: (peer.payloadOctets ?? 0) + overheadOctets,
    segmentMtuOctets: (peer.unsegmentedPayloadOctets ?? 0) + overheadOctets,
  };
}

function packetText(own: LayerStatus | undefined): string {
  if (own === undefined) return "no path to anybody yet";
  const { overheadOctets, mtuOctets, segmentMtuOctets } = own;
  const [whole, unsegmented] = [mtuOctets - overheadOctets, segmentMtuOctets - overheadOctets];
  return `of at most ${unsegmented} octets${segmentsText(whole, unsegmented)}`;
}

function layerText(layer: LayerStatus): string {
  const { link, kind, overheadOctets, mtuOctets, segmentMtuOctets } = layer;
  if (!isOpen(layer)) return "no path to anybody yet";
  const way = link === "" ? "an undisclosed path," : `${printable(link)} (${printable(kind)})`;
  const carries = `${segmentMtuOctets}${segmentsText(mtuOctets, segmentMtuOctets)}`;
  return `+${overheadOctets} octets, over ${way} that carries ${carries}`;
}

function segmentsText(whole: number, unsegmented: number): string {
  return whole === unsegmented ? "" : ` (${whole} in segments)`;
}

function isOpen(layer: LayerStatus | undefined): boolean {
  return layer !== undefined && layer.mtuOctets > 0;
}
