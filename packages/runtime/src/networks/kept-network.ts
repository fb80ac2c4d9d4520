import type { NetworkConfig } from "@flor/config";
import type { Roster } from "@flor/membership";
import { UnknownNameError } from "@flor/node";
import type { InvitesFile, OpenInvite } from "./invites-file.ts";
import type { RecordsFile } from "./records-file.ts";

/** One network of a node, with its files. */
export interface KeptNetwork {
  readonly config: NetworkConfig;
  readonly roster: Roster;
  readonly records: RecordsFile;
  readonly invites: InvitesFile;
}

/** Who can make members. */
export interface Admitting {
  readonly networks: readonly KeptNetwork[];
  /** Issues a membership to a key, 64 hexadecimal digits. @throws Error when it is refused */
  admit(kept: KeptNetwork, invite: OpenInvite, key: string): void;
}

/**
 * The network of that name, or the only one.
 *
 * @throws UnknownNameError when there is none of that name, or no name and several
 * @throws Error when there is none at all
 */
export function networkNamed(networks: readonly KeptNetwork[], name: string | undefined): KeptNetwork {
  const known = networks.map(({ config }) => config.name);
  if (known.length === 0)
    throw new Error("this node belongs to no network: flor network create NAME, or flor join LINE");
  if (name === undefined && known.length > 1)
    throw new UnknownNameError(`several networks: name one of ${known.join(", ")}`);
  const kept = networks.find(({ config }) => name === undefined || config.name === name);
  if (kept === undefined) throw new UnknownNameError(`no network is called ${name ?? ""}; known: ${known.join(", ")}`);
  return kept;
}
