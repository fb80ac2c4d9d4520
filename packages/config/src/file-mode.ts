import { realpathSync } from "node:fs";
import { isAbsolute, relative } from "node:path";

const OTHERS = 0o007;
const GROUP_MAY_CHANGE = 0o030;
const GROUP_MAY_READ = 0o040;
const ROOT = 0;

/** What the system says of an opened file. */
export interface FileOwnership {
  readonly mode: number;
  readonly uid: number;
}

/**
 * Whether a file's mode keeps its content from others. Its owner's group may read it, and no more, where the file's
 * maker chose that group: root (a Kubernetes secret with `fsGroup`), or the service manager for its
 * `$CREDENTIALS_DIRECTORY` (systemd.exec(5)). All others may do nothing.
 *
 * @param credentialsFolder `$CREDENTIALS_DIRECTORY`, if there is one
 */
export function isPrivate(path: string, { mode, uid }: FileOwnership, credentialsFolder: string | undefined): boolean {
  if ((mode & (OTHERS | GROUP_MAY_CHANGE)) !== 0) return false;
  if ((mode & GROUP_MAY_READ) === 0) return true;
  return uid === ROOT || (credentialsFolder !== undefined && isWithin(path, credentialsFolder));
}

function isWithin(path: string, folder: string): boolean {
  try {
    const way = relative(realpathSync(folder), realpathSync(path));
    return way !== "" && way !== ".." && !way.startsWith("../") && !isAbsolute(way);
  } catch {
    return false;
  }
}
