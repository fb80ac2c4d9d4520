import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { flushNameIfPossible } from "./write-durably.ts";

/** The folder lets nobody make files, or the file is one of its own, as in a container. */
const IN_PLACE: ReadonlySet<string | undefined> = new Set(["EACCES", "EPERM", "EROFS", "EBUSY"]);

/**
 * Writes a text file that people own: whole or not at all, and on the disk when it returns. Mode and owner of one that is
 * there stay, and so does a symbolic link to it; a new one has mode 0644. Where the folder may not be written, the file is
 * written in its place.
 *
 * @throws the system's error; what was there before is there still
 */
export function replaceText(path: string, text: string): void {
  const target = realPathOf(path);
  const before = statSync(target, { throwIfNoEntry: false });
  const beside = `${target}.new`;
  try {
    writeAll(openSync(beside, "wx", before === undefined ? 0o644 : before.mode & 0o777), text);
    const made = statSync(beside);
    if (before !== undefined && (made.uid !== before.uid || made.gid !== before.gid)) throw otherOwner();
    renameSync(beside, target);
    flushNameIfPossible(target);
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    // Somebody else writes there at this moment, or was interrupted: it is not ours to remove.
    const isOurs = !(code === "EEXIST" && syscall === "open");
    if (isOurs) rmSync(beside, { force: true });
    if (before === undefined || !IN_PLACE.has(code)) throw error;
    overwrite(target, text);
  }
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Taken for a folder that may not be written: the file stays whose it was. */
function otherOwner(): Error {
  return Object.assign(new Error("the file belongs to another user"), { code: "EPERM" });
}

/** What does not fit leaves the text from before. */
function overwrite(path: string, text: string): void {
  const before = readFileSync(path);
  const descriptor = openSync(path, "r+");
  try {
    writeAt(descriptor, Buffer.from(text));
  } catch (error) {
    writeAt(descriptor, before);
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

function writeAt(descriptor: number, octets: Uint8Array): void {
  let at = 0;
  while (at < octets.length) at += writeSync(descriptor, octets, at, octets.length - at, at);
  if (fstatSync(descriptor).size !== octets.length) ftruncateSync(descriptor, octets.length);
  fsyncSync(descriptor);
}

function writeAll(descriptor: number, text: string): void {
  try {
    writeAt(descriptor, Buffer.from(text));
  } finally {
    closeSync(descriptor);
  }
}
