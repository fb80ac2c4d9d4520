import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const PAGE = `It works: this page came out of node "far".

Your request went  client -> node near -> link process -> link process -> node far -> here,
in an end-to-end encrypted QUIC stream, under labels.
`;

/** The octets that `/octets` gives, the same for every request of a run. */
export const DEMO_OCTETS: number = 8 * 1_048_576;

/** A web server behind the far node: something to reach on a machine without internet, and the target of the check. */
export interface DemoServer {
  readonly port: number;
  /** SHA-256 of what `/octets` gives, hexadecimal. */
  readonly octetsHash: string;
  close(): Promise<void>;
}

/** Starts it on a free port of 127.0.0.1. */
export async function startDemoServer(): Promise<DemoServer> {
  const octets = randomBytes(DEMO_OCTETS);
  const server = createServer((request, response) => void answer(request, response, octets));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    octetsHash: createHash("sha256").update(octets).digest("hex"),
    close: () => close(server),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, octets: Buffer): Promise<void> {
  // A client that leaves in the middle is its own business.
  response.on("error", () => {});
  if (request.url === "/octets") response.end(octets);
  else if (request.method === "PUT") response.end(await hashOf(request));
  else response.setHeader("content-type", "text/plain; charset=utf-8").end(PAGE);
}

async function hashOf(request: IncomingMessage): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of request) hash.update(chunk as Buffer);
  } catch {
    return "cut off";
  }
  return hash.digest("hex");
}

async function close(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
