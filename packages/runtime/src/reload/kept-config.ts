/**
 * What a node goes back to when a change is not confirmed. It lies on disk from before the change until it is confirmed,
 * so that a node that is killed meanwhile, or loses its power, starts from it.
 */
import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Config, issueText, parseConfig, writeDurably } from "@flor/config";
import { readBoundedFile } from "@flor/host/bounded-file";
import { adviceForShortage } from "@flor/host/shortage";
import { FlorError } from "../errors.ts";
import { makeStateFolder, stateFolder } from "../state-folder.ts";

/** The folder of kept configurations, below that of all state. */
const FOLDER = ".unconfirmed";

/** A configuration of the longest, each octet written as six characters. */
export const KEPT_MAX_OCTETS = 8_388_608;

/** What is written. */
interface Kept {
  /** The text to go back to. It may hold passwords. */
  readonly text: string;
  /** SHA-256 of the text that nobody confirmed. */
  readonly unconfirmed: string;
}

/**
 * Keeps what a node is now, before it becomes what its file says.
 *
 * @throws FlorError when it cannot be kept
 */
export function keepConfig(now: Config, next: Config): void {
  const kept: Kept = { text: now.text, unconfirmed: digestOf(next.text) };
  try {
    makeStateFolder(FOLDER);
    writeDurably(pathOf(now.file), JSON.stringify(kept));
  } catch (cause) {
    const { code = "no folder for it" } = cause as NodeJS.ErrnoException;
    throw new FlorError(
      "ERR_FLOR_STATE_REFUSED",
      `the present configuration cannot be saved (${code}), so the change could not be undone: set XDG_STATE_HOME to a folder where it may write, or reload without --confirm`,
      { cause },
    );
  }
}

/**
 * The change is confirmed, or another one took its place.
 *
 * @returns what is in the way, and what to do; `undefined`: nothing is kept any more
 */
export function forgetKept(file: string): string | undefined {
  const path = keptPathOf(file);
  if (path === undefined) return undefined;
  try {
    rmSync(path, { force: true });
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Where no file can be, none was kept.
    if (code === "ENOTDIR" || code === "EACCES") return undefined;
    return `${path} cannot be removed (${code}): remove it, or the next start uses the configuration before the change`;
  }
}

/** What to start from. */
export interface StartConfig {
  readonly config: Config;
  /** Why that is not what the file says; `undefined`: it is. */
  readonly problem: string | undefined;
}

/**
 * What to start from where the file says `config`: what was before it, when that change was never confirmed.
 *
 * @throws FlorError when what was kept is no configuration any more
 */
export function startConfigOf(config: Config): StartConfig {
  const { file } = config;
  const kept = readKept(file);
  if (kept === undefined) return { config, problem: undefined };
  if (kept.unconfirmed !== digestOf(config.text)) {
    // It was repaired meanwhile.
    forgetKept(file);
    return { config, problem: undefined };
  }
  const loaded = parseConfig(kept.text, file, false);
  if ("config" in loaded)
    return {
      config: loaded.config,
      problem: `${file} was not confirmed: the change was undone; flor reload applies the file anyway`,
    };
  throw new FlorError(
    "ERR_FLOR_STATE_REFUSED",
    `${file} was not confirmed, and the configuration before it is no longer valid: ${loaded.issues.map(issueText).join("; ")}; to start from the file, remove ${pathOf(file)}`,
  );
}

function readKept(file: string): Kept | undefined {
  const path = keptPathOf(file);
  const text = path === undefined ? undefined : readTextIfThere(path);
  try {
    const kept = JSON.parse(text ?? "{}") as Partial<Kept>;
    if (typeof kept.text !== "string" || typeof kept.unconfirmed !== "string") return undefined;
    return { text: kept.text, unconfirmed: kept.unconfirmed };
  } catch {
    return undefined;
  }
}

/** A node that cannot know whether its configuration was confirmed does not start with it. */
function readTextIfThere(path: string): string | undefined {
  try {
    return readBoundedFile(path, KEPT_MAX_OCTETS).toString();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EACCES") return undefined;
    throw new FlorError(
      "ERR_FLOR_STATE_REFUSED",
      `${path} cannot be read (${code ?? message}): ${adviceForShortage(code) ?? "it says whether the configuration was confirmed; repair or remove it"}`,
      { cause },
    );
  }
}

function keptPathOf(file: string): string | undefined {
  try {
    return pathOf(file);
  } catch {
    // Without a home nothing is kept.
    return undefined;
  }
}

function pathOf(file: string): string {
  return join(stateFolder(FOLDER), `${digestOf(file).slice(0, 32)}.json`);
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
