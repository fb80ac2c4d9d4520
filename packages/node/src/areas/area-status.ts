/** What a node says of networks of others: what it carries between them, whom it wants there in vain, and by which gateways. */
import type { Areas } from "@flor/areas";
import type { Instant } from "@flor/machine";
import type { FlorNode } from "../flor-node.ts";
import type { Peer } from "../peer.ts";
import type { AreasStatus, CarriedStatus, ForeignStatus } from "../status.ts";

/** Characters of the root key of a network without a name here. */
const SHORT_KEY_CHARACTERS = 8;

/** `undefined`: this node carries nothing between networks, and wants nobody in vain. */
export function areasStatusOf(areas: Areas, now: Instant): AreasStatus | undefined {
  const carried = carriedStatusOf(areas);
  const refused = areas.refused(now).map(({ name, refusal, since }) => ({
    name,
    reason: refusal.text,
    forMs: Math.round(now - since),
  }));
  return carried.length === 0 && refused.length === 0 ? undefined : { carried, refused };
}

/** The gateway to a host of another network; `undefined`: it is no such host. */
export function foreignStatusOf(node: FlorNode, { key, settings }: Peer, now: Instant): ForeignStatus | undefined {
  if (settings.network === undefined) return undefined;
  const { hosts } = node.areas.areas;
  const gateway = node.sessions.peers.get(hosts.get(key)?.way?.peer ?? "")?.settings.name;
  const leaseMs = Math.max(0, Math.round((hosts.leaseEnd(key) ?? now) - now));
  return { network: settings.network, ...(gateway !== undefined && { gateway }), leaseMs };
}

/** Why no way leads to a host of another network; `undefined`: one does, or it is no such host. */
export function foreignTroubleOf(node: FlorNode, { path, settings }: Peer, now: Instant): string | undefined {
  if (settings.network === undefined || path !== undefined) return undefined;
  const refused = node.areas.areas.refused(now).find(({ name }) => name === settings.name);
  return refused?.refusal.text ?? "no way leads to it now: one is asked for as soon as a flow wants it";
}

/** A row for each pair of networks that a rule names. */
function carriedStatusOf({ trust, crossings }: Areas): readonly CarriedStatus[] {
  const nameOf = (root: string): string =>
    trust.own(root)?.name ?? trust.foreign(root)?.name ?? root.slice(0, SHORT_KEY_CHARACTERS);
  const rows = new Map(
    trust.settings.rules.map(({ from, to }) => [`${from} ${to}`, { from, to, ways: 0, hosts: new Set<string>() }]),
  );
  for (const { subject, up, down, isOpen } of crossings.all) {
    const row = rows.get(`${subject.origin} ${subject.network}`);
    if (row === undefined || !isOpen || up === undefined || down === undefined) continue;
    row.ways += 1;
    row.hosts.add(subject.key);
  }
  return Array.from(rows.values(), ({ from, to, ways, hosts }) => ({
    from: nameOf(from),
    to: nameOf(to),
    ways,
    hosts: hosts.size,
  }));
}
