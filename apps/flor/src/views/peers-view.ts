import type { NodeStatus, PeerStatus } from "@flor/node";
import type { Style } from "../terminal.ts";
import { printable } from "./printable.ts";
import { octetsText, roundTripText } from "./quantity-text.ts";
import { shortId } from "./short-id.ts";
import { stateText } from "./state-text.ts";
import { tableLines } from "./table.ts";

const HEADER = ["PEER", "STATE", "PATH", "ROUND TRIP", "SENT", "RECEIVED", "ID"];

/** `flor peers`: who is listed, and how each is reached. */
export function peersView(status: NodeStatus, style: Style): readonly string[] {
  if (status.peers.length === 0) return ["no peers: list them in the configuration, under peers"];
  const lines = tableLines(
    status.peers.map((peer) => peerRow(peer, style)),
    HEADER.map(style.dim),
  );
  const own = status.transit?.carries === false ? ["", "this node carries nothing for others (transit: false)"] : [];
  return [...lines, ...own];
}

function peerRow(peer: PeerStatus, style: Style): readonly string[] {
  const { session } = peer;
  return [
    peer.name,
    stateText(peer.state, style),
    pathText(peer),
    roundTripText(peer.rttMs),
    octetsText(session?.sentOctets ?? 0),
    octetsText(session?.receivedOctets ?? 0),
    style.dim(shortId(peer.id)),
  ];
}

/**
 * `wan 203.0.113.7:4600` for a neighbour, with `punched` where both found that address together, `vm → home` for a node
 * behind another, a dash without path.
 */
export function pathText(peer: PeerStatus): string {
  const best = peer.adjacencies.find((adjacency) => adjacency.best);
  if (peer.path.length === 1 && best !== undefined)
    return `${best.link} ${printable(best.address)}${peer.reach?.kind === "punched" ? " punched" : ""}`;
  return peer.path.length === 0 ? "–" : peer.path.map(printable).join(" → ");
}
