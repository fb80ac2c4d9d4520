import type { NetworkConfig } from "@flor/config";
import type { Roster } from "@flor/membership";
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
