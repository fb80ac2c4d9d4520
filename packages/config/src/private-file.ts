import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { shellWord } from "@flor/machine";
import { isPrivate } from "./file-mode.ts";
import { textOfOctets } from "@flor/host/text-of-octets";

/** A key or password file is a few lines; a larger file is a mistake. */
const PRIVATE_FILE_MAX_OCTETS = 16_384;

/** A named pipe is opened without waiting for its writer, and then refused; Windows has no such flag. */
const WITHOUT_WAITING = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

/** The text of a private file, or what is wrong with it and what to do. */
export type PrivateFile =
  | { readonly text: string }
  | { readonly problem: string; /** The file does not exist. */ readonly missing: boolean };

/** Reads a small file of text that is kept from others, see {@link isPrivate}; on Windows, where modes say nothing, any file. */
export function readPrivateFile(path: string): PrivateFile {
  let descriptor: number;
  try {
    descriptor = openSync(path, WITHOUT_WAITING);
  } catch (error) {
    return openProblem(path, (error as NodeJS.ErrnoException).code);
  }
  try {
    return readOpened(path, descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function openProblem(path: string, code: string | undefined): PrivateFile {
  if (code === "ENOENT") return { problem: `${path} does not exist`, missing: true };
  if (code === "EACCES") return { problem: `${path} is not readable by this user`, missing: false };
  return { problem: `${path} cannot be opened: ${code ?? "unknown error"}`, missing: false };
}

// The mode is that of the opened file: a file that is swapped between check and read is not read unchecked.
function readOpened(path: string, descriptor: number): PrivateFile {
  const status = fstatSync(descriptor);
  if (!status.isFile()) return { problem: `${path} is not a file`, missing: false };
  if (process.platform !== "win32" && !isPrivate(path, status, process.env["CREDENTIALS_DIRECTORY"])) {
    const shown = (status.mode & 0o777).toString(8).padStart(4, "0");
    const problem = `${path} has mode ${shown}, others can use it; run: chmod 600 ${shellWord(path)}`;
    return { problem, missing: false };
  }
  const octets = Buffer.alloc(PRIVATE_FILE_MAX_OCTETS + 1);
  const length = readSync(descriptor, octets, 0, octets.length, 0);
  if (length > PRIVATE_FILE_MAX_OCTETS) {
    return { problem: `${path} is larger than ${PRIVATE_FILE_MAX_OCTETS} octets`, missing: false };
  }
  const read = textOfOctets(octets.subarray(0, length));
  return "text" in read ? read : { problem: `${path} ${read.problem}`, missing: false };
}
