import { lstatSync, mkdirSync, readdirSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";

const SOCKET_SUFFIX = ".sock";
const USED_BY_OTHERS = 0o077;
/** `sun_path` of Linux and macOS, less its terminating zero: the shorter of 108 and 104. */
const SOCKET_PATH_MAX_OCTETS = 103;

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
 * @throws Error that says what to do
 */
export function makeRuntimeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const problem = folderProblem(folder);
  if (problem !== undefined)
    throw new Error(`${folder} ${problem}: remove it, or set XDG_RUNTIME_DIR to a private folder`);
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
 * @throws Error when the path is longer than the system takes
 */
export function controlSocketPath(folder: string, name: string): string {
  const path = join(folder, `${name}${SOCKET_SUFFIX}`);
  if (Buffer.byteLength(path) <= SOCKET_PATH_MAX_OCTETS) return path;
  throw new Error(`${path} is too long for a socket: set XDG_RUNTIME_DIR to a folder with a shorter name`);
}

/** Names of the nodes that have a control socket in `folder`, sorted; one may be a leftover without listener. */
export function controlSocketNames(folder: string): readonly string[] {
  if (folderProblem(folder) !== undefined) return [];
  const sockets = readdirSync(folder).filter((file) => file.endsWith(SOCKET_SUFFIX));
  return sockets.map((file) => file.slice(0, -SOCKET_SUFFIX.length)).sort();
}

function folderProblem(folder: string): string | undefined {
  const status = lstatSync(folder, { throwIfNoEntry: false });
  if (status === undefined) return "does not exist";
  if (!status.isDirectory()) return "is not a folder";
  if (process.getuid !== undefined && status.uid !== process.getuid()) return "belongs to another user";
  if (process.platform !== "win32" && (status.mode & USED_BY_OTHERS) !== 0) return "is open to other users";
  return undefined;
}
