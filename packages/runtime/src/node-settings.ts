import type { Config } from "@flor/config";
import type { DatagramRules } from "@flor/host";
import type { Joining, NodeKey, NodeSettings } from "@flor/node";
import { EgressPolicy, routeFor, type Who } from "@flor/route";
import type { NetworkKeeper } from "./networks/network-keeper.ts";
import type { RouteBalancer } from "./route-balancer.ts";

/** What else a node is made of. */
export interface NodeParts {
  readonly key: NodeKey;
  /** The configuration that routes are looked up in. */
  readonly live: () => Config;
  readonly balancer: RouteBalancer;
  readonly networks: NetworkKeeper;
  readonly joining: Joining | undefined;
}

/** The node's core settings from a checked configuration. */
export function nodeSettingsOf(config: Config, parts: NodeParts): NodeSettings {
  const { key, live, balancer, networks, joining } = parts;
  return {
    networks,
    ...(joining !== undefined && { joining }),
    name: config.name,
    ...key,
    idleTimeoutMs: config.idleTimeoutMs,
    transit: config.transit,
    // They come with the first configuration that is applied, as with each later one.
    links: [],
    peers: [],
    northbounds: [],
    route: (request) => {
      const route = routeFor(live().routes, request.destination);
      const names = route === undefined ? [] : balancer.order(route, request);
      return names.flatMap((name) => networks.namesOf(name));
    },
  };
}

/** What the node lets out by TCP. */
export function egressPolicyOf(config: Config): EgressPolicy {
  return policyOf(config.outbounds.filter(({ kind }) => kind === "tcp"));
}

/** What the node lets out by UDP; `undefined`: nothing. */
export function datagramRulesOf(config: Config, whoOf: (peer: string) => Who): DatagramRules | undefined {
  const outbounds = config.outbounds.filter((outbound) => outbound.kind === "udp");
  if (outbounds.length === 0) return undefined;
  const policy = policyOf(outbounds);
  return {
    policy: (peer) => policy.for(whoOf(peer)),
    idleSeconds: Math.max(...outbounds.map(({ idleSeconds }) => idleSeconds)),
    twoWayIdleSeconds: Math.max(...outbounds.map(({ twoWayIdleSeconds }) => twoWayIdleSeconds)),
  };
}

function policyOf(outbounds: Config["outbounds"]): EgressPolicy {
  return new EgressPolicy({
    allow: outbounds.flatMap(({ allow }) => allow),
    deny: outbounds.flatMap(({ deny }) => deny),
  });
}
