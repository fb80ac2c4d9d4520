import type { PublicationConfig, ServicesConfig } from "@flor/config";
import type { PublicationSettings, ServicesSettings } from "@flor/node";
import { admitsWho, decideService, type Who, type WhoPattern } from "@flor/route";

/** What a node knows of another one. */
export interface NodeNames {
  /** The name of the peer of that node key; `undefined`: it is none. */
  readonly nameOf: (nodeKey: string) => string | undefined;
  /** Who the peer of that name is, for rules. */
  readonly whoOf: (peer: string) => Who;
}

/** How a node takes part in services. */
export function servicesSettingsOf(config: ServicesConfig | undefined, { nameOf, whoOf }: NodeNames): ServicesSettings {
  if (config === undefined) return { networks: [], zone: "", isFlooded: true, mayPublish: () => false };
  const { network, zone, registry, others } = config;
  return {
    networks: [network, ...others.map((other) => other.network)],
    zone,
    // A file is written by people: what this node publishes is not written into it.
    isFlooded: registry.kind !== "etcd",
    mayPublish: (publisher, service, of) => {
      const node = nameOf(publisher);
      if (node === undefined) return false;
      const who = whoOf(node);
      const trust = of === network ? config.trust : others.find((other) => other.network === of)?.trust;
      return trust?.some(({ names, by }) => matchesName(names, service) && admitsWho(by, who)) === true;
    },
  };
}

/** What a node publishes of one entry of its configuration, or of what somebody asked for at run time. */
export function publicationSettingsOf(
  config: PublicationConfig,
  { network, zone }: Pick<ServicesConfig, "network" | "zone">,
  from: PublicationSettings["from"],
  { whoOf }: NodeNames,
): PublicationSettings {
  const { service, protocol, target, targetText, port, weight, priority, tags, affinity, tableSize, boundedLoad } =
    config;
  const { allow, deny, health, proxyProtocol } = config;
  const record = { service, network, zone, protocol, port, weight, priority, tags, affinity } as const;
  return {
    ...record,
    tableSize,
    boundedLoad,
    target,
    targetText,
    proxyProtocol,
    from,
    wantsUser: [...allow, ...deny].some(namesUser),
    // Who stands in for another network's service is up while that one is served.
    isChecked: health !== undefined || target.kind === "service",
    allowText: [...allow.map(({ text }) => text), ...deny.map(({ text }) => `not ${text}`)],
    decide: ({ node, user }) => {
      const who = { ...whoOf(node), user: user === "" ? undefined : user };
      const { allowed, rule } = decideService({ allow, deny }, who);
      return { allowed, rule };
    },
  };
}

/** `db`, `*.prod` for every name under prod, `*` for every name. */
function matchesName(pattern: string, service: string): boolean {
  if (pattern === "*") return true;
  return pattern.startsWith("*.") ? service.endsWith(pattern.slice(1)) : service === pattern;
}

function namesUser(pattern: WhoPattern): boolean {
  return pattern.kind === "who" && pattern.user !== undefined;
}
