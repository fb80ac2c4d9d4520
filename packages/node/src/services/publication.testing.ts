/** What tests publish. Development only. */
import type { PublicationSettings } from "./publication.ts";

/** A service of a Unix socket for everybody. */
export function publicationOf(service: string, more: Partial<PublicationSettings> = {}): PublicationSettings {
  const record = { service, network: "team", protocol: "tcp", port: 5432, weight: 100, zone: "", priority: 0 } as const;
  const rest = { tags: [], tableSize: 0, affinity: "client", boundedLoad: 0, wantsUser: false } as const;
  const target = { kind: "unix", path: "/run/db" } as const;
  const own = { target, targetText: "/run/db", proxyProtocol: false, isChecked: false, allowText: ["*"] } as const;
  const decide = (): { allowed: boolean; rule: string } => ({ allowed: true, rule: "*" });
  return { ...record, ...rest, ...own, decide, from: "configuration", ...more };
}
