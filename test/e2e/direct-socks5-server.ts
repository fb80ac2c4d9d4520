import { type BlockList, connect, isIPv4, type Socket } from "node:net";
import { Farewell, type LocalSocketListener, Reception, type ReceptionOwner, type Request } from "@flor/flows";
import { listenTcp, type TcpListener, type TcpStream } from "@flor/host";
import { createSocks5Inbound } from "@flor/inbounds";
import { Cause, type Destination } from "@flor/wire";

/** How a {@link startDirectSocks5Server} decides. */
export interface DirectSocks5Options {
  readonly users?: ReadonlyMap<string, string>;
  /** @default 10_000 */
  readonly handshakeTimeoutMs?: number;
  /** Addresses that are answered with "not-allowed". */
  readonly forbidden?: BlockList;
}

/** What `connect` says, as flor says it. */
const causeOfError: Readonly<Record<string, Cause>> = {
  ECONNREFUSED: Cause.CONNECTION_REFUSED,
  ENETUNREACH: Cause.NETWORK_UNREACHABLE,
  EHOSTUNREACH: Cause.HOST_UNREACHABLE,
  ETIMEDOUT: Cause.TIMED_OUT,
  ENOTFOUND: Cause.NAME_NOT_FOUND,
  EAI_AGAIN: Cause.NAME_NOT_FOUND,
};

/** Names that getaddrinfo reads as addresses: they would lead a client around every rule. */
const ODD_ADDRESS = /^(?:0x[0-9a-f]*|[0-9]*)(?:\.(?:0x[0-9a-f]*|[0-9]*))*$/i;
const HANDSHAKE_TIMEOUT_MS = 10_000;

/**
 * A SOCKS5 server that connects directly from this process: the inbound of packages/inbounds on real sockets, without
 * the overlay. It shows that the cases can be passed, and what an inbound is owed.
 */
export function startDirectSocks5Server(options: DirectSocks5Options): Promise<TcpListener> {
  const inbound = createSocks5Inbound(options.users);
  const handleConnection = (client: TcpStream): void => {
    const reception: Reception = new Reception(client, inbound, new Connection(client, options, () => reception));
    reception.start();
  };
  return listenTcp({ address: "127.0.0.1", port: 0, handleConnection });
}

/** One client: its time, and the way to its target. */
class Connection implements ReceptionOwner {
  readonly #client: TcpStream;
  readonly #options: DirectSocks5Options;
  readonly #timer: NodeJS.Timeout;

  constructor(client: TcpStream, options: DirectSocks5Options, reception: () => Reception) {
    this.#client = client;
    this.#options = options;
    const { handshakeTimeoutMs = HANDSHAKE_TIMEOUT_MS } = options;
    this.#timer = setTimeout(() => reception().handleDeadline(), handshakeTimeoutMs);
  }

  handleRequest(_reception: Reception, request: Request): void {
    clearTimeout(this.#timer);
    if (isForbidden(request.destination, this.#options.forbidden)) return this.#refuse(request, Cause.NOT_ALLOWED);
    const upstream = dial(request.destination);
    const early = [request.early];
    let isEnded = false;
    const waits: LocalSocketListener = {
      handleOctets: (octets) => void early.push(octets.slice()),
      handleEnd: () => {
        isEnded = true;
      },
      handleReset: () => void upstream.destroy(),
      handleDrain: () => {},
    };
    this.#client.listen(waits);
    const fail = (error: NodeJS.ErrnoException): void =>
      this.#refuse(request, causeOfError[error.code ?? ""] ?? Cause.GENERAL_FAILURE);
    upstream.once("error", fail).once("connect", () => {
      upstream.off("error", fail);
      request.reply(Cause.OK, { address: octetsOf(upstream.localAddress), port: upstream.localPort ?? 0 });
      for (const octets of early) upstream.write(octets);
      relay(this.#client, upstream);
      if (isEnded) upstream.end();
    });
  }

  /** It has no UDP sockets to give: the inbound refuses before. */
  handleAssociated(): void {}

  handleClientRefused(): void {
    clearTimeout(this.#timer);
    Farewell.begin(this.#client, () => {});
  }

  handleReceptionEnded(): void {
    clearTimeout(this.#timer);
  }

  #refuse(request: Request, cause: Cause): void {
    request.reply(cause, undefined);
    Farewell.begin(this.#client, () => {});
  }
}

function relay(client: TcpStream, upstream: Socket): void {
  upstream.on("error", () => client.reset()).on("end", () => client.end());
  upstream.on("data", (octets: Buffer) => {
    if (client.write(octets) > 0) upstream.pause();
  });
  upstream.on("drain", () => client.resume());
  client.listen({
    handleOctets: (octets) => {
      if (!upstream.write(octets.slice())) client.pause();
    },
    handleEnd: () => void upstream.end(),
    handleReset: () => upstream.resetAndDestroy(),
    handleDrain: () => void upstream.resume(),
  });
}

function dial({ target, port }: Destination): Socket {
  const host = target.kind === "domain" ? target.name : textOf(target.address);
  return connect({ host, port, allowHalfOpen: true, noDelay: true });
}

function isForbidden({ target }: Destination, forbidden: BlockList | undefined): boolean {
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
