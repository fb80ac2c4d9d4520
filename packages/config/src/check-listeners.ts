import { INBOUND_KINDS, UDP_INBOUND } from "@flor/inbounds";
import type { AddressPrefix } from "@flor/route";
import type { ConfigPath, ReportIssue } from "./config-issue.ts";
import type { LinkShape, MetricsShape } from "./config-shape.ts";
import type { Draft, DraftInbound, Placed } from "./draft.ts";
import { collide, endpointText, isLoopback, type Endpoint } from "./endpoint.ts";
import { placesOf } from "./inbound-place.ts";

/** The widest ranges that clients may come from: 10.0.0.0/8, and the local addresses of IPv6, fc00::/7. */
const RANGE_MIN_BITS = { ipv4: 8, ipv6: 7 } as const;

const METRICS_LISTEN = ["metrics", "listen"];

interface Listener {
  readonly path: ConfigPath;
  readonly endpoint: Endpoint;
}

/** Sockets that cannot be bound together, and inbounds that would be open proxies. */
export function checkListeners(draft: Draft, report: ReportIssue): void {
  const metrics = draft.metrics?.listen;
  const forMetrics = metrics === undefined ? [] : [{ path: METRICS_LISTEN, endpoint: metrics }];
  const inbounds = (isUdp: boolean): readonly Listener[] =>
    draft.inbounds.flatMap(({ path, value }) =>
      placesOf(value).flatMap(({ key, listen }) =>
        "path" in listen || (key === UDP_INBOUND) !== isUdp ? [] : [{ path: [...path, key], endpoint: listen }],
      ),
    );
  const links = (isUdp: boolean): readonly Listener[] =>
    draft.links.flatMap((link) => (isOverUdp(link.value.kind) === isUdp ? listenerOf(link) : []));
  checkCollisions([...inbounds(false), ...links(false), ...forMetrics], report);
  checkCollisions([...inbounds(true), ...links(true)], report);
  for (const inbound of draft.inbounds) {
    checkKind(inbound, report);
    checkClients(inbound, report);
    checkUsers(inbound, report);
  }
  if (draft.metrics !== undefined) checkMetrics(draft.metrics, report);
}

/** Metrics tell names of peers and links: other machines read them by address. */
function checkMetrics({ listen, unix, allow }: MetricsShape, report: ReportIssue): void {
  if ((listen === undefined) === (unix === undefined))
    report(["metrics"], "needs either listen, an IP address and port, or unix, the path of a socket");
  if (unix !== undefined && allow !== undefined)
    report(["metrics", "allow"], "does not apply to unix: its file mode decides who may read");
  checkRanges(["metrics", "allow"], allow, report);
  if (listen === undefined || allow !== undefined || isLoopback(listen.address)) return;
  report(
    METRICS_LISTEN,
    `${endpointText(listen)} is reachable by other machines: allow the addresses of those that read metrics, or listen on 127.0.0.1`,
  );
}

function checkRanges(path: ConfigPath, ranges: readonly AddressPrefix[] | undefined, report: ReportIssue): void {
  for (const [index, { octets, length }] of (ranges ?? []).entries())
    if (length < (octets.length === 4 ? RANGE_MIN_BITS.ipv4 : RANGE_MIN_BITS.ipv6))
      report([...path, index], "is too wide: it would admit half the world; name the networks of your clients");
}

/** WebTransport runs over QUIC. */
function isOverUdp(kind: LinkShape["kind"]): boolean {
  return kind === "udp" || kind === "webtransport";
}

function listenerOf({ path, value }: Placed<LinkShape>): readonly Listener[] {
  if (!("listen" in value) || value.listen === undefined) return [];
  return [{ path: [...path, "listen"], endpoint: value.listen as Endpoint }];
}

function checkCollisions(listeners: readonly Listener[], report: ReportIssue): void {
  for (const [index, { path, endpoint }] of listeners.entries()) {
    const other = listeners.slice(0, index).find((earlier) => collide(earlier.endpoint, endpoint));
    if (other !== undefined) {
      report(path, `${endpointText(endpoint)} is in use by ${endpointText(other.endpoint)} above; choose another port`);
    }
  }
}

/** An inbound is of one kind, and has what that kind takes. */
function checkKind({ path, value }: DraftInbound, report: ReportIssue): void {
  const places = placesOf(value);
  const [place] = places;
  const keys = [...INBOUND_KINDS.map(({ key }) => key), "unix"].join(", ");
  if (place === undefined) return report(path, `does not say where it listens; give it one of ${keys}`);
  if (places.length > 1)
    return report([...path, places[1]!.key], `conflicts with ${place.key}; an inbound has one of ${keys}`);
  if (place.kind.hasTarget === true && value.to === undefined)
    report([...path, place.key], "needs to: HOST:PORT, where its clients go");
  if (place.kind.hasTarget !== true && value.to !== undefined)
    report([...path, "to"], `does not apply to ${place.key}, whose clients name their destination themselves`);
  if (place.kind.hasUsers !== true && value.users !== undefined)
    report([...path, "users"], `does not apply to ${place.key}, whose clients cannot authenticate; use allow`);
  if (place.key === "unix" && value.allow !== undefined)
    report([...path, "allow"], "does not apply to unix: its file mode decides who may connect");
}

/** Nothing is open to everybody: beyond this machine, an inbound has users, or takes some addresses alone. */
function checkClients({ path, value }: DraftInbound, report: ReportIssue): void {
  checkRanges([...path, "allow"], value.allow, report);
  const [place] = placesOf(value);
  if (place === undefined || "path" in place.listen || isLoopback(place.listen.address)) return;
  if (value.users !== undefined || value.allow !== undefined) return;
  const where = endpointText(place.listen);
  const users = place.kind.hasUsers === true ? "list users, " : "";
  report(
    [...path, place.key],
    `${where} is reachable by other machines: ${users}allow the addresses of its clients, or listen on 127.0.0.1`,
  );
}

function checkUsers({ path, value: { users } }: DraftInbound, report: ReportIssue): void {
  const seen = new Set<string>();
  for (const [index, user] of (users ?? []).entries()) {
    const userPath = [...path, "users", index];
    if (seen.has(user.name)) report([...userPath, "name"], `${JSON.stringify(user.name)} is listed twice`);
    seen.add(user.name);
    if ((user.password === undefined) === (user.passwordFile === undefined)) {
      report(userPath, "needs either password or passwordFile");
    }
  }
}
