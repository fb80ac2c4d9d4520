import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LINK_STATE_MAX_OCTETS, readBoundedFile } from "@flor/host/bounded-file";
import type { IpEndpoint } from "@flor/host/datagram";

const FILE = "udp-port";

/** The port this link had when it last ran, or 0: neighbours know it by this port, and firewalls have it open. */
export function readKeptPort(stateDirectory: string | undefined): number {
  if (stateDirectory === undefined) return 0;
  try {
    const port = Number(readBoundedFile(join(stateDirectory, FILE), LINK_STATE_MAX_OCTETS).toString());
    return Number.isInteger(port) && port > 0 && port <= 65_535 ? port : 0;
  } catch {
    return 0;
  }
}

/** Remembers the port for the next run; a folder that cannot be written costs only that. */
export async function keepPort(stateDirectory: string | undefined, local: IpEndpoint): Promise<void> {
  if (stateDirectory === undefined) return;
  const file = join(stateDirectory, FILE);
  try {
    await mkdir(stateDirectory, { recursive: true, mode: 0o700 });
    await writeFile(`${file}.new`, `${local.port}\n`, { mode: 0o600 });
    await rename(`${file}.new`, file);
  } catch {
    // Read-only or full: the next run chooses again.
  }
}
