import type { Config } from "@flor/config";
import { createSigner, type DatagramRules, verifySignature } from "@flor/host";
import type { NodeSettings } from "@flor/node";
import type { EngineMaker } from "@flor/quic/engine";
import { EgressPolicy, routeFor } from "@flor/route";
import type { RouteBalancer } from "./route-balancer.ts";

/** Where a node finds, while it runs, what its routes say. */
export interface LiveRoutes {
  /** The configuration that routes are looked up in. */
  readonly config: () => Config;
  readonly balancer: RouteBalancer;
}

/** The node's core settings from a checked configuration. */
export function nodeSettingsOf(config: Config, engines: EngineMaker, live: LiveRoutes): NodeSettings {
  return {
    name: config.name,
    identity: config.identity,
    engines,
    signatures: { sign: createSigner(config.identity), verify: verifySignature },
    idleTimeoutMs: config.idleTimeoutMs,
    // They come with the first configuration that is applied, as with each later one.
    links: [],
    peers: [],
    northbounds: [],
    route: (request) => {
      const route = routeFor(live.config().routes, request.destination);
      return route === undefined ? [] : live.balancer.order(route, request);
    },
  };
}

/** What the node lets out by TCP. */
export function egressPolicyOf(config: Config): EgressPolicy {
  return policyOf(config.outbounds.filter(({ kind }) => kind === "tcp"));
}

/** What the node lets out by UDP; `undefined`: nothing. */
export function datagramRulesOf(config: Config): DatagramRules | undefined {
  const outbounds = config.outbounds.filter((outbound) => outbound.kind === "udp");
  if (outbounds.length === 0) return undefined;
  const policy = policyOf(outbounds);
  return {
    policy: (peer) => policy.for({ node: peer, roles: [] }),
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
