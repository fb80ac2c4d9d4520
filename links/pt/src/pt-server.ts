import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { type CarriedStream, carriedStreamOf, dialBackOff } from "@flor/stream-carrier";
import { formatBridgeLine } from "./bridge-line.ts";
import { ManagedProxy, type ManagedProxyOptions } from "./managed-proxy.ts";

/** What a server is made with. */
export interface PtServerOptions extends Omit<ManagedProxyOptions, "role"> {
  /** `ADDRESS:PORT` where the transport listens. */
  readonly listen: string;
  readonly options: Readonly<Record<string, string>>;
  readonly accept: (stream: CarriedStream) => void;
}

/** Lines for the other ends' configuration, in the state folder. */
const BRIDGE_LINE_FILE = "bridge-line";
/** A transport that works for this long has started well. */
const PROVEN_MS = 60_000;

/** The transport as a server, and the loopback port to which it brings those who come; it is started again and again. */
export class PtServer {
  readonly #options: PtServerOptions;
  readonly #listener: Server;
  readonly #backOff = dialBackOff();
  #proxy: ManagedProxy | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastReason: string | undefined;
  #isClosed = false;

  private constructor(options: PtServerOptions, listener: Server) {
    this.#options = options;
    this.#listener = listener;
  }

  /** Listens, and starts the transport; whether it can is logged. */
  static async open(options: PtServerOptions): Promise<PtServer> {
    let clients = 0;
    const listener = createServer((socket) => {
      socket.setNoDelay(true);
      clients += 1;
      options.accept(carriedStreamOf(socket, `${options.transport} client ${clients}`));
    });
    listener.listen({ host: "127.0.0.1", port: 0 });
    await once(listener, "listening");
    listener.on("error", (error: NodeJS.ErrnoException) => options.node.count(`error.${error.code ?? error.message}`));
    const server = new PtServer(options, listener);
    void server.#run();
    return server;
  }

  /** Ends the transport and the port. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#listener.close();
    this.#proxy?.close();
  }

  async #run(): Promise<void> {
    const startedAt = performance.now();
    const reason = await this.#serve().catch((error: Error) => error.message);
    if (this.#isClosed) return;
    if (performance.now() - startedAt > PROVEN_MS) this.#backOff.reset();
    // The same words every time say nothing new.
    if (reason !== this.#lastReason) this.#options.node.log("error", `${reason}; restarting it`);
    this.#lastReason = reason;
    this.#timer = setTimeout(() => void this.#run(), this.#backOff.next());
  }

  /** Serves until the transport ends; resolves to why it did. */
  async #serve(): Promise<string> {
    const { listen, options } = this.#options;
    const deliverTo = `127.0.0.1:${(this.#listener.address() as AddressInfo).port}`;
    const role = { is: "server", listen, deliverTo, options } as const;
    const proxy = await ManagedProxy.start({ ...this.#options, role });
    if (this.#isClosed) proxy.close();
    this.#proxy = proxy;
    this.#lastReason = undefined;
    await this.#announce(proxy);
    return proxy.exited;
  }

  /** Tells people what the other ends need; it holds no secret that they should not have. */
  async #announce({ method }: ManagedProxy): Promise<void> {
    const { node, transport, stateFolder } = this.#options;
    if (method.type !== "server-method") return;
    const line = formatBridgeLine(method.address, method.args);
    const file = join(stateFolder, BRIDGE_LINE_FILE);
    await writeFile(file, `${line}\n`, { mode: 0o600 }).catch((error: NodeJS.ErrnoException) =>
      node.log("warn", `${file} cannot be written: ${error.code}`),
    );
    // The reader may look for the file.
    node.log("info", `${transport} listens; the address of this node for others is: ${line}`);
  }
}
