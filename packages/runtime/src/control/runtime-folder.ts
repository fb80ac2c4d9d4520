import { lstatSync, mkdirSync, readdirSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { adviceForShortage } from "@flor/host/shortage";
import { excessiveSocketPath } from "@flor/host/socket-path";
import { FlorError } from "../errors.ts";

const ADVICE = "set XDG_RUNTIME_DIR to a folder where this user may write, such as a tmpfs";
const SOCKET_SUFFIX = ".sock";
const MISSING = "does not exist";
/** How often the folder may vanish between its making and the look at it, before that is an error. */
const MAKE_TRIES = 10;
const USED_BY_OTHERS = 0o077;

/**
 * The folder of this user's control sockets: `$XDG_RUNTIME_DIR/flor`, else `/run/flor` for root, else `flor-UID` in the
 * folder for temporary files. It need not exist.
 */
export function runtimeFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const runtime = environment["XDG_RUNTIME_DIR"];
  if (runtime !== undefined && isAbsolute(runtime)) return join(runtime, "flor");
  const user = process.getuid?.() ?? 0;
  return user === 0 && process.platform === "linux" ? "/run/flor" : join(tmpdir(), `flor-${user}`);
}

/**
 * Makes the folder with mode 0700, or checks that it is this user's alone: in `/tmp` anybody may have made it first.
 *
 * @throws FlorError that says what to do
 */
export function makeRuntimeFolder(folder: string): void {
  try {
    makePrivateFolder(folder);
  } catch (cause) {
    if (cause instanceof FlorError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    throw new FlorError(
      "ERR_FLOR_SOCKET_REFUSED",
      `${folder} cannot be made (${code}): ${adviceForShortage(code) ?? ADVICE}`,
      { cause },
    );
  }
}

function makePrivateFolder(folder: string): void {
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  let problem: string | undefined = MISSING;
  // Another node that stops removes the folder while it is empty.
  for (let tries = 0; problem === MISSING && tries < MAKE_TRIES; tries += 1) {
    makeIfMissing(folder);
    problem = folderProblem(folder);
  }
  if (problem !== undefined)
    throw new FlorError(
      "ERR_FLOR_SOCKET_REFUSED",
      `${folder} ${problem}: remove it, or set XDG_RUNTIME_DIR to a private folder`,
    );
}

// Not by `recursive`, which fails when the folder is removed meanwhile.
function makeIfMissing(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** Removes the folder when nothing is in it any more. */
export function removeEmptyRuntimeFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Another node of this user lives there, or it is gone already.
  }
}

/**
 * The control socket of the node `name` in `folder`.
 *
 * @throws FlorError when the path is longer than the system takes
 */
export function controlSocketPath(folder: string, name: string): string {
  const path = join(folder, `${name}${SOCKET_SUFFIX}`);
  if (excessiveSocketPath(path) === undefined) return path;
  throw new FlorError(
    "ERR_FLOR_PATH_TOO_LONG",
    `${path} is too long for a socket: set XDG_RUNTIME_DIR to a folder with a shorter name`,
  );
}

/** Names of the nodes that have a control socket in `folder`, sorted; one may be a leftover without listener. */
export function controlSocketNames(folder: string): readonly string[] {
  if (folderProblem(folder) !== undefined) return [];
  const sockets = filesIn(folder).filter((file) => file.endsWith(SOCKET_SUFFIX));
  return sockets.map((file) => file.slice(0, -SOCKET_SUFFIX.length)).sort();
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // The last node stopped just now.
    return [];
  }
}

function folderProblem(folder: string): string | undefined {
  const status = lstatSync(folder, { throwIfNoEntry: false });
  if (status === undefined) return MISSING;
  if (!status.isDirectory()) return "is not a folder";
  if (process.getuid !== undefined && status.uid !== process.getuid()) return "belongs to another user";
  if (process.platform !== "win32" && (status.mode & USED_BY_OTHERS) !== 0) return "is open to other users";
  return undefined;
}
