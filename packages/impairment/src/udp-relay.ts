/** The impairment box's twin without privileges: an impaired path between two UDP endpoints, inside this process. */
import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import { ImpairedPath } from "./impaired-path.ts";
import type { Impairments, PathCounts } from "./impairments.ts";

const SOCKET_BUFFER_OCTETS = 4 << 20;

/** Where datagrams go. */
export interface UdpEndpoint {
  readonly address: string;
  readonly port: number;
}

export interface RelayOptions {
  /** Where the left one is; absent: wherever its first datagram comes from, and each later one. */
  readonly left?: UdpEndpoint;
  /** Where the right one is; absent: likewise. */
  readonly right?: UdpEndpoint;
  /** Both ways. */
  readonly impairments?: Impairments;
  /** @default 1 */
  readonly seed?: number;
  /** The relay's own address. @default "127.0.0.1" */
  readonly host?: string;
}

/** One side of the relay: its socket, its endpoint, and the path of what arrives here. */
interface Side {
  readonly socket: Socket;
  readonly path: ImpairedPath;
  readonly isFixed: boolean;
  endpoint: UdpEndpoint | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** A running relay. What the left endpoint sends to `leftPort` leaves from `rightPort` for the right one, and back. */
export class UdpRelay implements AsyncDisposable {
  readonly #left: Side;
  readonly #right: Side;

  private constructor(left: Side, right: Side) {
    this.#left = left;
    this.#right = right;
    join(left, right);
    join(right, left);
  }

  static async start(options: RelayOptions = {}): Promise<UdpRelay> {
    const host = options.host ?? "127.0.0.1";
    const seed = options.seed ?? 1;
    const left = await openSide(host, options.left, new ImpairedPath(options.impairments ?? {}, seed));
    const right = await openSide(host, options.right, new ImpairedPath(options.impairments ?? {}, seed + 1));
    return new UdpRelay(left, right);
  }

  /** The port that the left endpoint knows as its peer's. */
  get leftPort(): number {
    return this.#left.socket.address().port;
  }

  /** The port that the right endpoint knows as its peer's. */
  get rightPort(): number {
    return this.#right.socket.address().port;
  }

  /** Changes both directions; what is on its way keeps its time. */
  change(impairments: Impairments): void {
    this.changeToRight(impairments);
    this.changeToLeft(impairments);
  }

  changeToRight(impairments: Impairments): void {
    this.#left.path.change(impairments);
  }

  changeToLeft(impairments: Impairments): void {
    this.#right.path.change(impairments);
  }

  get counts(): { readonly toRight: PathCounts; readonly toLeft: PathCounts } {
    return { toRight: this.#left.path.counts, toLeft: this.#right.path.counts };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const side of [this.#left, this.#right]) {
      clearTimeout(side.timer);
      await new Promise<void>((resolve) => side.socket.close(resolve));
    }
  }
}

async function openSide(host: string, endpoint: UdpEndpoint | undefined, path: ImpairedPath): Promise<Side> {
  const socket = createSocket({
    type: isIPv6(host) ? "udp6" : "udp4",
    recvBufferSize: SOCKET_BUFFER_OCTETS,
    sendBufferSize: SOCKET_BUFFER_OCTETS,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject).bind(0, host, resolve);
  });
  // The endpoint may be down: its ICMP errors are part of the path, not of the relay.
  socket.removeAllListeners("error").on("error", () => {});
  return { socket, path, endpoint, isFixed: endpoint !== undefined, timer: undefined };
}

function join(from: Side, to: Side): void {
  from.socket.on("message", (datagram, sender) => {
    if (!from.isFixed) from.endpoint = sender;
    if (from.path.offer(datagram, performance.now())) send(to, datagram);
    else sendDue(from, to);
  });
}

function send(to: Side, datagram: Uint8Array): void {
  if (to.endpoint !== undefined) to.socket.send(datagram, to.endpoint.port, to.endpoint.address, () => {});
}

function sendDue(from: Side, to: Side): void {
  const now = performance.now();
  for (let due = from.path.takeDue(now); due !== undefined; due = from.path.takeDue(now)) send(to, due);
  clearTimeout(from.timer);
  const next = from.path.nextAt;
  if (next !== undefined) from.timer = setTimeout(sendDue, Math.max(0, next - now), from, to);
}
