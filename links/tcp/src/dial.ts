import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { readBoundedFile } from "@flor/host/bounded-file";
import { textOfOctets } from "@flor/host/text-of-octets";
import { LinkConfigError, splitAddress } from "@flor/link-kit";
import { type DialStream, explainDial } from "@flor/stream-carrier";
import { SocksClient, type SocksProxy } from "socks";
import type { Endpoint, UpstreamProxy } from "./tcp-config.ts";
import { carriedSocket } from "./tcp-socket.ts";

const DIAL_TIMEOUT_MS = 10_000;
/** A password is one line; a larger file is a mistake. */
export const PASSWORD_FILE_MAX_OCTETS = 16_384;

/**
 * How neighbours are dialled: directly or through a proxy.
 *
 * @throws LinkConfigError when the proxy's password cannot be read
 */
export function createDial(proxy: UpstreamProxy | undefined): DialStream {
  const socksProxy = proxy === undefined ? undefined : socksProxyOf(proxy);
  return async (address, signal) => {
    const target = splitAddress(address);
    if (target === undefined) throw new Error("this is not HOST:PORT, so a tcp link cannot dial it");
    const limit = AbortSignal.any([signal, AbortSignal.timeout(DIAL_TIMEOUT_MS)]);
    const socket = await (socksProxy === undefined
      ? connectDirectly(target, limit)
      : connectThrough(socksProxy, target, limit));
    return { ...carriedSocket(socket), address };
  };
}

async function connectDirectly({ host, port }: Endpoint, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ host, port });
  try {
    await once(socket, "connect", { signal });
    return socket;
  } catch (error) {
    // What fails now has been told.
    socket.on("error", () => {}).destroy();
    throw new Error(explainDial(error), { cause: error });
  }
}

async function connectThrough(proxy: SocksProxy, destination: Endpoint, signal: AbortSignal): Promise<Socket> {
  const options = { proxy, destination, command: "connect", timeout: DIAL_TIMEOUT_MS, set_tcp_nodelay: true } as const;
  const established = SocksClient.createConnection(options);
  const { socket } = await established.catch((error: Error) => {
    throw new Error(`the proxy ${proxy.host}:${proxy.port}: ${explainDial(error)}`, { cause: error });
  });
  if (!signal.aborted) return socket;
  socket.destroy();
  throw new Error("it took too long");
}

function socksProxyOf({ host, port, user, passwordFile }: UpstreamProxy): SocksProxy {
  if (user === undefined || passwordFile === undefined) return { host, port, type: 5 };
  try {
    const read = textOfOctets(readBoundedFile(passwordFile, PASSWORD_FILE_MAX_OCTETS));
    if ("problem" in read) throw new LinkConfigError(`passwordFile: ${passwordFile} ${read.problem}`);
    return { host, port, type: 5, userId: user, password: read.text.replace(/\r?\n$/, "") };
  } catch (error) {
    if (error instanceof LinkConfigError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new LinkConfigError(`passwordFile: ${passwordFile} cannot be read: ${code ?? message}`, { cause: error });
  }
}
