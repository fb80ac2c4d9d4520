import { once } from "node:events";
import { type AddressInfo, type BlockList, connect, createServer, isIPv4, type Server, type Socket } from "node:net";
import {
  HANDSHAKE_TIMEOUT_MS,
  type Socks5Reply,
  type Socks5Request,
  Socks5Server,
  type Socks5Users,
} from "../../packages/socks5/src/index.ts";

/** How a {@link startDirectSocks5Server} decides. */
export interface DirectSocks5Options {
  readonly users?: Socks5Users;
  readonly handshakeTimeoutMs?: number;
  /** Addresses that are answered with "not-allowed". */
  readonly forbidden?: BlockList;
}

/** What `connect` says, as SOCKS5 says it. */
const replyOfError: Readonly<Record<string, Socks5Reply>> = {
  ECONNREFUSED: "connection-refused",
  ENETUNREACH: "network-unreachable",
  EHOSTUNREACH: "host-unreachable",
  ETIMEDOUT: "host-unreachable",
  ENOTFOUND: "host-unreachable",
  EAI_AGAIN: "host-unreachable",
};

/** Names that getaddrinfo reads as addresses: they would lead a client around every rule. */
const ODD_ADDRESS = /^(?:0x[0-9a-f]*|[0-9]*)(?:\.(?:0x[0-9a-f]*|[0-9]*))*$/i;

/**
 * A SOCKS5 server that connects directly from this process: the machine of packages/socks5 on real sockets, without
 * the overlay. It shows that the cases can be passed, and what a driver owes the machine.
 */
export async function startDirectSocks5Server(options: DirectSocks5Options): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => void new Connection(client, options));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** The port of a listening server. */
export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Drives one machine, and connects for it. */
class Connection {
  readonly #client: Socket;
  readonly #options: DirectSocks5Options;
  readonly #machine: Socks5Server;

  constructor(client: Socket, options: DirectSocks5Options) {
    this.#client = client;
    this.#options = options;
    this.#machine = new Socks5Server(options, performance.now());
    // The timer is later than the deadline by a little, so that the machine finds it due.
    const timer = setTimeout(() => this.#timeOut(), (options.handshakeTimeoutMs ?? HANDSHAKE_TIMEOUT_MS) + 2);
    client.on("data", this.#receive).on("end", this.#receiveEnd);
    client.on("error", () => client.destroy()).on("close", () => clearTimeout(timer));
  }

  #receive = (octets: Uint8Array): void => {
    this.#machine.handleReceive(octets, performance.now());
    if (this.#machine.isPipelineFull) this.#client.pause();
    this.#drain();
  };

  #receiveEnd = (): void => {
    this.#machine.handleEnd();
    this.#drain();
  };

  #timeOut(): void {
    this.#machine.handleTimeout(performance.now());
    this.#drain();
  }

  #drain(): void {
    const machine = this.#machine;
    for (let octets = machine.pollTransmit(); octets !== undefined; octets = machine.pollTransmit())
      this.#client.write(octets);
    for (let event = machine.pollEvent(); event !== undefined; event = machine.pollEvent()) {
      if (event.type === "request") this.#open(event.request);
      else this.#client.end();
    }
  }

  #open(request: Socks5Request): void {
    if (isForbidden(request, this.#options.forbidden)) {
      this.#reply("not-allowed");
      return;
    }
    const upstream = dial(request);
    const fail = (error: NodeJS.ErrnoException): void =>
      this.#reply(replyOfError[error.code ?? ""] ?? "general-failure");
    this.#client.once("close", () => upstream.destroy());
    upstream.once("error", fail).once("connect", () => {
      upstream.off("error", fail);
      this.#reply("succeeded", upstream);
      this.#startRelay(upstream);
    });
  }

  #reply(reply: Socks5Reply, upstream?: Socket): void {
    const bound = upstream && { address: octetsOf(upstream.localAddress), port: upstream.localPort ?? 0 };
    this.#machine.reply(reply, bound);
    this.#drain();
  }

  #startRelay(upstream: Socket): void {
    this.#client.off("data", this.#receive).off("end", this.#receiveEnd);
    upstream.write(this.#machine.takePipelined());
    relay(this.#client, upstream);
    relay(upstream, this.#client);
  }
}

function relay(from: Socket, to: Socket): void {
  from.on("error", () => to.resetAndDestroy());
  if (from.readableEnded) to.end();
  else from.pipe(to);
}

function dial({ target, port }: Socks5Request): Socket {
  const host = target.kind === "domain" ? target.name : textOf(target.address);
  return connect({ host, port, allowHalfOpen: true, noDelay: true });
}

function isForbidden({ target }: Socks5Request, forbidden: BlockList | undefined): boolean {
  if (target.kind === "domain") return ODD_ADDRESS.test(target.name);
  const text = textOf(target.address);
  return forbidden?.check(text, isIPv4(text) ? "ipv4" : "ipv6") ?? false;
}

function textOf(address: Uint8Array): string {
  return address.length === 4 ? address.join(".") : (address.toHex().match(/.{4}/g)?.join(":") ?? "");
}

/** IPv6 addresses are told as `::`: no case looks at them. */
function octetsOf(address: string | undefined): Uint8Array {
  return address !== undefined && isIPv4(address) ? Uint8Array.from(address.split("."), Number) : new Uint8Array(16);
}
