/**
 * TCP connections looked at as the kernel has them, without node:net, which takes a RST behind octets for a FIN and
 * forgets what has arrived when a write fails. Linux, IPv4, loopback; import it by its own path: it loads koffi.
 */
import { closeSync, openSync } from "node:fs";
import { constants } from "node:os";
import koffi from "koffi";

const libc = koffi.load("libc.so.6");
const socket: (domain: number, type: number, protocol: number) => number = libc.func("int socket(int, int, int)");
const closeFd: (fd: number) => number = libc.func("int close(int)");
const bind: (fd: number, address: Uint8Array, octets: number) => number = libc.func(
  "int bind(int, const void*, uint32_t)",
);
const listenOn: (fd: number, backlog: number) => number = libc.func("int listen(int, int)");
const accept4: (fd: number, address: null, octets: null, flags: number) => number = libc.func(
  "int accept4(int, void*, void*, int)",
);
const connectTo: (fd: number, address: Uint8Array, octets: number) => number = libc.func(
  "int connect(int, const void*, uint32_t)",
);
const getsockname: (fd: number, address: Uint8Array, octets: Uint8Array) => number = libc.func(
  "int getsockname(int, void*, void*)",
);
const setsockopt: (fd: number, level: number, name: number, value: Uint8Array, octets: number) => number = libc.func(
  "int setsockopt(int, int, int, const void*, uint32_t)",
);
const sendTo: (fd: number, octets: Uint8Array, length: number, flags: number) => number = libc.func(
  "long send(int, const void*, size_t, int)",
);
const recv: (fd: number, into: Uint8Array, length: number, flags: number) => number = libc.func(
  "long recv(int, void*, size_t, int)",
);
const shutdownOf: (fd: number, how: number) => number = libc.func("int shutdown(int, int)");
const ioctl: (fd: number, request: number, type: "void*", value: Uint8Array) => number = libc.func(
  "int ioctl(int, unsigned long, ...)",
);
const setns: (fd: number, kind: number) => number = libc.func("int setns(int, int)");

const AF_INET = 2;
const SOCK_STREAM = 1;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_LINGER = 13;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const SIOCINQ = 0x541b;
const SIOCOUTQ = 0x5411;
const CLONE_NEWNET = 0x40000000;
const SHUT_WR = 1;

const READ_OCTETS = 65_536;
const LOOK_AGAIN_MS = 2;
const LOOK_AGAIN_MAX_MS = 20;

/** What reading came to: octets, or `FIN`, or `nothing` yet, or the name of an error, such as `ECONNRESET`. */
export type Reading = Uint8Array | string;

/** Resolves when `look` returns something other than undefined; rejects with `wanted` when time is over. */
export async function until<Found>(look: () => Found | undefined, wanted: string, timeoutMs: number): Promise<Found> {
  const deadline = performance.now() + timeoutMs;
  for (let waitMs = LOOK_AGAIN_MS; ; waitMs = Math.min(LOOK_AGAIN_MAX_MS, waitMs + 1)) {
    const found = look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`${wanted}: not in ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

/** One socket on 127.0.0.1; none of its calls waits. Dispose it (`using`): closed as a program closes it. */
export class KernelSocket implements Disposable {
  #fd: number;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** Listens on a free port. @param namespace its name, as in `ip netns`; absent: this one */
  static listen(namespace?: string): KernelSocket {
    const fd = openSocket(namespace);
    succeed(bind(fd, addressOf(0), 16), "bind");
    succeed(listenOn(fd, 128), "listen");
    return new KernelSocket(fd);
  }

  /** Connects; rejects when it is refused or takes longer than this. */
  static async connect(port: number, timeoutMs: number, namespace?: string): Promise<KernelSocket> {
    const made = new KernelSocket(openSocket(namespace));
    await until(() => made.#connected(port), `a connection to port ${port}`, timeoutMs);
    return made;
  }

  /** The port it is bound to. */
  get port(): number {
    const address = new Uint8Array(16);
    succeed(getsockname(this.#fd, address, Uint8Array.of(16, 0, 0, 0)), "getsockname");
    return new DataView(address.buffer).getUint16(2);
  }

  /** The next connection that came in, or undefined. */
  accept(): KernelSocket | undefined {
    const fd = accept4(this.#fd, null, null, SOCK_NONBLOCK | SOCK_CLOEXEC);
    return fd < 0 ? undefined : new KernelSocket(fd);
  }

  /** Gives the kernel what it takes now: octets, 0 when it has no room, or the name of the error, such as EPIPE. */
  send(octets: Uint8Array): number | string {
    const taken = sendTo(this.#fd, octets, octets.length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (taken >= 0) return taken;
    const error = lastError();
    return error === "EAGAIN" ? 0 : error;
  }

  /** Reads what is there. @param most octets */
  read(most: number = READ_OCTETS): Reading {
    const into = new Uint8Array(most);
    const octets = recv(this.#fd, into, into.length, MSG_DONTWAIT);
    if (octets > 0) return into.subarray(0, octets);
    if (octets === 0) return "FIN";
    const error = lastError();
    return error === "EAGAIN" ? "nothing" : error;
  }

  /** Octets that arrived and were not read. */
  get unread(): number {
    return this.#asked(SIOCINQ);
  }

  /** Octets that were sent and not acknowledged. */
  get unacknowledged(): number {
    return this.#asked(SIOCOUTQ);
  }

  /** shutdown(2) of the sending direction. */
  shutdown(): void {
    shutdownOf(this.#fd, SHUT_WR);
  }

  /** Closes with RST, whatever is under way. */
  reset(): void {
    setsockopt(this.#fd, SOL_SOCKET, SO_LINGER, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0), 8);
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    if (this.#fd >= 0) closeFd(this.#fd);
    this.#fd = -1;
  }

  #connected(port: number): true | undefined {
    // Asked a second time it says how the first went.
    const error = connectTo(this.#fd, addressOf(port), 16) === 0 ? "EISCONN" : lastError();
    if (error === "EALREADY" || error === "EINPROGRESS") return undefined;
    if (error === "EISCONN") return true;
    throw new Error(`a connection to port ${port}: ${error}`);
  }

  #asked(request: number): number {
    const value = new Uint8Array(4);
    succeed(ioctl(this.#fd, request, "void*", value), "ioctl");
    return new DataView(value.buffer).getInt32(0, true);
  }
}

/** A socket belongs to the namespace in which its thread was. */
function openSocket(namespace: string | undefined): number {
  if (namespace === undefined) return succeed(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
  const [here, there] = [openSync("/proc/thread-self/ns/net", "r"), openSync(`/run/netns/${namespace}`, "r")];
  try {
    succeed(setns(there, CLONE_NEWNET), "setns");
    try {
      return openSocket(undefined);
    } finally {
      succeed(setns(here, CLONE_NEWNET), "setns");
    }
  } finally {
    closeSync(here);
    closeSync(there);
  }
}

function addressOf(port: number): Uint8Array {
  return Uint8Array.of(AF_INET, 0, port >> 8, port & 0xff, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0);
}

function succeed(result: number, call: string): number {
  if (result < 0) throw new Error(`${call}: ${lastError()}`);
  return result;
}

const lastError = (): string => nameOf(koffi.errno());

function nameOf(error: number): string {
  return Object.entries(constants.errno).find(([, number]) => number === error)?.[0] ?? String(error);
}
