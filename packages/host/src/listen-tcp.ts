/**
 * A TCP listener with a bound on its connections. When the process is out of file descriptors, libuv accepts with one
 * that it keeps in reserve and closes at once: the client sees the end, the listener neither spins nor stops, and goes
 * on accepting when descriptors are free again (`listen-tcp.system.test.ts` shows it).
 */
import { createServer, type Server, type Socket } from "node:net";
import { adviceForListening } from "./listen-advice.ts";
import { adviceForShortage } from "./shortage.ts";
import { resetSocket } from "./tcp-ending.ts";
import { TCP_OPTIONS, TcpStream } from "./tcp-stream.ts";

/** Connections that the kernel holds until they are accepted. */
const BACKLOG = 1024;

/** What a listener is made of. */
export interface ListenOptions {
  /** An IP address literal. */
  readonly address: string;
  /** 0: any free port. */
  readonly port: number;
  /** Listens in another way, as on a Unix socket: `address` and `port` are only told then. */
  readonly bind?: (server: Server) => Promise<void>;
  /** @default as many as there are file descriptors */
  readonly connectionsMax?: number;
  /** A client came from an IP address, empty on a Unix socket; its stream reads nothing before `listen`. */
  handleConnection(stream: TcpStream, from: string): void;
  /** A client was turned away, because there are `connectionsMax`. */
  handleRefused?(): void;
  /** Accepting failed with this error code; the listener goes on. */
  handleError?(code: string): void;
}

/** A listener. */
export interface TcpListener {
  readonly address: string;
  readonly port: number;
  /** Connections open now. */
  readonly connections: number;
  /** Connections at most from now on; those open stay. */
  setConnectionsMax(connectionsMax: number): void;
  /** Accepts no more; what is open stays. */
  stopAccepting(): void;
  /** Accepts no more and resets what is open; resolves when all is gone. */
  close(): Promise<void>;
}

/**
 * Listens.
 *
 * @throws the error of the system with its `code`, such as `EADDRINUSE`, and a message that says what to do
 */
export async function listenTcp(options: ListenOptions): Promise<TcpListener> {
  const sockets = new Set<Socket>();
  const server = createServer({ ...TCP_OPTIONS, pauseOnConnect: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    options.handleConnection(new TcpStream(socket).receiveByEvents(), socket.remoteAddress ?? "");
  });
  server.maxConnections = options.connectionsMax ?? Infinity;
  server.on("drop", () => options.handleRefused?.());
  await (options.bind?.(server) ?? listening(server, options));
  server.on("error", (error: NodeJS.ErrnoException) => options.handleError?.(error.code ?? error.message));
  return {
    address: options.address,
    port: portOf(server),
    get connections(): number {
      return sockets.size;
    },
    setConnectionsMax: (connectionsMax) => void (server.maxConnections = connectionsMax),
    stopAccepting: () => void server.close(),
    close: () => closed(server, sockets),
  };
}

function listening(server: Server, { address, port }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => reject(explained(error, address, port));
    server.once("error", failed);
    server.listen({ host: address, port, backlog: BACKLOG, exclusive: true }, () => {
      server.off("error", failed);
      resolve();
    });
  });
}

async function closed(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const gone = [...sockets].map((socket) => new Promise<void>((resolve) => void socket.once("close", () => resolve())));
  gone.push(new Promise((resolve) => void server.close(() => resolve())));
  for (const socket of sockets) resetSocket(socket);
  await Promise.all(gone);
}

function portOf(server: Server): number {
  const address = server.address();
  return address !== null && typeof address === "object" ? address.port : 0;
}

function explained(error: NodeJS.ErrnoException, address: string, port: number): Error {
  const code = error.code ?? "";
  const shortage = adviceForShortage(code);
  const text = adviceForListening(code) ?? (shortage === undefined ? error.message : `${code}: ${shortage}`);
  return Object.assign(new Error(`cannot listen on ${address} port ${port}: ${text}`, { cause: error }), { code });
}
