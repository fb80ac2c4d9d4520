import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "@flor/testkit";
import { RawConnection } from "./raw-connection.ts";

/** What a {@link Stage} listens on. */
export interface StageOptions {
  /** The IPv4 address that the SOCKS5 server is told to reach. @default "127.0.0.1" */
  readonly address?: string;
  /** An IPv6 address besides, where the machine has one. @default none */
  readonly ipv6Address?: string;
  /** How long each wait on a connection may last, in milliseconds. */
  readonly patienceMs: number;
}

const POLL_MS = 2;

/**
 * The targets of the cases: a listener whose connections are handed to the case, to be echo, sink, source or
 * resetting server as the case wants, and a port that refuses.
 */
export class Stage {
  readonly address: string;
  readonly port: number;
  readonly ipv6: { readonly address: string; readonly port: number } | undefined;
  /** Nothing listens here. */
  readonly refusingPort: number;
  readonly #servers: readonly Server[];
  readonly #patienceMs: number;
  readonly #queue: RawConnection[] = [];
  readonly #all = new Set<RawConnection>();

  private constructor(options: StageOptions, servers: readonly [Server, ...Server[]], refusingPort: number) {
    this.#servers = servers;
    this.#patienceMs = options.patienceMs;
    this.refusingPort = refusingPort;
    const [ipv4, ipv6] = servers.map((server) => server.address() as AddressInfo);
    this.address = ipv4?.address ?? "";
    this.port = ipv4?.port ?? 0;
    this.ipv6 = ipv6 && { address: ipv6.address, port: ipv6.port };
    for (const server of servers)
      server.on("connection", (socket) => this.#take(new RawConnection(socket, options.patienceMs)));
  }

  static async start(options: StageOptions): Promise<Stage> {
    const refusingPort = await freePort();
    const ipv4 = await listen(options.address ?? "127.0.0.1");
    const servers: [Server, ...Server[]] =
      options.ipv6Address === undefined ? [ipv4] : [ipv4, await listen(options.ipv6Address)];
    return new Stage(options, servers, refusingPort);
  }

  /** The next connection that the SOCKS5 server makes to the stage. */
  async accept(): Promise<RawConnection> {
    for (const deadline = performance.now() + this.#patienceMs; performance.now() <= deadline;) {
      const connection = this.#queue.shift();
      if (connection !== undefined) return connection;
      await delay(POLL_MS);
    }
    throw new Error(`a connection to the stage expected, none in ${this.#patienceMs} ms`);
  }

  /** Connections that nobody has accepted. */
  get waitingConnections(): number {
    return this.#queue.length;
  }

  /** Adds a client's connection to those that {@link clear} ends. */
  track(client: RawConnection): RawConnection {
    this.#all.add(client);
    return client;
  }

  /** Ends every connection of earlier cases. */
  clear(): void {
    for (const connection of this.#all) connection.destroy();
    this.#all.clear();
    this.#queue.length = 0;
  }

  /** Closes everything. */
  async stop(): Promise<void> {
    this.clear();
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  #take(connection: RawConnection): void {
    this.#all.add(connection);
    this.#queue.push(connection);
  }
}

async function listen(address: string): Promise<Server> {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, address);
  await once(server, "listening");
  return server;
}
