/** Why a peer is reached over others and not straight, in the words that the person at this end needs. */
import type { Approach } from "@flor/reach";
import type { NodeLink } from "./node-link.ts";
import type { Peer } from "./peer.ts";

/** What was tried for a peer. */
export interface Seeker {
  readonly peer: Peer;
  readonly approach: Approach;
  readonly candidates: readonly string[];
}

/**
 * @param link the link that looks for peers
 * @param isConfigured its address, or the way to it, is in the configuration
 */
export function whyNotStraight(
  link: NodeLink | undefined,
  entry: Seeker | undefined,
  peer: Peer | undefined,
  isConfigured: boolean,
): string | undefined {
  if (isConfigured) return undefined;
  if (link === undefined) return "no link of this node looks for direct paths; only udp does";
  if (entry === undefined)
    return peer?.session === undefined ? "no session of this node needs a direct path" : "the search starts soon";
  const { approach, candidates } = entry;
  switch (approach.state) {
    case "refused":
      return "it announces no addresses: it has no udp link, dials this node itself, is asked too often, or runs an older release";
    case "nothing-to-tell":
      return "no neighbour has told this node its address, and it has no public one";
    case "trying":
      return candidates.length === 0
        ? "it announced no address that may be tried"
        : tryingText(link, candidates, approach);
    case "direct":
      return "a direct path is up, and will be used once it has lasted half a second";
    default:
      return "its addresses have been requested";
  }
}

function tryingText(link: NodeLink, candidates: readonly string[], { rounds }: Approach): string {
  const where = `probes to ${candidates.slice(0, 3).join(", ")}`;
  if (rounds <= 1) return `${where} are under way`;
  const mapping = link.observations.mapping(link.addresses);
  const seen = link.observations.entries.map(([, address]) => address);
  const reason =
    mapping === "dependent"
      ? `the NAT here gives each destination another address (${[...new Set(seen)].slice(0, 3).join(", ")}), so nobody can know which one to answer`
      : "a NAT on the way gives each destination another port, or a firewall drops UDP between both";
  return `${where} found nothing in ${rounds} rounds: ${reason}`;
}
