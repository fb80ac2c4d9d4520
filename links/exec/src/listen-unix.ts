import { once } from "node:events";
import { chmodSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { type CarriedStream, carriedStreamOf } from "@flor/stream-carrier";

/** A listening AF_UNIX socket. */
export interface UnixListener {
  /** Ends it and removes its file. */
  close(): void;
}

/** Only this user may come in. */
const PRIVATE_MODE = 0o600;

/** Listens at `path`, in a folder that is this user's alone; replaces what a dead link left there. */
export async function listenUnix(
  path: string,
  accept: (stream: CarriedStream) => void,
  handleError: (code: string) => void,
): Promise<UnixListener> {
  let clients = 0;
  const server = createServer((socket) => {
    clients += 1;
    accept(carriedStreamOf(socket, `stdio ${clients}`));
  });
  rmSync(path, { force: true });
  server.listen(path);
  await once(server, "listening").catch((error: NodeJS.ErrnoException) => {
    throw new Error(`cannot listen on ${path}: ${error.code ?? error.message}; is its folder there?`, { cause: error });
  });
  chmodSync(path, PRIVATE_MODE);
  // Too many open files, say: the next one may fare better.
  server.on("error", (error: NodeJS.ErrnoException) => handleError(error.code ?? error.message));
  return { close: () => void server.close() };
}
