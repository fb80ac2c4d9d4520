/** Plays the node against one link process: bootstrap line, session, lifeline. For tests of any link program. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes, randomFillSync } from "node:crypto";
import { type DatagramSocket, openLoopbackSocket } from "@flor/host/datagram";
import { createNodeEnd, encodeBootstrap, type FlorIoEnd, type FlorIoEvent, SECRET_OCTETS } from "@flor/io";
import { FRAME_DATA, FRAME_HEADER_OCTETS, frameEnd, viewOf, writeFrameHeader, ZERO_TOKEN } from "@flor/wire";
import type { ProcessExit } from "./started-process.ts";

const WAIT_MS = 200_000;
const DEADLINE_MS = 60_000;
const OUTPUT_MAX_CHARACTERS = 1 << 20;

/** How to start the link. */
export interface PlayedNodeOptions {
  readonly config?: unknown;
  readonly stateDir?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Never speak to the link. @default false */
  readonly isMute?: boolean;
  /** Until when the link waits for an answer. @default 60,000 */
  readonly deadlineMs?: number;
  /** The command is a shell whose child the link is: the link is told of it as its parent. @default false */
  readonly isShell?: boolean;
}

/** A node with one link. Dispose it (`await using`), and the process is gone. */
export class PlayedNode implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly end: FlorIoEnd;
  readonly secret: Uint8Array = randomBytes(SECRET_OCTETS);
  readonly events: FlorIoEvent[] = [];
  /** Frames that the link handed up, one by one. */
  readonly frames: Uint8Array[] = [];
  /** What the process wrote to standard output and error. */
  output = "";
  /** Resolves when the process has ended. */
  readonly exited: Promise<ProcessExit>;
  readonly #socket: DatagramSocket;
  readonly #waiting = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;

  private constructor(command: readonly string[], socket: DatagramSocket, options: PlayedNodeOptions) {
    const [program = "", ...args] = command;
    this.#socket = socket;
    this.end = this.#createEnd();
    if (options.isMute !== true) socket.onReceive = (octets, length) => this.#receive(octets, length);
    this.child = spawn(program, args, { stdio: "pipe", env: { ...process.env, ...options.env, FLOR_IO: "1" } });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => this.#append(text));
    }
    this.child.stdin?.on("error", () => {});
    this.exited = new Promise((resolve) => {
      this.child.once("close", (code, signal) => resolve({ code: code ?? undefined, signal: signal ?? undefined }));
    });
    const { config = {}, stateDir = "", deadlineMs = DEADLINE_MS } = options;
    const parentPid = options.isShell === true ? (this.child.pid ?? 0) : process.pid;
    const nature = { versions: [1], link: "test", incarnation: 1, parentPid, deadlineMs, stateDir, config };
    this.child.stdin?.write(encodeBootstrap({ ...nature, nodePort: socket.localPort, secret: this.secret }));
  }

  /** Starts `command` as a node would. */
  static async start(command: readonly string[], options: PlayedNodeOptions = {}): Promise<PlayedNode> {
    return new PlayedNode(command, await openLoopbackSocket(), options);
  }

  /** Waits until `look` finds something; rejects with the link's output when time is over. */
  waitFor<Found>(look: () => Found | undefined, wanted: string): Promise<Found> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const found = look();
        if (found === undefined) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error(`${WAIT_MS} ms passed before ${wanted}; the link said:\n${this.output}`));
      }, WAIT_MS);
      this.#waiting.add(check);
      check();
    });
  }

  /** Waits for an event of this type, also one that came before. */
  waitForEvent<Type extends FlorIoEvent["type"]>(type: Type): Promise<Extract<FlorIoEvent, { type: Type }>> {
    const isWanted = (event: FlorIoEvent): event is Extract<FlorIoEvent, { type: Type }> => event.type === type;
    return this.waitFor(() => this.events.find(isWanted), `the event ${type}`);
  }

  /** Sends a data frame with this content to a port of the link. */
  send(port: number, content: Uint8Array): void {
    const frame = new Uint8Array(FRAME_HEADER_OCTETS + content.length);
    writeFrameHeader(viewOf(frame), 0, { type: FRAME_DATA, flags: 0, length: content.length, port, token: ZERO_TOKEN });
    frame.set(content, FRAME_HEADER_OCTETS);
    this.end.send(frame, 0, frame.length);
    this.end.flush();
  }

  /** Ends the lifeline. */
  closeLifeline(): void {
    this.child.stdin?.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill("SIGKILL");
    await this.exited;
    clearTimeout(this.#timer);
    this.#socket.close();
  }

  #createEnd(): FlorIoEnd {
    const socket = this.#socket;
    return createNodeEnd(
      {
        secret: this.secret,
        receiveBufferOctets: socket.receiveBufferOctets,
        randomFill: (octets) => void randomFillSync(octets),
        capabilities: ["stats", "segments", "roaming"],
        deadlineMs: DEADLINE_MS,
        transmit: (octets, offset, length) => {
          if (this.end.state === "ready") socket.send(octets, offset, length);
          else socket.sendTo(octets, offset, length, socket.sourcePort);
        },
        sink: { handleFrames: (octets, view, offset, end) => this.#handleFrames(octets, view, offset, end) },
      },
      performance.now(),
    );
  }

  #receive(octets: Uint8Array, length: number): void {
    this.end.handleReceive(octets, length, performance.now());
    this.#serve();
  }

  #serve(): void {
    const now = performance.now();
    if ((this.end.nextTimeout() ?? Infinity) <= now) this.end.handleTimeout(now);
    for (let event = this.end.pollEvent(); event !== undefined; event = this.end.pollEvent()) {
      if (event.type === "ready") this.#socket.connect(this.#socket.sourcePort);
      this.events.push(event);
    }
    this.#wake();
    clearTimeout(this.#timer);
    const next = this.end.nextTimeout();
    if (next !== undefined) this.#timer = setTimeout(() => this.#serve(), Math.max(0, next - now));
  }

  #handleFrames(octets: Uint8Array, view: DataView, offset: number, end: number): void {
    for (let at = offset; at < end; at = frameEnd(view, at, end)) {
      this.frames.push(new Uint8Array(octets.subarray(at, frameEnd(view, at, end))));
    }
  }

  #append(text: string): void {
    this.output = (this.output + text).slice(-OUTPUT_MAX_CHARACTERS);
    this.#wake();
  }

  #wake(): void {
    for (const check of this.#waiting) check();
  }
}
