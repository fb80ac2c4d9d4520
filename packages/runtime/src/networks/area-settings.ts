/** From names in the configuration to what the core knows of networks: their root keys, and the keys of gateways. */
import type { AreaSettings, ForeignNetwork } from "@flor/areas";
import type { Config } from "@flor/config";
import { hexOf } from "@flor/membership";
import type { PeerSettings } from "@flor/node";
import type { KeptNetwork } from "./kept-network.ts";

/** The key of a gateway that is no peer, or not yet: nobody has it. */
const NOBODY = "";

/**
 * What the configuration says of networks, with the rosters and the peers of now.
 *
 * @param namesOf the peers that a name means: a gateway that is changing its key leads on by either
 */
export function areaSettingsOf(
  { networks: listed, foreign, crossings }: Pick<Config, "networks" | "foreign" | "crossings">,
  kept: readonly KeptNetwork[],
  peers: readonly Pick<PeerSettings, "name" | "publicKey">[],
  namesOf: (name: string) => readonly string[],
): AreaSettings {
  const keys = new Map(peers.map(({ name, publicKey }) => [name, hexOf(publicKey)]));
  const keysOf = (gateway: string): readonly string[] => {
    const known = namesOf(gateway).flatMap((name) => keys.get(name) ?? []);
    return known.length === 0 ? [NOBODY] : known;
  };
  const roots = new Map([...listed, ...foreign].map(({ name, root }) => [name, hexOf(root)]));
  return {
    networks: kept.map(({ config, roster }) => ({ name: config.name, roster })),
    foreign: foreign.map(({ name, root, gateways }): ForeignNetwork => ({
      name,
      root,
      gateways: gateways.flatMap(keysOf),
    })),
    rules: crossings.flatMap(({ from, to, allow, hosts }) => {
      const [fromRoot, toRoot] = [roots.get(from), roots.get(to)];
      return fromRoot === undefined || toRoot === undefined ? [] : [{ from: fromRoot, to: toRoot, allow, hosts }];
    }),
  };
}
