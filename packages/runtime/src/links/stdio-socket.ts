import { readdirSync } from "node:fs";
import { join } from "node:path";

const SUFFIX = ".stdio";

/** The AF_UNIX socket of an exec link with `serve`, where `flor link serve --stdio` finds it. */
export function stdioSocketPath(folder: string, node: string, link: string): string {
  return join(folder, `${node}.${link}${SUFFIX}`);
}

/** The sockets in the folder, each with the names of its node and link as one text, `NODE.LINK`; sorted. */
export function stdioSocketNames(folder: string): readonly string[] {
  try {
    const files = readdirSync(folder).filter((file) => file.endsWith(SUFFIX));
    return files.map((file) => file.slice(0, -SUFFIX.length)).sort();
  } catch {
    // No folder: no node ran yet.
    return [];
  }
}
