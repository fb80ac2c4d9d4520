import type { ConfigPath, ReportIssue } from "./config-issue.ts";
import type { LinkShape } from "./config-shape.ts";
import type { Draft, DraftInbound, Placed } from "./draft.ts";
import { collide, endpointText, isLoopback, type Endpoint } from "./endpoint.ts";

interface Listener {
  readonly path: ConfigPath;
  readonly endpoint: Endpoint;
}

/** Sockets that cannot be bound together, and inbounds that would be open proxies. */
export function checkListeners(draft: Draft, report: ReportIssue): void {
  const inbounds = draft.inbounds.map(({ path, value }) => ({ path: [...path, "socks5"], endpoint: value.socks5 }));
  checkCollisions([...inbounds, ...draft.links.flatMap(tcpListenerOf)], report);
  checkCollisions(
    draft.links.flatMap(({ path, value }) =>
      value.kind === "udp" ? [{ path: [...path, "listen"], endpoint: value.listen }] : [],
    ),
    report,
  );
  for (const inbound of draft.inbounds) checkUsers(inbound, report);
}

function tcpListenerOf({ path, value }: Placed<LinkShape>): readonly Listener[] {
  if (value.kind === "udp" || !("listen" in value) || value.listen === undefined) return [];
  return [{ path: [...path, "listen"], endpoint: value.listen }];
}

function checkCollisions(listeners: readonly Listener[], report: ReportIssue): void {
  for (const [index, { path, endpoint }] of listeners.entries()) {
    const other = listeners.slice(0, index).find((earlier) => collide(earlier.endpoint, endpoint));
    if (other !== undefined) {
      report(path, `${endpointText(endpoint)} is in use by ${endpointText(other.endpoint)} above; choose another port`);
    }
  }
}

function checkUsers({ path, value }: DraftInbound, report: ReportIssue): void {
  const { socks5, users } = value;
  if (users === undefined && !isLoopback(socks5.address)) {
    const where = endpointText(socks5);
    report([...path, "socks5"], `${where} is reachable by other machines: list users, or listen on 127.0.0.1`);
  }
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
