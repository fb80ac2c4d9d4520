/**
 * What a node says to the service manager that started it, sd_notify(3): datagrams to an AF_UNIX socket. Node.js has no
 * such sockets, so this goes by FFI; where there is none, nothing is said.
 */
import { AF_UNIX } from "./linux-socket.ts";
import { isFfiPossible } from "./open-loopback-socket.ts";

type Environment = Readonly<Record<string, string | undefined>>;
type Libc = typeof import("./libc.ts");

const MICROSECONDS_PER_MS = 1000;

/** The service manager; every method is harmless where there is none. */
export class Supervisor {
  readonly #libc: Libc | undefined;
  readonly #address: Uint8Array | undefined;
  /** A process that is silent for this long is ended and started again; `undefined`: nobody looks. */
  readonly watchdogMs: number | undefined;

  private constructor(libc: Libc | undefined, environment: Environment) {
    this.#libc = libc;
    this.#address = addressOf(environment["NOTIFY_SOCKET"]);
    this.watchdogMs = this.#address === undefined ? undefined : watchdogOf(environment);
  }

  /** Finds it by `NOTIFY_SOCKET` and `WATCHDOG_USEC`. Never rejects. */
  static async find(environment: Environment): Promise<Supervisor> {
    const libc = isFfiPossible() && environment["NOTIFY_SOCKET"] !== undefined ? import("./libc.ts") : undefined;
    return new Supervisor(await libc?.catch(() => undefined), environment);
  }

  /** Says something, such as `READY=1`. What cannot be said is lost: the node has other work. */
  notify(text: string): void {
    if (this.#libc === undefined || this.#address === undefined) return;
    this.#libc.sendToUnixSocket(this.#address, Buffer.from(text));
  }

  /** Says that the process is alive, half as late as it must, as long as `isAtWork`; the result ends it. */
  keepSaying(isAtWork: () => boolean): Disposable {
    const { watchdogMs } = this;
    const look = (): void => {
      if (isAtWork()) this.notify("WATCHDOG=1");
    };
    const timer = watchdogMs === undefined ? undefined : setInterval(look, watchdogMs / 2).unref();
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }
}

/** sockaddr_un; a name that begins with @ is abstract (unix(7)). */
function addressOf(path: string | undefined): Uint8Array | undefined {
  if (path === undefined || !/^[/@]/.test(path)) return undefined;
  const name = Buffer.from(path);
  if (path.startsWith("@")) name[0] = 0;
  return Buffer.concat([Uint8Array.of(AF_UNIX, 0), name]);
}

function watchdogOf(environment: Environment): number | undefined {
  const { WATCHDOG_USEC: microseconds, WATCHDOG_PID: pid } = environment;
  if (pid !== undefined && Number(pid) !== process.pid) return undefined;
  const milliseconds = Number(microseconds) / MICROSECONDS_PER_MS;
  return Number.isFinite(milliseconds) && milliseconds >= 1 ? milliseconds : undefined;
}
