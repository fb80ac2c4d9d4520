/** Where a northbound network is served, and who may attach to it. */
import { once } from "node:events";
import { chmodSync, chownSync, lstatSync, readFileSync, unlinkSync } from "node:fs";
import type { Server } from "node:net";
import { dirname } from "node:path";
import { adviceForShortage } from "@flor/host/shortage";
import { isControlSocketLive } from "../control/control-socket.ts";
import { makeRuntimeFolder, runtimeFolder } from "../control/runtime-folder.ts";
import { FlorError } from "../errors.ts";
import { northboundSocketPath } from "./northbound-protocol.ts";

/** A socket, and the group whose members may open it. */
export interface NorthboundSocket {
  readonly path: string;
  /** `undefined`: its owner alone. */
  readonly group: string | undefined;
}

const OWNER_ALONE = 0o600;
const OWNER_AND_GROUP = 0o660;
/** A socket is made closed to everybody else, and opened to its group when it belongs to it. */
const MADE_FOR_OWNER = 0o177;
const GROUP_FILE = "/etc/group";

/**
 * The socket of a network: as configured, else one in this user's runtime folder, which is made.
 *
 * @throws FlorError that says what to do
 */
export function northboundSocketOf(
  node: string,
  {
    name,
    socket,
    group,
  }: { readonly name: string; readonly socket: string | undefined; readonly group: string | undefined },
): NorthboundSocket {
  if (socket !== undefined) return { path: socket, group };
  const path = northboundSocketPath(runtimeFolder(), node, name);
  makeRuntimeFolder(dirname(path));
  return { path, group: undefined };
}

/**
 * Listens; a socket that a dead node left is replaced.
 *
 * @throws FlorError when a live node has it, something else stands there, or the group cannot be let in
 */
export async function listenNorthbound(server: Server, { path, group }: NorthboundSocket): Promise<void> {
  if (group !== undefined) groupIdOf(group);
  try {
    await removeLeftover(path);
    await listenFor(server, path);
    admit(path, group);
  } catch (cause) {
    throw cause instanceof FlorError ? cause : explained(cause as NodeJS.ErrnoException, path, group);
  }
}

/**
 * Lets the members of another group open a socket that is served; those who have it open stay.
 *
 * @throws FlorError when there is no such group, or this user is not in it
 */
export function changeGroup({ path, group }: NorthboundSocket): void {
  try {
    admit(path, group);
  } catch (cause) {
    throw cause instanceof FlorError ? cause : explained(cause as NodeJS.ErrnoException, path, group);
  }
}

function admit(path: string, group: string | undefined): void {
  if (group === undefined) return chmodSync(path, OWNER_ALONE);
  chownSync(path, process.getuid?.() ?? 0, groupIdOf(group));
  chmodSync(path, OWNER_AND_GROUP);
}

async function listenFor(server: Server, path: string): Promise<void> {
  const mask = process.umask(MADE_FOR_OWNER);
  try {
    // Bound before it returns; only the event comes later.
    server.listen(path);
  } finally {
    process.umask(mask);
  }
  await once(server, "listening");
}

function explained(cause: NodeJS.ErrnoException, path: string, group: string | undefined): FlorError {
  const { code, syscall } = cause;
  if (syscall === "chown")
    return new FlorError(
      "ERR_FLOR_SOCKET_REFUSED",
      `${path} cannot be given to the group ${group}: this user must be a member of it`,
      {
        cause,
      },
    );
  if (code === "EACCES" || code === "ENOENT")
    return new FlorError(
      "ERR_FLOR_SOCKET_REFUSED",
      `${path} cannot be created: its folder must exist and be writable by this user`,
      {
        cause,
      },
    );
  return new FlorError(
    "ERR_FLOR_SOCKET_REFUSED",
    `${path} cannot be served (${code}): ${adviceForShortage(code) ?? cause.message}`,
    { cause },
  );
}

async function removeLeftover(path: string): Promise<void> {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) return;
  if (!status.isSocket())
    throw new FlorError(
      "ERR_FLOR_SOCKET_REFUSED",
      `${path} exists and is not a socket: remove it, or choose another path`,
    );
  if (await isControlSocketLive(path))
    throw new FlorError("ERR_FLOR_NODE_RUNS", `a node already serves ${path}: stop it, or choose another path`);
  unlinkSync(path);
}

function groupIdOf(name: string): number {
  for (const line of readFileSync(GROUP_FILE, "utf8").split("\n")) {
    const [group, , id] = line.split(":");
    if (group === name && id !== undefined) return Number(id);
  }
  throw new FlorError(
    "ERR_FLOR_SOCKET_REFUSED",
    `there is no group ${name} on this machine: create it, or name another for the northbound`,
  );
}
