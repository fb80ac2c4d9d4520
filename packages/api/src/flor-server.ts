import { EventEmitter } from "node:events";
import { FlorSocket } from "./flor-socket.ts";

/** How a program publishes a service. */
export interface ServiceOptions {
  /** Who may use it: member names, `role:NAME`, `user:NAME`, `USER@NODE`. @default everybody in the network */
  readonly allow?: readonly string[];
  /** Who may not, whatever `allow` says. @default nobody */
  readonly deny?: readonly string[];
  /** Share of the clients relative to other publishers, 0 to 1000. @default 100 */
  readonly weight?: number;
  /** What stays with one publisher. @default "flow" */
  readonly affinity?: "flow" | "client" | "node" | "none";
  /** The port that clients name, shown to them. @default 80 */
  readonly port?: number;
  /** When the client ends, the socket does not end by itself. @default false */
  readonly allowHalfOpen?: boolean;
}

/** The client of a connection to a service. */
export interface ServiceClient {
  /** Name of the node that the client came in at. */
  readonly node: string;
  /** The user, as that node reports it; empty: none. Only known if `allow` or `deny` name users. */
  readonly user: string;
}

/** Events of {@link FlorServer}. */
export interface FlorServerEvents {
  connection: [socket: FlorSocket, client: ServiceClient];
  close: [];
}

/** A service of this program, similar to `net.Server`. Make one with `node.listen`. */
export class FlorServer extends EventEmitter<FlorServerEvents> implements Disposable {
  /** `db.team` */
  readonly name: string;
  readonly #allowHalfOpen: boolean;
  readonly #sockets = new Set<FlorSocket>();
  readonly #withdraw: () => void;
  #isClosed = false;

  /** For the node. */
  constructor(name: string, allowHalfOpen: boolean, withdraw: () => void) {
    super();
    this.name = name;
    this.#allowHalfOpen = allowHalfOpen;
    this.#withdraw = withdraw;
  }

  /** Connections open now. */
  get connections(): number {
    return this.#sockets.size;
  }

  get listening(): boolean {
    return !this.#isClosed;
  }

  /** Withdraws the service; open connections stay, and "close" is emitted after the last. */
  close(callback?: () => void): this {
    if (callback !== undefined) this.once("close", callback);
    if (this.#isClosed) return this;
    this.#isClosed = true;
    this.#withdraw();
    this.#closeWhenEmpty();
    return this;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** For the node: a client came. */
  accept(client: ServiceClient, start: (socket: FlorSocket) => void): void {
    const socket = new FlorSocket({ allowHalfOpen: this.#allowHalfOpen, isConnected: true });
    this.#sockets.add(socket);
    socket.once("close", () => {
      this.#sockets.delete(socket);
      this.#closeWhenEmpty();
    });
    socket.connected(undefined, { address: client.node, family: "flor", port: 0 });
    this.emit("connection", socket, client);
    start(socket);
  }

  #closeWhenEmpty(): void {
    if (this.#isClosed && this.#sockets.size === 0) process.nextTick(() => this.emit("close"));
  }
}
