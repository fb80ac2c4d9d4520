import type { Config } from "@flor/config";
import { createSigner, verifySignature } from "@flor/host";
import type { NodeSettings } from "@flor/node";
import type { EngineMaker } from "@flor/quic/engine";
import { candidatesOf, EgressPolicy } from "@flor/route";

/** The node's core settings from a checked configuration. @param live the one that routes are looked up in */
export function nodeSettingsOf(config: Config, engines: EngineMaker, live: () => Config): NodeSettings {
  return {
    name: config.name,
    identity: config.identity,
    engines,
    signatures: { sign: createSigner(config.identity), verify: verifySignature },
    // They come with the first configuration that is applied, as with each later one.
    links: [],
    peers: [],
    northbounds: [],
    route: ({ destination }) => candidatesOf(live().routes, destination),
  };
}

/** What the node lets out. */
export function egressPolicyOf(config: Config): EgressPolicy {
  return new EgressPolicy({
    allow: config.outbounds.flatMap(({ allow }) => allow),
    deny: config.outbounds.flatMap(({ deny }) => deny),
  });
}
