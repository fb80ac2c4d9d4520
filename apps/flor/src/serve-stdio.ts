/** `flor link serve --stdio`: connects standard input and output to the exec link of a running node. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { basename } from "node:path";
import { finished, pipeline } from "node:stream/promises";
import { isControlSocketLive, runtimeFolder, stdioSocketNames, stdioSocketPath } from "@flor/runtime/control";
import { CommandError, EXIT_USAGE } from "./command-error.ts";

/** Whose link it is. */
export interface ServeStdioOptions {
  readonly node: string | undefined;
  readonly link: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
}

const ADVICE =
  "the node needs a link such as { name: ssh, kind: exec, serve: true }; it must run as this user, with the same XDG_RUNTIME_DIR";

/** Carries octets both ways until either side ends. */
export async function serveStdio(options: ServeStdioOptions): Promise<void> {
  const socket = await connectTo(await findSocket(options));
  const { stdin, stdout } = process;
  // The first part to end ends the rest; the other end's log says how.
  await Promise.race([
    pipeline(stdin, socket, { end: false }).catch(() => {}),
    pipeline(socket, stdout, { end: false }).catch(() => {}),
    finished(socket).catch(() => {}),
  ]);
  socket.destroy();
  stdin.destroy();
}

async function connectTo(path: string): Promise<Socket> {
  const socket = connect(path);
  await once(socket, "connect").catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`${basename(path)}: no link listens there (${error.code})`, { advice: ADVICE });
  });
  return socket;
}

async function findSocket({ node, link, environment }: ServeStdioOptions): Promise<string> {
  const folder = runtimeFolder(environment);
  if (node !== undefined && link !== undefined) return stdioSocketPath(folder, node, link);
  const found = stdioSocketNames(folder).filter(
    (name) => (node === undefined || name.startsWith(`${node}.`)) && (link === undefined || name.endsWith(`.${link}`)),
  );
  const names = found.length > 1 ? await liveAmong(folder, found) : found;
  const [only] = names;
  if (only === undefined) throw new CommandError("no exec link of a running node serves here", { advice: ADVICE });
  if (names.length === 1) return pathOf(folder, only);
  throw new CommandError(`several links serve here: ${names.join(", ")}`, {
    exitCode: EXIT_USAGE,
    advice: "choose by --node and --link",
  });
}

/** A link that was killed leaves its socket behind. */
async function liveAmong(folder: string, names: readonly string[]): Promise<readonly string[]> {
  const live = await Promise.all(names.map((name) => isControlSocketLive(pathOf(folder, name))));
  return names.filter((_, index) => live[index]);
}

/** Either name of `NODE.LINK` may hold dots, but the path is the same wherever they are cut. */
function pathOf(folder: string, name: string): string {
  const at = name.indexOf(".");
  return stdioSocketPath(folder, name.slice(0, at), name.slice(at + 1));
}
