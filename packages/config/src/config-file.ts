import { textOfOctets } from "@flor/host/text-of-octets";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** A configuration is a few pages; a larger file is a mistake. */
export const CONFIG_MAX_OCTETS = 1_048_576;

/** How often a file that changes meanwhile is read. */
const READ_TRIES = 3;

const READABLE_BY_ALL = 0o004;

/** The text of a configuration file, or why it cannot be had. */
export type ConfigFile = { readonly text: string; readonly worldReadable: boolean } | { readonly problem: string };

/** Reads a configuration file of at most {@link CONFIG_MAX_OCTETS}. */
export function readConfigFile(file: string): ConfigFile {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch (error) {
    return { problem: openProblem((error as NodeJS.ErrnoException).code) };
  }
  try {
    return readWhole(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A file that somebody writes to meanwhile is read again: half of it may say something else than all of it. */
function readWhole(descriptor: number): ConfigFile {
  for (let tries = 0; tries < READ_TRIES; tries += 1) {
    const before = fstatSync(descriptor);
    const read = readOpened(descriptor);
    const after = fstatSync(descriptor);
    if (!before.isFile() || (before.size === after.size && before.mtimeMs === after.mtimeMs)) return read;
  }
  return { problem: "changed while it was read; try again when it is completely written" };
}

function openProblem(code: string | undefined): string {
  if (code === "ENOENT") return "no such file; name one with -c FILE, docs/configuration.md shows what goes in it";
  if (code === "EACCES") return "is not readable by this user";
  return `cannot be opened: ${code ?? "unknown error"}`;
}

function readOpened(descriptor: number): ConfigFile {
  const status = fstatSync(descriptor);
  if (status.isDirectory()) return { problem: "is a folder; name the file in it" };
  if (status.size > CONFIG_MAX_OCTETS) return { problem: `is larger than ${CONFIG_MAX_OCTETS} octets` };
  // Pipes have no size: `flor check -c <(generate)` reads one.
  const octets = Buffer.alloc(CONFIG_MAX_OCTETS + 1);
  let length = 0;
  for (let read = -1; read !== 0 && length < octets.length; length += read) {
    read = readSync(descriptor, octets, length, octets.length - length, status.isFile() ? length : null);
  }
  if (length > CONFIG_MAX_OCTETS) return { problem: `is larger than ${CONFIG_MAX_OCTETS} octets` };
  const worldReadable = process.platform !== "win32" && status.isFile() && (status.mode & READABLE_BY_ALL) !== 0;
  const read = textOfOctets(octets.subarray(0, length));
  return "text" in read ? { ...read, worldReadable } : read;
}
