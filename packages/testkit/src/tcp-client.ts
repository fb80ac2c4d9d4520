/** A TCP connection that a test drives by hand: octet by octet, half-close and reset included. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

const DEFAULT_WAIT_MS = 200_000;

/** How the other side ended: in order (FIN), by reset (RST), or by another error of the socket. */
export type ConnectionEnd = "fin" | "reset" | "error";

/** A client connection. Dispose it (`using`), and it is destroyed. */
export class TcpClient implements Disposable {
  readonly socket: Socket;
  /** Resolves when nothing more can arrive. */
  readonly ended: Promise<ConnectionEnd>;
  readonly #chunks: Uint8Array[] = [];
  #received = 0;
  #wake: () => void = () => {};
  #end: ConnectionEnd | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.ended = new Promise((resolve) => {
      const finish = (end: ConnectionEnd): void => {
        this.#end ??= end;
        resolve(end);
        this.#wake();
      };
      socket
        .on("end", () => finish("fin"))
        .on("error", (error: NodeJS.ErrnoException) => finish(error.code === "ECONNRESET" ? "reset" : "error"))
        .on("close", () => finish("error"));
    });
    socket.on("data", (chunk: Uint8Array) => {
      this.#chunks.push(chunk);
      this.#received += chunk.length;
      this.#wake();
    });
  }

  /** Connects, without Nagle's delay and with half-close; rejects when it cannot. */
  static async connect(port: number, host: string = "127.0.0.1"): Promise<TcpClient> {
    const socket = connect({ port, host, allowHalfOpen: true, noDelay: true });
    await once(socket, "connect");
    return new TcpClient(socket);
  }

  /** Octets that arrived and were not read yet. */
  get buffered(): number {
    return this.#received;
  }

  /** Writes; resolves when the socket took it, so that a stalled peer stalls the test too. */
  async write(octets: Uint8Array | string): Promise<void> {
    if (!this.socket.write(octets)) await Promise.race([once(this.socket, "drain"), this.ended]);
  }

  /** Reads exactly this many octets; rejects when the connection ends before, or time runs out. */
  async read(octets: number, timeoutMs: number = DEFAULT_WAIT_MS): Promise<Uint8Array> {
    await this.#until(() => this.#received >= octets, `${octets} octets`, timeoutMs);
    if (this.#received < octets)
      throw new Error(`the connection ended (${this.#end}) after ${this.#received} of ${octets} octets`);
    const all = Buffer.concat(this.#chunks);
    this.#chunks.splice(0, Infinity, all.subarray(octets));
    this.#received -= octets;
    return all.subarray(0, octets);
  }

  /** Reads to the end, however it comes; look at `ended` for how. */
  async readToEnd(timeoutMs: number = DEFAULT_WAIT_MS): Promise<Uint8Array> {
    await this.#until(() => false, "the end", timeoutMs);
    const all = Buffer.concat(this.#chunks.splice(0));
    this.#received = 0;
    return all;
  }

  /** Like `readToEnd`, but keeps only the length and the SHA-256: for transfers of any size. */
  async hashToEnd(timeoutMs: number = DEFAULT_WAIT_MS): Promise<{ octets: number; sha256: string }> {
    const hash = createHash("sha256");
    let octets = 0;
    const take = (): false => {
      for (const chunk of this.#chunks.splice(0)) {
        hash.update(chunk);
        octets += chunk.length;
      }
      this.#received = 0;
      return false;
    };
    await this.#until(take, "the end", timeoutMs);
    take();
    return { octets, sha256: hash.digest("hex") };
  }

  /** Ends this direction (FIN); the other one stays. */
  end(): void {
    this.socket.end();
  }

  /** Breaks the connection (RST). */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  /** Waits until `isEnough` or the end of the connection. */
  async #until(isEnough: () => boolean, wanted: string, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!isEnough() && this.#end === undefined) {
      if (Date.now() >= deadline) throw new Error(`${timeoutMs} ms passed before ${wanted}; ${this.#received} came`);
      await this.#change(deadline - Date.now());
    }
  }

  #change(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
