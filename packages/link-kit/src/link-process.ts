/**
 * A link process from its bootstrap line to its exit: handshake, frames both ways, lifeline, shutdown.
 */
import { randomFillSync } from "node:crypto";
import {
  type Bootstrap,
  createLinkEnd,
  type FlorIoEnd,
  type FlorIoEvent,
  type Neighbour,
  RejectCode,
  PARTS_CAPABILITY,
} from "@flor/io";
import { type DatagramSocket, LazyTimer, IdleMemory, openLoopbackSocket } from "@flor/host/datagram";
import { ExitCode } from "./exit-code.ts";
import { KitDoor } from "./kit-door.ts";
import { watchLifeline } from "./lifeline.ts";
import { LinkConfigError } from "./link-config-error.ts";
import type { LinkDefinition } from "./link-definition.ts";
import type { OpenLink } from "./open-link.ts";

/** What a link has left to send after its lifeline ended goes within this time, or not at all. */
const CLOSE_MAX_MS = 1000;

/** They end a process by default; SIGUSR1 opens a debugger. */
const SIGNALS_OF_THE_NODE = [
  "SIGINT",
  "SIGQUIT",
  "SIGHUP",
  "SIGUSR1",
  "SIGUSR2",
  "SIGALRM",
  "SIGIO",
  "SIGPWR",
] as const;

/** Capabilities that every link has through the kit. */
export const KIT_CAPABILITIES: readonly string[] = ["stats", PARTS_CAPABILITY];

/** One run of a link. */
export class LinkProcess<Config> {
  readonly #definition: LinkDefinition<Config>;
  readonly #bootstrap: Bootstrap;
  readonly #door: KitDoor;
  #socket: DatagramSocket | undefined;
  #end: FlorIoEnd | undefined;
  #link: OpenLink | undefined;
  #config: Config | undefined;
  #neighbours: readonly Neighbour[] | undefined;
  #isOpening = false;
  #isStopping = false;
  #isWoken = false;
  readonly #timer = new LazyTimer(() => this.#turn());

  constructor(definition: LinkDefinition<Config>, bootstrap: Bootstrap) {
    this.#definition = definition;
    this.#bootstrap = bootstrap;
    this.#door = new KitDoor({
      stateDirectory: bootstrap.stateDir === "" ? undefined : bootstrap.stateDir,
      wake: () => this.#wake(),
      stop: (code, reason) => void this.#stop(code, reason),
      writeLine: (line) => void process.stderr.write(`${line}\n`),
    });
  }

  async run(): Promise<void> {
    const config = this.#definition.parseConfig(this.#bootstrap.config);
    watchLifeline(this.#bootstrap.parentPid, () => void this.#stop(ExitCode.ok, "the node is gone"));
    process.once("SIGTERM", () => void this.#stop(ExitCode.ok, "SIGTERM"));
    // What means the whole service, or a terminal, goes to the node too, which says what is to be done.
    for (const signal of SIGNALS_OF_THE_NODE) process.on(signal, () => {});
    const socket = await openLoopbackSocket();
    this.#socket = socket;
    socket.connect(this.#bootstrap.nodePort);
    const end = this.#createEnd(socket);
    this.#end = end;
    socket.onReceive = (octets, length) => end.handleReceive(octets, length, performance.now());
    socket.onBurstEnd = () => this.#turn();
    socket.onError = (code) => {
      if (code === "ECONNREFUSED" && end.state === "ready") void this.#stop(ExitCode.ok, "the node closed its socket");
    };
    this.#config = config;
    this.#turn();
  }

  #createEnd(socket: DatagramSocket): FlorIoEnd {
    const { name, version, capabilities = [] } = this.#definition;
    return createLinkEnd(
      {
        transmit: (octets, offset, length) => socket.send(octets, offset, length),
        queue: socket,
        sink: { handleFrames: (octets, view, offset, to) => this.#handleFrames(octets, view, offset, to) },
        secret: this.#bootstrap.secret,
        receiveBufferOctets: socket.receiveBufferOctets,
        randomFill: (octets) => void randomFillSync(octets),
        capabilities: [...capabilities, ...KIT_CAPABILITIES],
        deadlineMs: this.#bootstrap.deadlineMs,
        program: name,
        programVersion: version,
        pid: process.pid,
        counters: () => this.#door.counters(),
      },
      performance.now(),
    );
  }

  /** A turn after the events that wait already: one for many. */
  #wake(): void {
    if (this.#isWoken) return;
    this.#isWoken = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#isWoken = false;
    const end = this.#end;
    if (end === undefined) return;
    const now = performance.now();
    if ((end.nextTimeout() ?? Infinity) <= now) end.handleTimeout(now);
    for (let event = end.pollEvent(); event !== undefined; event = end.pollEvent()) this.#handleEvent(event);
    this.#door.flush();
    this.#timer.set(end.nextTimeout());
  }

  #handleFrames(octets: Uint8Array, view: DataView, offset: number, end: number): void {
    if (this.#link === undefined) this.#door.count("drop.not-open");
    else this.#link.handleFrames(octets, view, offset, end);
  }

  #handleEvent(event: FlorIoEvent): void {
    switch (event.type) {
      case "ready":
        return void this.#open().catch((error: unknown) => void this.#stop(exitCodeOf(error), messageOf(error)));
      case "neighbours":
        this.#neighbours = event.neighbours;
        return this.#link?.setNeighbours(event.neighbours);
      case "credit":
        return this.#link?.handleCreditRegained?.();
      case "drain":
        return this.#door.flush();
      case "bye":
        return void this.#stop(ExitCode.ok, event.reason);
      case "rejected":
        return void this.#stop(
          event.code === RejectCode.busy ? ExitCode.temporary : ExitCode.configuration,
          `the node refused this link: ${event.text}`,
        );
      case "error":
        return this.#door.log("warn", `the node did not take a message: ${event.code}: ${event.text}`);
      case "dead":
        return void this.#stop(ExitCode.temporary, `the node fell silent (${event.reason})`);
      default:
    }
  }

  async #open(): Promise<void> {
    if (this.#isOpening || this.#end === undefined) return;
    this.#isOpening = true;
    this.#door.open(this.#end);
    const link = await this.#definition.open(this.#config as Config, this.#door);
    this.#link = link;
    // It looks for as long as the process lives.
    void new IdleMemory();
    if (this.#neighbours !== undefined) link.setNeighbours(this.#neighbours);
    this.#wake();
  }

  async #stop(code: number, reason: string): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    if (code !== ExitCode.ok) this.#door.log("error", reason);
    setTimeout(() => process.exit(code), CLOSE_MAX_MS);
    this.#door.flush();
    this.#end?.close(reason);
    await this.#link?.close().catch((error: unknown) => this.#door.log("warn", `close: ${messageOf(error)}`));
    this.#socket?.close();
    process.exit(code);
  }
}

/** The exit code that an error of the author's code means. */
export function exitCodeOf(error: unknown): number {
  return error instanceof LinkConfigError ? ExitCode.configuration : ExitCode.temporary;
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
