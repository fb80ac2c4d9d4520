/** The targets of tests: TCP servers with one simple behaviour each, and all of their sockets tracked. */
import { createHash } from "node:crypto";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { Readable } from "node:stream";
import { seededChunks } from "./seeded-octets.ts";
import type { ServerSpec } from "./server-spec.ts";

/** A listening server. Dispose it (`await using`), and every connection is gone with it. */
export class TestServer implements AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #accepted = 0;

  private constructor(server: Server) {
    this.#server = server;
    const { address, port } = server.address() as AddressInfo;
    this.host = address;
    this.port = port;
    server.on("connection", (socket) => this.#track(socket));
  }

  /** Opens a server that does what `spec` says; rejects when its address is not to be had. */
  static async open(spec: ServerSpec): Promise<TestServer> {
    const server = serverFor(spec);
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(spec.port ?? 0, spec.host ?? "127.0.0.1", resolve);
    });
    return new TestServer(server);
  }

  /** Connections accepted since it opened. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Connections that are open now. */
  get open(): number {
    return this.#sockets.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #track(socket: Socket): void {
    this.#accepted += 1;
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    // A client that resets is part of many tests; without a listener it would end the process.
    socket.on("error", () => {});
  }
}

function serverFor(spec: ServerSpec): Server {
  if (spec.kind === "http") return httpServer(spec.pages);
  return createServer({ allowHalfOpen: true, pauseOnConnect: spec.kind === "stalled", noDelay: true }, (socket) =>
    serve(socket, spec),
  );
}

function serve(socket: Socket, spec: Exclude<ServerSpec, { kind: "http" }>): void {
  switch (spec.kind) {
    case "echo":
      return void socket.pipe(socket);
    case "sink":
      return sink(socket);
    case "source":
      socket.resume();
      return void Readable.from(seededChunks(spec.seed, spec.octets), { objectMode: false }).pipe(socket);
    case "resetting":
      return resetAfter(socket, spec.afterOctets);
    case "slow":
      return trickle(socket, seededChunks(spec.seed, spec.octets), spec.chunkOctets, spec.intervalMs);
    case "stalled":
      return undefined;
    default:
      return spec satisfies never;
  }
}

function sink(socket: Socket): void {
  const hash = createHash("sha256");
  let octets = 0;
  socket.on("data", (chunk) => {
    hash.update(chunk);
    octets += chunk.length;
  });
  socket.on("end", () => socket.end(`${octets} ${hash.digest("hex")}\n`));
}

function resetAfter(socket: Socket, octets: number): void {
  let left = octets;
  if (left === 0) socket.resetAndDestroy();
  socket.on("data", (chunk) => {
    left -= chunk.length;
    if (left <= 0) socket.resetAndDestroy();
  });
}

function trickle(socket: Socket, octets: Iterator<Uint8Array>, chunkOctets: number, intervalMs: number): void {
  let waiting = Buffer.alloc(0);
  const fill = (): void => {
    for (let next = octets.next(); next.done !== true; next = octets.next()) {
      waiting = Buffer.concat([waiting, next.value]);
      if (waiting.length >= chunkOctets) return;
    }
  };
  const timer = setInterval(() => {
    if (waiting.length < chunkOctets) fill();
    socket.write(waiting.subarray(0, chunkOctets));
    waiting = waiting.subarray(chunkOctets);
    if (waiting.length === 0) fill();
    if (waiting.length > 0) return;
    clearInterval(timer);
    socket.end();
  }, intervalMs);
  socket.resume().on("close", () => clearInterval(timer));
}

function httpServer(pages: Readonly<Record<string, string>>): Server {
  return createHttpServer((request, response) => {
    const body = pages[request.url ?? "/"];
    response.writeHead(body === undefined ? 404 : 200, { "content-type": "text/html; charset=utf-8" });
    response.end(body ?? "not found\n");
  });
}
