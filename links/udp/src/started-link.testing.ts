/** A udp link process and the node's end of its Flor IO session, for tests. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes, randomFillSync } from "node:crypto";
import { fileURLToPath } from "node:url";
import { type DatagramSocket, openLoopbackSocket } from "@flor/host/datagram";
import { createNodeEnd, encodeBootstrap, type FlorIoEnd, type FlorIoEvent, type Neighbour, type Port } from "@flor/io";
import { FRAME_DATA, FRAME_HEADER_OCTETS, frameEnd, frameField, type Token, writeFrameHeader } from "@flor/wire";

/** A busy machine takes its time to start a program, and to let the test look. */
const HANDSHAKE_MAX_MS = 120_000;
const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));

/** How to start a link. */
export interface StartLinkOptions {
  readonly config: unknown;
  readonly stateDir?: string;
  /** Added to the link's environment, e.g. FLOR_FFI=0. */
  readonly env?: Readonly<Record<string, string>>;
  /** Put before the command, e.g. ["ip", "netns", "exec", "name"]. */
  readonly prefix?: readonly string[];
}

/** A frame as a test sees it. */
export interface ReceivedFrame {
  readonly port: number;
  readonly token: Token;
  readonly content: Uint8Array;
}

type EventOf<Type extends FlorIoEvent["type"]> = Extract<FlorIoEvent, { type: Type }>;

/** Starts links and ends them. */
export class StartedLink {
  readonly process: ChildProcess;
  readonly end: FlorIoEnd;
  readonly exited: Promise<number | null>;
  ports: readonly Port[] = [];
  log = "";
  /** Takes runs of frames instead of `frames`, borrowed. */
  onFrames: ((octets: Uint8Array, view: DataView, offset: number, end: number) => void) | undefined;
  readonly frames: ReceivedFrame[] = [];
  readonly events: FlorIoEvent[] = [];
  readonly #socket: DatagramSocket;
  readonly #waiting = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;

  private constructor(socket: DatagramSocket, options: StartLinkOptions) {
    this.#socket = socket;
    const secret = randomBytes(32);
    this.end = createNodeEnd(
      {
        transmit: (octets, offset, length) => {
          if (this.end.state === "handshaking") socket.sendTo(octets, offset, length, socket.sourcePort);
          else socket.send(octets, offset, length);
        },
        sink: { handleFrames: (octets, view, offset, end) => this.#handleFrames(octets, view, offset, end) },
        secret,
        receiveBufferOctets: socket.receiveBufferOctets,
        randomFill: (octets) => void randomFillSync(octets),
        capabilities: ["segments", "stats", "roaming"],
        deadlineMs: HANDSHAKE_MAX_MS,
      },
      performance.now(),
    );
    socket.onReceive = (octets, length) => {
      this.end.handleReceive(octets, length, performance.now());
      this.turn();
    };
    const { prefix: [command, ...before] = [] } = options;
    this.process = spawn(
      command ?? process.execPath,
      command === undefined ? [MAIN] : [...before, process.execPath, MAIN],
      {
        env: { ...process.env, ...options.env, FLOR_IO: "1" },
        stdio: "pipe",
      },
    );
    // Not its exit: what it said last must have been read.
    this.exited = new Promise((resolve) => this.process.once("close", resolve));
    this.process.stderr?.on("data", (chunk: Buffer) => (this.log += chunk.toString()));
    this.process.stdin?.on("error", () => {});
    const { config, stateDir = "" } = options;
    const bootstrap = {
      versions: [1],
      nodePort: socket.localPort,
      secret,
      link: "test",
      incarnation: 1,
      parentPid: process.pid,
      deadlineMs: HANDSHAKE_MAX_MS,
    };
    this.process.stdin?.write(encodeBootstrap({ ...bootstrap, stateDir, config }));
    this.turn();
  }

  /** Starts a link and waits for its session. */
  static async start(options: StartLinkOptions): Promise<StartedLink> {
    const link = new StartedLink(await openLoopbackSocket(), options);
    const isOver = link.exited.then((code) => Promise.reject(new Error(`the link exited with ${code}: ${link.log}`)));
    await Promise.race([link.next("ready"), isOver]);
    isOver.catch(() => {});
    return link;
  }

  /** Starts a link that is expected to exit, and tells how. */
  static async startAndFail(options: StartLinkOptions): Promise<{ code: number | null; log: string }> {
    const link = new StartedLink(await openLoopbackSocket(), options);
    const code = await link.exited;
    await link.stop();
    return { code, log: link.log };
  }

  /** Where the link listens, as it logs it. */
  async listeningPort(): Promise<number> {
    await this.until(() => /listening on \S+:(\d+)/.test(this.log));
    return Number(/listening on \S+:(\d+)/.exec(this.log)?.[1]);
  }

  setNeighbours(neighbours: readonly (Partial<Neighbour> & { key: string })[]): void {
    const whole = neighbours.map((neighbour) => ({
      address: "",
      token: new Uint8Array(0),
      port: 0,
      peer: "",
      ...neighbour,
    }));
    this.end.setNeighbours(whole, performance.now());
  }

  /** Sends one data frame; false without credit. */
  send(port: number, token: Token, content: Uint8Array): boolean {
    const at = this.end.reserve(FRAME_HEADER_OCTETS + content.length);
    if (at < 0) return false;
    const { octets, view } = this.end.bundle;
    writeFrameHeader(view, at, { type: FRAME_DATA, flags: 0, length: content.length, port, token });
    octets.set(content, at + FRAME_HEADER_OCTETS);
    this.end.commit(FRAME_HEADER_OCTETS + content.length);
    return true;
  }

  /** Does what is due, and sends. */
  turn(): void {
    const now = performance.now();
    if ((this.end.nextTimeout() ?? Infinity) <= now) this.end.handleTimeout(now);
    for (let event = this.end.pollEvent(); event !== undefined; event = this.end.pollEvent()) this.#handleEvent(event);
    this.end.flush();
    clearTimeout(this.#timer);
    const next = this.end.nextTimeout();
    if (next !== undefined) this.#timer = setTimeout(() => this.turn(), Math.max(1, next - now));
    for (const look of this.#waiting) look();
  }

  /** Resolves when `isTrue` is, looked at whenever something arrived. */
  async until(isTrue: () => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const poll = setInterval(() => look(), 20);
      const look = (): void => {
        if (!isTrue()) return;
        clearInterval(poll);
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** The next event of a kind, past ones included. */
  async next<Type extends FlorIoEvent["type"]>(type: Type): Promise<EventOf<Type>> {
    const find = (): EventOf<Type> | undefined =>
      this.events.find((event): event is EventOf<Type> => event.type === type);
    await this.until(() => find() !== undefined);
    const event = find() as EventOf<Type>;
    this.events.splice(this.events.indexOf(event), 1);
    return event;
  }

  /** The port with this key, once it matches. */
  async portOf(key: string, matches: (port: Port) => boolean = (port) => port.up): Promise<Port> {
    const find = (): Port | undefined => this.ports.find((port) => port.key === key && matches(port));
    await this.until(() => find() !== undefined);
    return find() as Port;
  }

  /** One of the link's figures, from a Pong yet to come once it is at least `least`. */
  async counter(name: string, least = 1): Promise<number> {
    const find = (): number =>
      this.events
        .filter((event) => event.type === "counters")
        .at(-1)
        ?.counters.find((counter) => counter.name === name)?.value ?? 0;
    await this.until(() => find() >= least);
    return find();
  }

  /** Ends the link by its lifeline. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.process.stdin?.end();
    await this.exited;
    this.end.close("test is over");
    clearTimeout(this.#timer);
    this.#socket.close();
  }

  #handleEvent(event: FlorIoEvent): void {
    if (event.type === "greeted") this.#socket.connect(this.#socket.sourcePort);
    if (event.type === "ports") this.ports = event.ports;
    this.events.push(event);
  }

  #handleFrames(octets: Uint8Array, view: DataView, offset: number, end: number): void {
    if (this.onFrames !== undefined) return this.onFrames(octets, view, offset, end);
    let next = offset;
    for (let at = offset; at < end; at = next) {
      next = frameEnd(view, at, end);
      this.frames.push({
        port: view.getUint16(at + frameField.port),
        token: { high: view.getUint32(at + frameField.tokenHigh), low: view.getUint32(at + frameField.tokenLow) },
        content: octets.slice(at + FRAME_HEADER_OCTETS, next),
      });
    }
  }
}
