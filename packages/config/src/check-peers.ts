import { unknownName } from "./check-names.ts";
import type { ConfigPath, ReportIssue } from "./config-issue.ts";
import { VIA_ANY } from "./config-shape.ts";
import type { Draft, DraftPeer } from "./draft.ts";

/** How peers are reached: by one or several links, or via others; and who they are. */
export function checkPeers(draft: Draft, report: ReportIssue): void {
  const seen = new Map<string, string>();
  for (const peer of draft.peers) {
    const other = seen.get(peer.value.id.id);
    if (other !== undefined) report([...peer.path, "id"], `is the id of peer ${JSON.stringify(other)} as well`);
    seen.set(peer.value.id.id, peer.value.name);
    checkWays(peer, report);
    checkLinks(peer, draft, report);
    checkVia(peer, draft, report);
    checkAvoid(peer, draft, report);
    checkDisjoint(peer, report);
  }
  for (const { path, value } of draft.peerNames) {
    if (value === draft.name) report(path, `${JSON.stringify(value)} is the name of this node; a peer is another node`);
  }
}

/** The links of a peer, `link` and `links` alike, each with its place in the file. */
export function linksOf({ path, value }: DraftPeer): readonly PeerLink[] {
  if (value.link !== undefined) return [{ path: [...path, "link"], link: value.link, address: value.address }];
  return (value.links ?? []).map(({ link, address }, index) => ({
    path: [...path, "links", index, "link"],
    link,
    address,
  }));
}

interface PeerLink {
  readonly path: ConfigPath;
  readonly link: string;
  readonly address: string | undefined;
}

function checkWays({ path, value }: DraftPeer, report: ReportIssue): void {
  const ways = (["link", "links", "via"] as const).filter((way) => value[way] !== undefined);
  if (ways.length > 1) report([...path, ways[1]!], `conflicts with ${ways[0]!}; a peer has one of link, links, via`);
  if (value.address !== undefined && value.link === undefined) {
    report([...path, "address"], "needs link: name the link that leads there");
  }
}

function checkLinks(peer: DraftPeer, draft: Draft, report: ReportIssue): void {
  const known = draft.linkNames.map(({ value }) => value);
  const seen = new Set<string>();
  for (const { path, link } of linksOf(peer)) {
    if (!known.includes(link)) report(path, unknownName(link, "link", known));
    else if (seen.has(link)) report(path, `${JSON.stringify(link)} is listed twice for this peer`);
    seen.add(link);
  }
}

function checkVia({ path, value }: DraftPeer, draft: Draft, report: ReportIssue): void {
  const known = draft.peerNames.map((peer) => peer.value);
  const seen = new Set<string>();
  for (const [index, hop] of (value.via ?? []).entries()) {
    const hopPath = [...path, "via", index];
    if (hop === VIA_ANY) continue;
    if (hop === value.name) report(hopPath, `${JSON.stringify(hop)} is the peer itself; via names the nodes before it`);
    else if (!known.includes(hop)) report(hopPath, unknownName(hop, "peer", known));
    else if (seen.has(hop)) report(hopPath, `${JSON.stringify(hop)} is listed twice: the path would loop`);
    else if (index === 0) checkFirstHop(hopPath, hop, draft, report);
    seen.add(hop);
  }
}

function checkAvoid({ path, value }: DraftPeer, draft: Draft, report: ReportIssue): void {
  const known = draft.peerNames.map((peer) => peer.value);
  for (const [index, name] of (value.avoid ?? []).entries()) {
    const at = [...path, "avoid", index];
    if (value.via !== undefined) report(at, "conflicts with via, which names the whole path already");
    else if (name === value.name) report(at, `${JSON.stringify(name)} is the peer itself; avoid names nodes before it`);
    else if (!known.includes(name)) report(at, unknownName(name, "peer", known));
  }
}

function checkDisjoint({ path, value: { disjoint, via, avoid } }: DraftPeer, report: ReportIssue): void {
  if (disjoint !== true || (via ?? avoid) === undefined) return;
  const other = via === undefined ? "avoid" : "via";
  report([...path, "disjoint"], `conflicts with ${other}: two paths that share no node are chosen by cost alone`);
}

function checkFirstHop(path: ConfigPath, hop: string, draft: Draft, report: ReportIssue): void {
  const peer = draft.peers.find(({ value }) => value.name === hop);
  if (peer !== undefined && linksOf(peer).length === 0) {
    report(path, `${JSON.stringify(hop)} has no link here; the first hop must be a neighbour`);
  }
}
