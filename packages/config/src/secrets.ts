import { resolve } from "node:path";
import type { Identity } from "@flor/quic";
import type { ReportIssue } from "./config-issue.ts";
import type { Draft, DraftInbound } from "./draft.ts";
import { readKeyFile } from "./key-file.ts";
import { readPrivateFile } from "./private-file.ts";
import { CREDENTIAL_MAX_OCTETS } from "./schema-fields.ts";

/** What the configuration keeps outside of itself, or must keep from others. */
export interface Secrets {
  readonly identity: Identity;
  /** Passwords by user name, for each inbound; `undefined`: it asks for none. */
  readonly users: readonly (ReadonlyMap<string, string> | undefined)[];
}

/** Where the configuration stands, and who may read it. */
export interface ConfigPlace {
  readonly folder: string;
  /** Every user of this machine can read the file. */
  readonly worldReadable: boolean;
}

/** Reads the key and the password files; `undefined` when the key cannot be had. */
export function readSecrets(draft: Draft, place: ConfigPlace, report: ReportIssue): Secrets | undefined {
  const users = draft.inbounds.map((inbound) => readUsers(inbound, place, report));
  const identity = readIdentity(draft, place, report);
  return identity === undefined ? undefined : { identity, users };
}

function readIdentity(draft: Draft, place: ConfigPlace, report: ReportIssue): Identity | undefined {
  if (draft.key === undefined) return undefined;
  const read = readKeyFile(resolve(place.folder, draft.key));
  if ("problem" in read) {
    report(["key"], read.problem);
    return undefined;
  }
  for (const { path, value } of draft.peers) {
    if (value.id.id === read.identity.id) report([...path, "id"], "is this node's own id; a peer is another node");
  }
  return read.identity;
}

function readUsers(
  { path, value }: DraftInbound,
  place: ConfigPlace,
  report: ReportIssue,
): ReadonlyMap<string, string> | undefined {
  if (value.users === undefined) return undefined;
  const passwords = new Map<string, string>();
  for (const [index, user] of value.users.entries()) {
    const userPath = [...path, "users", index];
    if (user.password !== undefined && place.worldReadable) {
      report([...userPath, "password"], "is in a file that every user can read; chmod o-r it, or use passwordFile");
    }
    const reportFile = (message: string): void => report([...userPath, "passwordFile"], message);
    const password = user.password ?? readPassword(user.passwordFile, place.folder, reportFile);
    if (password !== undefined) passwords.set(user.name, password);
  }
  return passwords;
}

function readPassword(file: string | undefined, folder: string, report: (message: string) => void): string | undefined {
  if (file === undefined) return undefined;
  const path = resolve(folder, file);
  const read = readPrivateFile(path);
  if ("problem" in read) {
    report(read.problem);
    return undefined;
  }
  const password = read.text.replace(/\r?\n$/, "");
  const octets = Buffer.byteLength(password);
  if (octets >= 1 && octets <= CREDENTIAL_MAX_OCTETS && !password.includes("\n")) return password;
  report(`${path} must hold one line of 1 to ${CREDENTIAL_MAX_OCTETS} octets`);
  return undefined;
}
