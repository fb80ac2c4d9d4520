/**
 * Serves a node's metrics to a monitoring system by HTTP: `GET /metrics`, and nothing else. It reads and never changes.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { isIP } from "node:net";
import type { MetricsConfig } from "@flor/config";
import { adviceForShortage } from "@flor/host/shortage";
import type { NodeStatus } from "@flor/node";
import { isAddressAllowed } from "../allowed-address.ts";
import { listenNorthbound } from "../northbound/northbound-socket.ts";
import { wantedFormat } from "./wanted-format.ts";

/** Connections at once at most; a further one is closed. */
export const METRICS_CLIENTS_MAX = 16;
/** From the connection to the end of the request. */
export const METRICS_REQUEST_MAX_MS = 5000;
/** How often connections are looked at within that time; left alone, Node.js looks twice a minute. */
const LOOKS_PER_LIMIT = 5;
/** Octets of a request's head at most; it is answered by 431 beyond. */
export const METRICS_HEAD_MAX_OCTETS = 16_384;

/** A listener for monitoring systems. */
export interface MetricsListener {
  /** Where it listens; 0 on a Unix socket. */
  readonly port: number;
  /** Answers and listens no more. */
  close(): Promise<void>;
}

/**
 * Listens.
 *
 * @param config read at each request: who may read can change while it listens
 * @param requestMaxMs from the connection to the end of the request
 * @throws Error that names the place and says what to do
 */
export async function openMetricsListener(
  config: () => MetricsConfig,
  status: () => NodeStatus,
  requestMaxMs: number = METRICS_REQUEST_MAX_MS,
): Promise<MetricsListener> {
  // Only now: what is imported of it brings all of undici, memory and time that most nodes have no use for.
  const { createServer } = await import("node:http");
  const options = {
    maxHeaderSize: METRICS_HEAD_MAX_OCTETS,
    requestTimeout: requestMaxMs,
    headersTimeout: requestMaxMs,
    connectionsCheckingInterval: requestMaxMs / LOOKS_PER_LIMIT,
  };
  const server = createServer(options, (request, response) => {
    answer(request, response, config(), status).catch(() => response.destroy());
  });
  server.maxConnections = METRICS_CLIENTS_MAX;
  const { listen } = config();
  if ("path" in listen) await listenNorthbound(server, { path: listen.path, group: undefined });
  else await listening(server, listen);
  // Accepting fails where descriptors are short: the listener stays.
  server.on("error", () => {});
  const bound = server.address();
  return {
    port: bound !== null && typeof bound === "object" ? bound.port : 0,
    async close() {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listening(
  server: Server,
  { address, port }: { readonly address: string; readonly port: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException): void =>
      reject(
        Object.assign(
          new Error(
            `metrics: cannot listen on ${address} port ${port} (${cause.code}): ${adviceForShortage(cause.code) ?? "choose an address of this machine and a free port"}`,
            { cause },
          ),
          { code: cause.code },
        ),
      );
    server.once("error", failed);
    server.listen({ host: address, port, exclusive: true }, () => {
      server.off("error", failed);
      resolve();
    });
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  config: MetricsConfig,
  status: () => NodeStatus,
): Promise<void> {
  request.resume();
  const { allow } = config;
  if (allow !== undefined && !isAddressAllowed(allow, request.socket.remoteAddress ?? ""))
    return refuse(response, 403, "your address may not read metrics here");
  // A web page that points its own name at this address would carry it in Host.
  if (isLoopbackOnly(config) && !isOwnName(request.headers.host))
    return refuse(response, 403, "use an IP address or localhost");
  if (request.method !== "GET" && request.method !== "HEAD")
    return refuse(response, 405, "only GET", { allow: "GET, HEAD" });
  if ((request.url ?? "").split("?", 1)[0] !== "/metrics") return refuse(response, 404, "metrics are at /metrics");
  const { expositionOf } = await import("./exposition.ts");
  const { contentType, text } = await expositionOf(status(), wantedFormat(request.headers.accept));
  response.writeHead(200, { "content-type": contentType, "content-length": Buffer.byteLength(text) });
  response.end(request.method === "HEAD" ? undefined : text);
}

function refuse(response: ServerResponse, code: number, text: string, headers: Record<string, string> = {}): void {
  response.writeHead(code, { "content-type": "text/plain; charset=utf-8", ...headers });
  response.end(`${text}\n`);
}

function isLoopbackOnly({ listen, allow }: MetricsConfig): boolean {
  return !("path" in listen) && allow === undefined;
}

function isOwnName(host: string | undefined): boolean {
  if (host === undefined) return true;
  const name = host.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
  return name === "localhost" || isIP(name) !== 0;
}
