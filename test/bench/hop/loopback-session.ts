import { randomFillSync } from "node:crypto";
import { type DatagramSocket, openLoopbackSocket } from "@flor/host";
import { createLinkEnd, createNodeEnd, type FlorIoEnd, type FlorIoEvent, type FlorIoOptions } from "@flor/io";

/** How to open a session. */
export interface LoopbackSessionOptions {
  readonly secret: Uint8Array;
  /** Port of the node's end, which a link's end says Hello to; absent: this is the node's end. */
  readonly nodePort?: number;
  readonly handleFrames: (octets: Uint8Array, view: DataView, offset: number, end: number) => void;
  readonly handleEvent: (event: FlorIoEvent) => void;
}

/** One end of a Flor IO session over a real socket, as `flor up` and the link kit hold one. */
export class LoopbackSession {
  readonly end: FlorIoEnd;
  readonly #socket: DatagramSocket;
  readonly #options: LoopbackSessionOptions;
  #timer: NodeJS.Timeout | undefined;

  private constructor(socket: DatagramSocket, options: LoopbackSessionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.end = options.nodePort === undefined ? this.#createNodeEnd() : this.#createLinkEnd(options.nodePort);
    socket.onReceive = (octets, length) => {
      this.end.handleReceive(octets, length, performance.now());
      this.#serve();
    };
    this.#serve();
  }

  static async open(options: LoopbackSessionOptions): Promise<LoopbackSession> {
    return new LoopbackSession(await openLoopbackSocket(), options);
  }

  get port(): number {
    return this.#socket.localPort;
  }

  get #parts(): FlorIoOptions {
    const { secret, handleFrames } = this.#options;
    return {
      transmit: (octets, offset, length) => this.#transmit(octets, offset, length),
      queue: this.#socket,
      sink: { handleFrames },
      secret,
      receiveBufferOctets: this.#socket.receiveBufferOctets,
      randomFill: (octets) => void randomFillSync(octets),
    };
  }

  #createNodeEnd(): FlorIoEnd {
    return createNodeEnd(this.#parts, performance.now());
  }

  #createLinkEnd(nodePort: number): FlorIoEnd {
    this.#socket.connect(nodePort);
    const named = { program: "flood", programVersion: "0", pid: process.pid };
    return createLinkEnd({ ...this.#parts, ...named }, performance.now());
  }

  /** A node's end is connected to the process that proved to know the secret. */
  #transmit(octets: Uint8Array, offset: number, length: number): void {
    const isWaiting = this.#options.nodePort === undefined && this.end.state === "handshaking";
    if (isWaiting) this.#socket.sendTo(octets, offset, length, this.#socket.sourcePort);
    else this.#socket.send(octets, offset, length);
  }

  #serve(): void {
    const now = performance.now();
    if ((this.end.nextTimeout() ?? Infinity) <= now) this.end.handleTimeout(now);
    for (let event = this.end.pollEvent(); event !== undefined; event = this.end.pollEvent()) this.#handleEvent(event);
    clearTimeout(this.#timer);
    const next = this.end.nextTimeout();
    if (next !== undefined) this.#timer = setTimeout(() => this.#serve(), Math.max(0, next - now));
  }

  #handleEvent(event: FlorIoEvent): void {
    const isNodeReady = event.type === "ready" && this.#options.nodePort === undefined;
    if (isNodeReady) this.#socket.connect(this.#socket.sourcePort);
    this.#options.handleEvent(event);
  }
}
