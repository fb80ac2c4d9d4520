import { connect, type Socket } from "node:net";

/** How a connection's receiving direction ended: by FIN, by RST, or not yet. */
export type Ending = "open" | "end" | "reset";

/** A TCP connection that notes everything that happens to it, and waits for it with a limit. */
export class RawConnection {
  readonly socket: Socket;
  readonly #patienceMs: number;
  readonly #waiting = new Set<() => void>();
  #chunks: Buffer[] = [];
  #octets = 0;
  #ending: Ending = "open";

  /** @param patienceMs every wait fails after this */
  constructor(socket: Socket, patienceMs: number) {
    this.socket = socket;
    this.#patienceMs = patienceMs;
    socket.setNoDelay(true);
    socket.on("connect", () => this.#note(() => {}));
    socket.on("data", (octets: Buffer) => this.#note(() => this.#keep(octets)));
    socket.on("end", () => this.#note(() => (this.#ending = "end")));
    socket.on("error", () => this.#note(() => (this.#ending = "reset")));
    socket.on("close", () => this.#note(() => {}));
  }

  /** Connects, half-open allowed. */
  static async connect(host: string, port: number, patienceMs: number, localAddress?: string): Promise<RawConnection> {
    const from = localAddress === undefined ? {} : { localAddress };
    const socket = connect({ host, port, allowHalfOpen: true, ...from });
    const connection = new RawConnection(socket, patienceMs);
    await connection.#until(() => !socket.connecting, `a connection to ${host}:${port}`);
    if (connection.ending !== "open") throw new Error(`a connection to ${host}:${port} expected, it was refused`);
    return connection;
  }

  /** How the receiving direction stands. */
  get ending(): Ending {
    return this.#ending;
  }

  /** Octets received and not yet read. */
  get waitingOctets(): number {
    return this.#octets;
  }

  /** Sends the parts as one write, and resolves when the kernel has them. */
  async send(...parts: readonly Uint8Array[]): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.socket.write(Buffer.concat(parts), (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Reads exactly `octets`. Fails when the direction ends before. */
  async read(octets: number): Promise<Buffer> {
    await this.#until(() => this.#octets >= octets || this.#ending !== "open", `${octets} octets`);
    if (this.#octets < octets)
      throw new Error(`${octets} octets expected, ${this.#octets} came before ${this.#ending}: ${this.#preview()}`);
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all.subarray(octets)];
    this.#octets -= octets;
    return all.subarray(0, octets);
  }

  /** Reads until the direction ends, and tells how it did. */
  async readToEnd(): Promise<{ readonly octets: Buffer; readonly ending: Ending }> {
    await this.#until(() => this.#ending !== "open", "the end of the direction");
    const octets = Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#octets = 0;
    return { octets, ending: this.#ending };
  }

  /** Closes at once, without a word to either side's test. */
  destroy(): void {
    this.socket.destroy();
  }

  #keep(octets: Buffer): void {
    this.#chunks.push(octets);
    this.#octets += octets.length;
  }

  #note(change: () => void): void {
    change();
    for (const wake of this.#waiting) wake();
  }

  #preview(): string {
    return Buffer.concat(this.#chunks).subarray(0, 64).toString("hex");
  }

  async #until(condition: () => boolean, what: string): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const wake = (): void => {
        if (condition()) settle(resolve);
        else if (this.socket.destroyed) settle(() => reject(new Error(`${what} expected, the connection is gone`)));
      };
      const settle = (end: () => void): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        end();
      };
      const timer = setTimeout(() => {
        const seen = `${this.#octets} octets waiting, ${this.#ending}: ${this.#preview()}`;
        settle(() => reject(new Error(`${what} expected, nothing in ${this.#patienceMs} ms (${seen})`)));
      }, this.#patienceMs);
      this.#waiting.add(wake);
    });
  }
}
