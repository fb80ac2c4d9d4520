/**
 * The lower side of layering: serves one northbound network on an AF_UNIX socket, and is a link for the upper node that
 * attaches to it.
 */
import { once } from "node:events";
import { chmodSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { makeRuntimeFolder, openLoopbackSocket, type DatagramSocket } from "@flor/host";
import { randomFillSync } from "node:crypto";
import { dirname } from "node:path";
import { BOOTSTRAP_MAX_OCTETS, type Bootstrap, createLinkEnd, decodeBootstrap, type FlorIoEnd } from "@flor/io";
import type { FlorNode, Northbound, UpperDoor } from "@flor/node";
import type { Logger } from "pino";
import { encodeNorthboundAnswer } from "./northbound-protocol.ts";

/** What a northbound server is made of. */
export interface NorthboundServerOptions {
  readonly node: FlorNode;
  readonly northbound: Northbound;
  readonly path: string;
  /** Instance ids beneath this node. */
  readonly ancestry: () => readonly Uint8Array[];
  readonly version: string;
  readonly log: Logger;
  readonly wake: () => void;
}

/** Says its bootstrap line within this time, or is closed. */
const BOOTSTRAP_TIMEOUT_MS = 5000;
/** Clients of one socket at once; one is attached, others are on their way in or out. */
const CLIENTS_MAX = 8;

/** A northbound network, listening. */
export class NorthboundServer {
  readonly #options: NorthboundServerOptions;
  readonly #server = createServer((client) => this.#serve(client));
  readonly #clients = new Set<Socket>();
  #attached: AttachedUpper | undefined;

  private constructor(options: NorthboundServerOptions) {
    this.#options = options;
  }

  /** Listens; a socket that a dead node left is replaced. */
  static async open(options: NorthboundServerOptions): Promise<NorthboundServer> {
    const server = new NorthboundServer(options);
    makeRuntimeFolder(dirname(options.path));
    rmSync(options.path, { force: true });
    server.#server.listen(options.path);
    await once(server.#server, "listening");
    chmodSync(options.path, 0o600);
    return server;
  }

  async close(): Promise<void> {
    this.#attached?.close("the lower node stops");
    for (const client of this.#clients) client.destroy();
    this.#server.close();
    await once(this.#server, "close");
    rmSync(this.#options.path, { force: true });
  }

  #serve(client: Socket): void {
    client.on("error", () => client.destroy());
    if (this.#clients.size >= CLIENTS_MAX) return void client.destroy();
    this.#clients.add(client);
    client.once("close", () => this.#clients.delete(client));
    client.setTimeout(BOOTSTRAP_TIMEOUT_MS, () => client.destroy());
    let text = "";
    const take = (chunk: Buffer): void => {
      text += chunk.toString("utf8");
      const end = text.indexOf("\n");
      if (end < 0 && text.length > BOOTSTRAP_MAX_OCTETS) return void client.destroy();
      if (end < 0) return;
      client.off("data", take);
      client.setTimeout(0);
      client.resume();
      void this.#attach(client, text.slice(0, end));
    };
    client.on("data", take);
  }

  async #attach(client: Socket, line: string): Promise<void> {
    const bootstrap = decodeBootstrap(line);
    if ("error" in bootstrap) return void client.end(encodeNorthboundAnswer({ error: bootstrap.error }));
    const socket = await openLoopbackSocket();
    if (client.destroyed) return socket.close();
    this.#attached?.close("another node attached");
    const upper = new AttachedUpper(this.#options, bootstrap, socket, client);
    this.#attached = upper;
    client.once("close", () => {
      upper.close("the upper node is gone");
      if (this.#attached === upper) this.#attached = undefined;
    });
    client.write(encodeNorthboundAnswer({ attached: true, node: this.#options.node.settings.name }));
  }
}

/** One upper node, attached: our end of its session is that of a link. */
class AttachedUpper {
  readonly #options: NorthboundServerOptions;
  readonly #socket: DatagramSocket;
  readonly #client: Socket;
  readonly #end: FlorIoEnd;
  readonly #door: UpperDoor;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: NorthboundServerOptions, bootstrap: Bootstrap, socket: DatagramSocket, client: Socket) {
    this.#options = options;
    this.#socket = socket;
    this.#client = client;
    this.#end = this.#createEnd(bootstrap);
    this.#door = doorOf(this.#end);
    socket.connect(bootstrap.nodePort);
    socket.onReceive = (octets, length) => {
      this.#end.handleReceive(octets, length, performance.now());
      this.#serve();
    };
    socket.onError = (code) => options.log.debug({ network: options.northbound.network, code }, "northbound-socket");
    this.#serve();
  }

  close(reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#end.close(reason);
    this.#options.northbound.detach(this.#door);
    this.#socket.close();
    this.#client.destroy();
    this.#options.log.info({ network: this.#options.northbound.network, reason }, "northbound-detached");
  }

  #createEnd(bootstrap: Bootstrap): FlorIoEnd {
    const { node, northbound, ancestry, version } = this.#options;
    const socket = this.#socket;
    return createLinkEnd(
      {
        transmit: (octets, offset, length) => socket.send(octets, offset, length),
        sink: {
          handleFrames: (octets, view, offset, end) =>
            node.handleUpperFrames(northbound, octets, view, offset, end, performance.now()),
        },
        secret: bootstrap.secret,
        receiveBufferOctets: socket.receiveBufferOctets,
        randomFill: (octets) => void randomFillSync(octets),
        capabilities: ["segments", "roaming"],
        deadlineMs: bootstrap.deadlineMs,
        program: "flor",
        programVersion: version,
        pid: process.pid,
        ancestry: [node.topology.instance, ...ancestry()],
      },
      performance.now(),
    );
  }

  #serve(): void {
    if (this.#isClosed) return;
    const now = performance.now();
    if ((this.#end.nextTimeout() ?? Infinity) <= now) this.#end.handleTimeout(now);
    for (let event = this.#end.pollEvent(); event !== undefined; event = this.#end.pollEvent())
      this.#handleEvent(event);
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    const next = this.#end.nextTimeout();
    if (next !== undefined) this.#timer = setTimeout(() => this.#serve(), Math.max(0, next - performance.now()));
  }

  #handleEvent(event: NonNullable<ReturnType<FlorIoEnd["pollEvent"]>>): void {
    const { northbound, log, wake } = this.#options;
    if (event.type === "ready") {
      log.info({ network: northbound.network }, "northbound-attached");
      northbound.attach(this.#door);
    } else if (event.type === "neighbours") northbound.setNeighbours(event.neighbours);
    else if (event.type === "rejected") this.close(event.text);
    else if (event.type === "dead") this.close(event.reason);
    else if (event.type === "bye") this.close(event.reason);
    wake();
  }
}

function doorOf(end: FlorIoEnd): UpperDoor {
  return {
    bundle: end.bundle,
    get bundleLimit() {
      return end.bundleLimit;
    },
    reserve: (octets) => end.reserve(octets),
    commit: (octets) => end.commit(octets),
    flush: () => end.flush(),
    setPorts: (ports) => end.setPorts([...ports], performance.now()),
    sendTooBig: (port, mtu, octets) => end.sendTooBig(port, mtu, octets),
  };
}
