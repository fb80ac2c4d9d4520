import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { SocksClient } from "socks";

const LOOPBACK = "127.0.0.1";
const TIMEOUT_MS = 60_000;

/** A TCP destination. */
export interface Destination {
  readonly host: string;
  readonly port: number;
}

/**
 * One HTTP request through a SOCKS5 server on 127.0.0.1; the body of the answer.
 *
 * @param upload sent with PUT when given
 * @throws Error with what the SOCKS5 server or the web server answered
 */
export async function fetchThrough(
  socksPort: number,
  to: Destination,
  path: string,
  upload?: Uint8Array,
): Promise<Buffer> {
  const { socket } = await SocksClient.createConnection({
    proxy: { host: LOOPBACK, port: socksPort, type: 5 },
    command: "connect",
    destination: { ...to },
    timeout: TIMEOUT_MS,
  });
  const asked = request({
    createConnection: () => socket,
    method: upload === undefined ? "GET" : "PUT",
    path,
    headers: { host: `${to.host}:${to.port}`, connection: "close" },
    timeout: TIMEOUT_MS,
  });
  asked.on("timeout", () => asked.destroy(new Error(`no octets for ${TIMEOUT_MS / 1000} s`)));
  asked.end(upload);
  try {
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    return Buffer.concat(await response.toArray());
  } finally {
    socket.destroy();
  }
}
