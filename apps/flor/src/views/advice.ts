import type { LinkStatus, NodeStatus, PeerStatus } from "@flor/node";
import { printable } from "./printable.ts";

/** What is wrong with a node, and what to do about it, one line each; empty when all is well. */
export function adviceOn(status: NodeStatus): readonly string[] {
  const links = status.links.flatMap(adviceOnLink);
  // Without a link nothing can be reached: the peers would only repeat it.
  return links.length === status.links.length && links.length > 0
    ? links
    : [...links, ...status.peers.flatMap(adviceOnPeer)];
}

function adviceOnLink(link: LinkStatus): readonly string[] {
  const reason = link.lastError === undefined ? "" : `: ${printable(link.lastError)}`;
  if (link.state === "failed") return [`link ${link.name} failed${reason}; repair that, then start the node again`];
  if (link.state === "back-off") return [`link ${link.name} ended and will be started again${reason}`];
  if (link.degraded) return [`link ${link.name} is degraded${reason}`];
  return [];
}

function adviceOnPeer(peer: PeerStatus): readonly string[] {
  if (peer.state !== "unreachable") return [];
  const reason = peer.reason === undefined ? "" : `: ${printable(peer.reason)}`;
  return [`peer ${peer.name} is unreachable${reason}; does it run, does it list this node's id, is its address right?`];
}
