/**
 * The control socket of a running node: AF_UNIX, mode 0600, in a folder of mode 0700. Everyone who can open it is the
 * node's user, and may ask everything.
 */
import { once } from "node:events";
import { chmodSync, unlinkSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { adviceForShortage } from "@flor/host/shortage";
import {
  CONTROL_REQUEST_MAX_OCTETS,
  decodeControlRequest,
  encodeControlResponse,
  type ControlResponse,
} from "./control-protocol.ts";
import { FlorError } from "../errors.ts";
import { makeRuntimeFolder, removeEmptyRuntimeFolder } from "./runtime-folder.ts";

/** Clients at once at most; further ones are closed. */
export const CONTROL_CLIENTS_MAX = 16;
/** A client that says nothing for this long is closed. */
export const CLIENT_IDLE_MS = 30_000;
/** How long a listener may take to accept before its socket counts as in use without further question. */
const PROBE_TIMEOUT_MS = 1000;
/** How often the folder may vanish, because another node of this user stopped, before that is an error. */
const LISTEN_TRIES = 10;

/** Answers by method; a throw becomes an error answer with its message. */
export type ControlMethods = Readonly<
  Record<string, (params: Readonly<Record<string, unknown>>, client: ControlClient) => unknown>
>;

/** Who asks. */
export interface ControlClient {
  /** As `performance.now()` tells it. */
  readonly connectedAt: number;
}

/** An open control socket. */
export interface ControlSocket {
  readonly path: string;
  /** Ends its clients and removes the socket. */
  close(): Promise<void>;
}

/**
 * Opens a control socket at `path`; one that a dead node left there is removed.
 *
 * @throws FlorError when a live node has it, or the folder is not private
 */
export async function openControlSocket(path: string, methods: ControlMethods): Promise<ControlSocket> {
  const folder = dirname(path);
  const clients = new Set<Socket>();
  const server = createServer((client) => serveClient(client, clients, methods));
  await listenIn(folder, path, server);
  // Accepting fails where descriptors are short: the client is gone, the listener stays.
  server.on("error", () => {});
  try {
    chmodSync(path, 0o600);
  } catch (cause) {
    await close(server, clients, folder);
    throw new FlorError(
      "ERR_FLOR_SOCKET_REFUSED",
      `${path} cannot be closed to other users (${(cause as NodeJS.ErrnoException).code}): set XDG_RUNTIME_DIR to a folder whose file system supports modes`,
      { cause },
    );
  }
  return { path, close: () => close(server, clients, folder) };
}

// Another node that stops removes the folder while it is empty, which it is until this one has its socket there. The first
// to bind gets the name: nothing is removed before the system has reported that it is taken.
async function listenIn(folder: string, path: string, server: Server): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    makeRuntimeFolder(folder);
    server.listen(path);
    try {
      await once(server, "listening");
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // What the system calls ENOENT comes as EACCES from a socket of this kind.
      if (tries === LISTEN_TRIES || (code !== "EADDRINUSE" && code !== "EACCES" && code !== "ENOENT"))
        throw new FlorError(
          "ERR_FLOR_SOCKET_REFUSED",
          `${path} cannot be made (${code}): ${adviceForShortage(code) ?? "set XDG_RUNTIME_DIR to a folder where this user may write"}`,
          { cause: error },
        );
    }
    if (await isControlSocketLive(path))
      throw new FlorError(
        "ERR_FLOR_NODE_RUNS",
        `a node already listens on ${path}: stop it, or give this one another name`,
      );
    removeLeftover(path);
  }
}

/** What the system says of a socket on which nobody listens. */
const DEAD: readonly (string | undefined)[] = ["ECONNREFUSED", "ENOENT", "ENOTSOCK"];
/** Another user's, one with too many clients, one that takes its time. */
const LIVE: readonly (string | undefined)[] = ["EACCES", "EAGAIN", "ABORT_ERR"];

/**
 * Whether somebody listens on the control socket at `path`.
 *
 * @throws FlorError when the system does not let us ask: a node that is not seen may be there all the same
 */
export async function isControlSocketLive(path: string): Promise<boolean> {
  const probe = connect(path);
  try {
    await once(probe, "connect", { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (DEAD.includes(code)) return false;
    if (LIVE.includes(code)) return true;
    throw new FlorError(
      "ERR_FLOR_SOCKET_REFUSED",
      `${path} is there, and whether a node listens on it cannot be asked (${code}): ${adviceForShortage(code) ?? "remove it when none does"}`,
      { cause: error },
    );
  } finally {
    probe.on("error", () => {});
    probe.destroy();
  }
}

function removeLeftover(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return;
    const text = `${path} is left over from a node that is gone, and cannot be removed (${code}): remove it`;
    throw new FlorError("ERR_FLOR_SOCKET_REFUSED", text, { cause: error });
  }
}

async function close(server: Server, clients: ReadonlySet<Socket>, folder: string): Promise<void> {
  const closed = once(server, "close");
  server.close();
  for (const client of clients) client.destroy();
  await closed;
  removeEmptyRuntimeFolder(folder);
}

function serveClient(client: Socket, clients: Set<Socket>, methods: ControlMethods): void {
  client.on("error", () => client.destroy());
  if (clients.size >= CONTROL_CLIENTS_MAX) {
    client.destroy();
    return;
  }
  clients.add(client);
  client.on("close", () => clients.delete(client));
  client.setTimeout(CLIENT_IDLE_MS, () => client.destroy());
  void answerLines(client, methods).catch(() => client.destroy());
}

// One request at a time: the next line is read when the answer to the last one has left, so a client that asks and
// does not read costs one answer.
async function answerLines(client: Socket, methods: ControlMethods): Promise<void> {
  let pending = "";
  const asking: ControlClient = { connectedAt: performance.now() };
  client.setEncoding("utf8");
  for await (const text of client as AsyncIterable<string>) {
    pending += text;
    for (let end = pending.indexOf("\n"); end >= 0; end = pending.indexOf("\n")) {
      const line = pending.slice(0, end);
      pending = pending.slice(end + 1);
      const answer = encodeControlResponse(await answerTo(line, methods, asking));
      if (!client.write(answer)) await once(client, "drain");
    }
    if (pending.length > CONTROL_REQUEST_MAX_OCTETS) break;
  }
  client.end();
}

async function answerTo(line: string, methods: ControlMethods, client: ControlClient): Promise<ControlResponse> {
  const request = decodeControlRequest(line);
  if ("error" in request) return request;
  const method = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined;
  if (method === undefined) {
    const known = Object.keys(methods).join(", ");
    return { error: { code: "unknown-method", message: `unknown method; this node knows ${known}` } };
  }
  try {
    return { result: await method(request.params, client) };
  } catch (error) {
    if (!(error instanceof Error)) return { error: { code: "failed", message: "the method failed" } };
    const code = "code" in error && error.code === "unknown-name" ? error.code : "failed";
    return { error: { code, message: error.message } };
  }
}
