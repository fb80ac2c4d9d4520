/**
 * The lower side of layering: serves one northbound network on an AF_UNIX socket, and is a link for the upper node that
 * attaches to it.
 */
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { errorCode, openLoopbackSocket } from "@flor/host";
import { BOOTSTRAP_MAX_OCTETS, decodeBootstrap, FLOR_IO_VERSION } from "@flor/io";
import { AttachedUpper, type AttachedUpperOptions } from "./attached-upper.ts";
import { encodeNorthboundAnswer } from "./northbound-protocol.ts";
import { listenNorthbound, type NorthboundSocket } from "./northbound-socket.ts";

/** What a northbound server is made of. */
export interface NorthboundServerOptions extends AttachedUpperOptions {
  readonly socket: NorthboundSocket;
}

/** Says its whole bootstrap line within this time, however busily it talks, or is closed. */
export const BOOTSTRAP_TIMEOUT_MS = 5000;
/** Clients of one socket at once; one is attached, others are on their way in or out. */
export const CLIENTS_MAX = 8;

/** A northbound network, listening. */
export class NorthboundServer {
  readonly #options: NorthboundServerOptions;
  readonly #server = createServer((client) => this.#serve(client));
  readonly #clients = new Set<Socket>();
  #attached: AttachedUpper | undefined;

  private constructor(options: NorthboundServerOptions) {
    this.#options = options;
  }

  /** Listens; throws an Error that says what to do when that is not possible. */
  static async open(options: NorthboundServerOptions): Promise<NorthboundServer> {
    const server = new NorthboundServer(options);
    await listenNorthbound(server.#server, options.socket);
    const { network } = options.northbound;
    server.#server.on("error", (error) =>
      options.log.write("warn", "northbound-refused", { network, reason: errorCode(error) }),
    );
    return server;
  }

  /** Other nodes are beneath this one now: the upper node attaches again, and learns who they are. */
  handleAncestryChanged(): void {
    this.#attached?.handleAncestryChanged();
  }

  /** What the layers beneath add and carry changed. */
  handleLayersChanged(): void {
    this.#attached?.handleLayersChanged();
  }

  /** @param reason for the upper node, if one is attached */
  async close(reason: string): Promise<void> {
    this.#attached?.close(reason);
    for (const client of this.#clients) client.destroy();
    this.#server.close();
    await once(this.#server, "close");
    rmSync(this.#options.socket.path, { force: true });
  }

  #serve(client: Socket): void {
    client.on("error", () => client.destroy());
    if (this.#clients.size >= CLIENTS_MAX) return refuse(client, "too many are attaching: try again");
    this.#clients.add(client);
    const timer = setTimeout(() => client.destroy(), BOOTSTRAP_TIMEOUT_MS);
    client.once("close", () => {
      clearTimeout(timer);
      this.#clients.delete(client);
    });
    client.setEncoding("utf8");
    let text = "";
    const take = (chunk: string): void => {
      text += chunk;
      const end = text.indexOf("\n");
      if (end < 0 && text.length <= BOOTSTRAP_MAX_OCTETS) return;
      client.off("data", take);
      clearTimeout(timer);
      // Its session speaks over another socket: who says more here wants to keep us reading.
      client.on("data", () => client.destroy());
      void this.#attachOrRefuse(client, end < 0 ? text : text.slice(0, end));
    };
    client.on("data", take);
  }

  /** Without descriptors there is no socket for the session: the upper node is told, and tries again. */
  async #attachOrRefuse(client: Socket, line: string): Promise<void> {
    try {
      await this.#attach(client, line);
    } catch (error) {
      const { log, northbound, node } = this.#options;
      const reason = errorCode(error);
      log.write("warn", "northbound-refused", { network: northbound.network, reason });
      refuse(client, `node ${node.settings.name} has no socket for this session: ${reason}`);
    }
  }

  async #attach(client: Socket, line: string): Promise<void> {
    const bootstrap = decodeBootstrap(line);
    if ("error" in bootstrap) return refuse(client, bootstrap.error);
    if (!bootstrap.versions.includes(FLOR_IO_VERSION))
      return refuse(
        client,
        `node ${this.#options.node.settings.name} speaks version ${FLOR_IO_VERSION} of Flor IO, which the node above does not: update the older one`,
      );
    const socket = await openLoopbackSocket();
    if (client.destroyed) return socket.close();
    if (this.#attached !== undefined) {
      // Two nodes that displace each other would never stop.
      socket.close();
      const { network } = this.#options.northbound;
      return refuse(client, `another node is attached to ${network}: give each node above a northbound of its own`);
    }
    const upper = new AttachedUpper(this.#options, bootstrap, socket, client);
    this.#attached = upper;
    client.once("close", () => {
      upper.close("the upper node is gone");
      if (this.#attached === upper) this.#attached = undefined;
    });
    client.write(encodeNorthboundAnswer({ attached: true, node: this.#options.node.settings.name }));
  }
}

/** Who is refused keeps no place, even when it does not hang up. */
function refuse(client: Socket, error: string): void {
  client.write(encodeNorthboundAnswer({ error }));
  client.destroySoon();
}
