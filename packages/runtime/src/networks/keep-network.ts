/** How a node comes to keep a network, keeps it elsewhere, and leaves it. */
import { UnfitFileError } from "@flor/host/bounded-file";
import type { NetworkConfig } from "@flor/config";
import { verifySignature } from "@flor/host";
import { type MembershipFlooding, Roster } from "@flor/membership";
import { InvitesFile } from "./invites-file.ts";
import type { KeptNetwork } from "./kept-network.ts";
import { RecordsFile } from "./records-file.ts";

/** What networks are kept with. */
export interface KeepingOptions {
  readonly flooding: MembershipFlooding;
  readonly unixMs: () => number;
  /** A file of a network could not be written; what is held stays held. */
  readonly handleFailed: (network: string, file: string, problem: string) => void;
}

/** Networks that are ready to be kept. */
export interface ReadyNetworks {
  readonly networks: readonly KeptNetwork[];
  /** Takes them in place of those before. @returns whether anything is different now */
  commit(): boolean;
}

/**
 * Reads the files of the networks that are wanted; nothing that is kept is touched until the result is committed. A network
 * is the same one as long as its root key is, by whatever name and wherever its files lie.
 *
 * @throws Error that names a file which cannot be read
 */
export function keepNetworks(
  wanted: readonly NetworkConfig[],
  before: readonly KeptNetwork[],
  options: KeepingOptions,
): ReadyNetworks {
  const { flooding } = options;
  const steps: (() => void)[] = [];
  const networks = wanted.map((config): KeptNetwork => {
    const known = before.find(({ config: { id } }) => id === config.id);
    if (known === undefined) return newcomer(config, options, steps);
    const { recordsFile, invitesFile } = known.config;
    if (recordsFile === config.recordsFile && invitesFile === config.invitesFile) return { ...known, config };
    return moved(known, config, options, steps);
  });
  const commit = (): boolean => {
    const left = before.filter((old) => !networks.some(({ roster }) => roster === old.roster));
    for (const { roster, records } of left) {
      flooding.remove(roster);
      records.close();
    }
    for (const step of steps) step();
    return left.length > 0 || steps.length > 0;
  };
  return { networks, commit };
}

function newcomer(config: NetworkConfig, options: KeepingOptions, steps: (() => void)[]): KeptNetwork {
  const { flooding, unixMs } = options;
  const roster = new Roster({ root: config.root, verify: verifySignature, refusals: flooding.refusals });
  roster.restore(
    readable(config.recordsFile, (path) => RecordsFile.read(path)),
    unixMs(),
  );
  steps.push(() => flooding.add(roster));
  return { config, roster, records: recordsFileOf(config, roster, options), invites: invitesOf(config) };
}

/** What is known goes along, and what lies at the new place is taken as if a neighbour had said it. */
function moved(known: KeptNetwork, config: NetworkConfig, options: KeepingOptions, steps: (() => void)[]): KeptNetwork {
  const { roster } = known;
  const found = readable(config.recordsFile, (path) => RecordsFile.read(path));
  const network = { config, roster, records: recordsFileOf(config, roster, options), invites: invitesOf(config) };
  steps.push(() => {
    known.records.close();
    for (const octets of found) options.flooding.take(roster, octets);
    network.records.changed();
    try {
      for (const invite of known.invites.all) network.invites.put(invite, options.unixMs());
    } catch (error) {
      options.handleFailed(config.name, config.invitesFile, (error as Error).message);
    }
  });
  return network;
}

function recordsFileOf(config: NetworkConfig, roster: Roster, { handleFailed }: KeepingOptions): RecordsFile {
  const { name, recordsFile } = config;
  return new RecordsFile({
    path: recordsFile,
    records: () => roster.records.values(),
    handleFailed: (problem) => handleFailed(name, recordsFile, problem),
  });
}

function invitesOf({ invitesFile }: NetworkConfig): InvitesFile {
  return readable(invitesFile, (path) => new InvitesFile(path));
}

/** What the system says of a file names no file that people know. */
function readable<Read>(path: string, read: (path: string) => Read): Read {
  try {
    return read(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    // What is damaged says so itself.
    if (code === undefined && !(cause instanceof UnfitFileError)) throw cause;
    const advice = code === "EACCES" ? "make it readable for the user that runs the node" : "move it away or mend it";
    throw new Error(`${path}, where the node keeps what it knows of a network, cannot be read: ${message}; ${advice}`, {
      cause,
    });
  }
}
