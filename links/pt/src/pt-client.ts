import type { Socket } from "node:net";
import { splitAddress } from "@flor/link-kit";
import { type CarriedStream, carriedStreamOf } from "@flor/stream-carrier";
import { SocksClient } from "socks";
import { encodeSocksArguments, parseBridgeLine, UNSPECIFIED_WORD } from "./bridge-line.ts";
import { ManagedProxy, type ManagedProxyOptions } from "./managed-proxy.ts";

/** A transport's own handshake takes its time. */
const DIAL_TIMEOUT_MS = 30_000;

/** SOCKS has no words for more. */
const ADVICE = "nothing listens there, or the arguments are not those that the neighbour's node logs";

/** The transport as a client: started at the first neighbour that is dialled, and again when it is gone. */
export class PtClient {
  readonly #options: ManagedProxyOptions;
  #proxy: Promise<ManagedProxy> | undefined;
  #isClosed = false;

  constructor(options: ManagedProxyOptions) {
    this.#options = options;
  }

  /** Opens a stream to the neighbour at a bridge line. */
  async dial(address: string, signal: AbortSignal): Promise<CarriedStream> {
    const { transport } = this.#options;
    const bridge = parseBridgeLine(address, transport);
    if (bridge === undefined)
      throw new Error("this is not HOST:PORT followed by KEY=VALUE, so a pt link cannot dial it");
    const { host, port, args } = bridge;
    if (host === UNSPECIFIED_WORD)
      throw new Error(`${UNSPECIFIED_WORD} in its address must be replaced by a name or an address of its machine`);
    const { method } = await this.#start();
    const proxy = splitAddress(method.address);
    if (proxy === undefined || method.type !== "client-method")
      throw new Error(`the transport listens at ${method.address}, which is no address`);
    const { socket } = await SocksClient.createConnection({
      proxy: { ...proxy, type: method.socks, ...encodeSocksArguments(args) },
      destination: { host, port },
      command: "connect",
      timeout: DIAL_TIMEOUT_MS,
      set_tcp_nodelay: true,
    }).catch((error: Error) => {
      throw new Error(`${transport} does not get through: ${ADVICE} (${error.message})`, { cause: error });
    });
    return carry(socket, signal, `${host}:${port}`);
  }

  /** Ends the transport. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const proxy = await this.#proxy?.catch(() => undefined);
    proxy?.close();
  }

  #start(): Promise<ManagedProxy> {
    if (this.#isClosed) return Promise.reject(new Error("the link is closing"));
    this.#proxy ??= this.#launch();
    return this.#proxy;
  }

  /** Whatever ends it, the next dial starts another. */
  async #launch(): Promise<ManagedProxy> {
    try {
      const proxy = await ManagedProxy.start(this.#options);
      void proxy.exited.then((reason) => {
        this.#proxy = undefined;
        if (!this.#isClosed) this.#options.node.log("warn", reason);
      });
      return proxy;
    } catch (error) {
      this.#proxy = undefined;
      throw error;
    }
  }
}

function carry(socket: Socket, signal: AbortSignal, address: string): CarriedStream {
  if (!signal.aborted) return carriedStreamOf(socket, address);
  socket.destroy();
  throw new Error("the neighbour is no longer wanted");
}
