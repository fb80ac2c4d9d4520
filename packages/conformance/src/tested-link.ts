/**
 * One process of the link under test and the node that the kit plays for it: the correct node's end of packages/io,
 * with a hand on every datagram, so that a case can lose, change, repeat and invent them.
 */
import { randomBytes, randomFillSync } from "node:crypto";
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { setTimeout as wait } from "node:timers/promises";
import { createNodeEnd, encodeBootstrap, type FlorIoEnd, type FlorIoEvent, type Neighbour, type Port } from "@flor/io";
import { type Envelope, FRAME_HEADER_OCTETS, frameEnd, readFrameHeader, type Token } from "@flor/wire";
import {
  carriesData,
  controlDatagram,
  isZero,
  readDatagram,
  readEnvelopes,
  type ReadFrame,
  type ReadHandshake,
  readHandshake,
  tokenOf,
} from "./datagram.ts";
import { demand, Finding, NotApplicable } from "./finding.ts";
import { indexOf, KNOCK_INDEX } from "./frame-content.ts";
import { exitText, LinkChild, type LinkExit } from "./link-child.ts";
import type { LinkStart } from "./link-start.ts";
import { Waiting } from "./waiting.ts";

/** Interpreters and their modules take their time on a busy machine. */
const START_MS = 20_000;
const DEADLINE_MS = 5000;
/** The system ends it, when it gets to it. */
const KILLED_MS = 60_000;
/** Looking at all processes of the machine is slow. */
const LOOK_MS = 100;
/** A link that exits with this does not support the case. */
const EXIT_UNSUPPORTED = 127;
const SOCKET_BUFFER_OCTETS = 4 * 1024 * 1024;
/** Control messages kept, the newest. */
const ENVELOPES_MAX = 4096;
const CAPABILITIES = ["segments", "stats", "roaming"];
/** Maximum length of a quotation of what a link printed. */
const QUOTE_MAX_CHARACTERS = 400;

/** A data frame as the link handed it up. */
export interface ReceivedFrame extends ReadFrame {
  readonly at: number;
}

/** A neighbour; what is left out is empty. */
export type NamedNeighbour = Partial<Neighbour> & { readonly key: string };

/** What the link has sent as data. */
export interface DataCount {
  datagrams: number;
  octets: number;
}

/** A running link and its node. */
export class TestedLink {
  readonly child: LinkChild;
  readonly end: FlorIoEnd;
  readonly secret: Uint8Array;
  readonly socket: Socket;
  /** UDP port of the link's Flor IO socket; 0 until something came from it. */
  linkPort = 0;
  /** The first Hello, and how many came. */
  hello: ReadHandshake | undefined;
  hellos = 0;
  /** The last Ready, and how many came. */
  ready: ReadHandshake | undefined;
  readies = 0;
  readonly events: FlorIoEvent[] = [];
  ports: readonly Port[] = [];
  /** As the link was told last. */
  neighbours: readonly NamedNeighbour[] = [];
  /** Control messages of the session, in order. */
  readonly envelopes: Envelope[] = [];
  /** Datagrams of the session that held more than whole frames. */
  untidy = 0;
  readonly sent: DataCount = { datagrams: 0, octets: 0 };
  readonly frames: ReceivedFrame[] = [];
  /** Takes frames instead of `frames`. */
  onFrame: ((frame: ReadFrame) => void) | undefined;
  /** Sees what comes from the link; returns what the node gets instead, or `undefined` to lose it. */
  inbound: (datagram: Uint8Array) => Uint8Array | undefined = (datagram) => datagram;
  /** Sees what the node sends; returns what the link gets instead, or `undefined` to lose it. */
  outbound: (datagram: Uint8Array) => Uint8Array | undefined = (datagram) => datagram;
  readonly #start: LinkStart;
  readonly #waiting: Waiting;
  #timer: NodeJS.Timeout | undefined;
  #pingId = 1_000_000;
  #nodeToken: Token | undefined;
  #strangeTokens = 0;
  #isClosed = false;

  private constructor(start: LinkStart, socket: Socket) {
    this.#start = start;
    this.#waiting = new Waiting(start.patience);
    this.socket = socket;
    this.secret = start.secret ?? randomBytes(32);
    this.end = this.#createEnd();
    socket.on("message", (datagram, remote) => this.#handleDatagram(datagram, remote));
    this.child = new LinkChild(start);
    this.child.onChange = () => this.#waiting.wake();
    if (start.isByNode !== false) this.child.write(start.line ?? this.bootstrapLine());
    this.#serve();
  }

  /** Starts the process and writes the bootstrap line. */
  static async start(start: LinkStart): Promise<TestedLink> {
    const socket = createSocket({ type: "udp4", recvBufferSize: SOCKET_BUFFER_OCTETS });
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject).bind({ port: 0, address: "127.0.0.1", exclusive: true }, resolve);
    });
    // The link may be gone when something is sent to it: its exit tells.
    socket.removeAllListeners("error").on("error", () => {});
    return new TestedLink(start, socket);
  }

  /** The line that the link reads first. */
  bootstrapLine(): string {
    const { config, stateDir = "", parentPid = process.pid } = this.#start;
    const { port } = this.socket.address();
    const nature = { versions: [1], nodePort: port, secret: this.secret, link: "test", incarnation: 1 };
    return encodeBootstrap({ ...nature, parentPid, deadlineMs: this.#deadlineMs, stateDir, config });
  }

  /** Factor by which every time limit is multiplied. */
  get patience(): number {
    return this.#start.patience ?? 1;
  }

  get #deadlineMs(): number {
    return this.#start.deadlineMs ?? DEADLINE_MS * this.patience;
  }

  /** Opens datagrams to the link; known once it has said Hello. */
  get token(): Token {
    return tokenOf(this.hello?.message.hello?.token);
  }

  /** Waits until `look` finds something while the process runs; a {@link Finding} with `expected` when it does not. */
  async until<Found>(
    look: () => Found | undefined | false,
    expected: string,
    withinMs = 5000,
    came: () => string = () => "nothing of the kind came",
  ): Promise<Exclude<Found, false>> {
    const check = (): Found | undefined | false => {
      const found = look();
      if ((found === undefined || found === false) && this.child.exit !== undefined) this.#failByExit(expected);
      return found;
    };
    return this.#waiting.until(check, withinMs, () => new Finding(this.#within(expected, withinMs), came()));
  }

  /** Looks ten times a second, whether the process runs or not; false when it is not so within the time. */
  async isSeen(look: () => boolean, withinMs: number): Promise<boolean> {
    const until = performance.now() + withinMs * this.patience;
    while (!look()) {
      if (performance.now() >= until) return false;
      await wait(LOOK_MS);
    }
    return true;
  }

  /** Waits for the end of the process. */
  async untilExit(expected: string, withinMs: number): Promise<LinkExit> {
    const exit = await this.#waiting.until(
      () => this.child.exit,
      withinMs,
      () => new Finding(this.#within(expected, withinMs), "the process still runs"),
    );
    this.#refuseUnsupported(exit);
    return exit;
  }

  /** Waits for the first Hello; how long a program takes to start is not the contract's. */
  async untilHello(): Promise<void> {
    await this.until(() => this.hello, "a Hello: zero token, control frame, MAC flag, Envelope, MAC", START_MS);
  }

  /** Waits until the session stands. */
  async untilReady(withinMs = 5000): Promise<void> {
    await this.untilHello();
    await this.until(
      () => this.end.state === "ready",
      "a session (Hello, Welcome, Ready)",
      withinMs,
      () => `${this.hellos} Hellos and ${this.readies} Readys came, not accepted: ${JSON.stringify(this.#dropped())}`,
    );
  }

  /** Waits for a port that matches. */
  async portWith(matches: (port: Port) => boolean, expected: string, withinMs = 5000): Promise<Port> {
    return this.until(
      () => this.ports.find(matches),
      expected,
      withinMs,
      () => `the ports are ${JSON.stringify(this.ports)}`,
    );
  }

  /** Tells the link its neighbours. */
  setNeighbours(neighbours: readonly NamedNeighbour[]): void {
    this.neighbours = neighbours;
    const none = { address: "", token: new Uint8Array(0), port: 0, peer: "" };
    this.end.setNeighbours(
      neighbours.map((neighbour) => ({ ...none, ...neighbour })),
      performance.now(),
    );
    this.#serve();
  }

  /** Sends one whole frame within credit; false without. */
  send(frame: Uint8Array): boolean {
    return this.end.send(frame, 0, frame.length);
  }

  /** Sends what `send` gathered. */
  flush(): void {
    this.end.flush();
  }

  /** Sends a datagram past the node's end, from this socket or another. */
  sendRaw(datagram: Uint8Array, from: Socket = this.socket): void {
    if (this.linkPort === 0) return;
    this.#start.capture?.("out", datagram);
    from.send(datagram, this.linkPort, "127.0.0.1", () => {});
  }

  /** Sends a control message past the node's end. */
  tell(message: Envelope | Uint8Array): void {
    this.sendRaw(controlDatagram(this.token, message));
  }

  /** Waits until the link has taken all that was sent before: it answers a Ping. Returns the milliseconds. */
  async barrier(withinMs = 3000): Promise<number> {
    this.#pingId += 1;
    const id = this.#pingId;
    const start = performance.now();
    this.tell({ ping: { id } });
    await this.until(
      () => this.envelopes.some((envelope) => envelope.pong?.id === id),
      `a Pong with the id of the Ping (${id})`,
      withinMs,
      () => `none came; ${this.#strangeTokens} datagrams had another session token than Welcome gave`,
    );
    return performance.now() - start;
  }

  /** The link's figures from a Pong to a Ping sent now; empty without the capability "stats". */
  async counters(): Promise<ReadonlyMap<string, number>> {
    await this.barrier();
    const pong = this.envelopes.findLast((envelope) => envelope.pong?.id === this.#pingId)?.pong;
    return new Map((pong?.counters ?? []).map(({ name, value }) => [name ?? "", value ?? 0]));
  }

  /** What the process printed last, in one line. */
  get said(): string {
    const text = this.child.output.trim().replaceAll(/\s+/g, " ").slice(-QUOTE_MAX_CHARACTERS);
    return text === "" ? "it printed nothing" : `it printed: ${text}`;
  }

  /** Ends the link as a node does, by its lifeline, and makes sure that it ends. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.child.destroy();
    await this.#waiting.until(
      () => this.child.exit,
      KILLED_MS,
      () => new Finding("an end after SIGKILL", "the process still runs"),
    );
    this.socket.close();
  }

  #within(expected: string, withinMs: number): string {
    return `${expected} within ${withinMs * this.patience} ms`;
  }

  #createEnd(): FlorIoEnd {
    const { receiveBufferOctets } = this.#start;
    return createNodeEnd(
      {
        transmit: (octets, offset, length) => this.#transmit(octets.slice(offset, offset + length)),
        sink: { handleFrames: (octets, view, offset, end) => this.#handleFrames(octets, view, offset, end) },
        secret: this.secret,
        receiveBufferOctets: receiveBufferOctets ?? this.socket.getRecvBufferSize(),
        randomFill: (octets) => void randomFillSync(octets),
        capabilities: CAPABILITIES,
        deadlineMs: this.#deadlineMs + 60_000,
      },
      performance.now(),
    );
  }

  #transmit(datagram: Uint8Array): void {
    const welcome = readHandshake(datagram)?.message.welcome;
    if (welcome) this.#nodeToken = tokenOf(welcome.token);
    const changed = this.outbound(datagram);
    if (changed !== undefined) this.sendRaw(changed);
  }

  #handleDatagram(datagram: Uint8Array, remote: RemoteInfo): void {
    this.#start.capture?.("in", datagram);
    const read = readDatagram(datagram);
    if (read !== undefined && isZero(read.token)) this.#noteHandshake(datagram, remote.port);
    else if (read?.token.high === this.#nodeToken?.high && read?.token.low === this.#nodeToken?.low)
      this.#noteSession(datagram);
    else this.#strangeTokens += 1;
    const changed = this.inbound(datagram);
    if (changed !== undefined) this.end.handleReceive(changed, changed.length, performance.now());
    this.#serve();
  }

  #noteHandshake(datagram: Uint8Array, port: number): void {
    const handshake = readHandshake(datagram);
    if (handshake === undefined) return;
    if (this.linkPort === 0) this.linkPort = port;
    if (handshake.message.hello) {
      this.hellos += 1;
      this.hello ??= handshake;
    }
    if (handshake.message.ready) {
      this.readies += 1;
      this.ready = handshake;
    }
  }

  #noteSession(datagram: Uint8Array): void {
    if ((readDatagram(datagram)?.rest ?? 0) > 0) this.untidy += 1;
    if (carriesData(datagram)) {
      this.sent.datagrams += 1;
      this.sent.octets += datagram.length;
    }
    this.envelopes.push(...readEnvelopes(datagram));
    if (this.envelopes.length > ENVELOPES_MAX) this.envelopes.splice(0, this.envelopes.length - ENVELOPES_MAX);
  }

  #handleFrames(octets: Uint8Array, view: DataView, offset: number, end: number): void {
    const now = performance.now();
    for (let at = offset; at < end;) {
      const next = frameEnd(view, at, end);
      const header = readFrameHeader(view, at, end);
      demand(header !== undefined, "whole frames", "a frame is cut off");
      const frame = { ...header, content: octets.slice(at + FRAME_HEADER_OCTETS, next), at: now };
      if (indexOf(frame.content) !== KNOCK_INDEX) this.#takeFrame(frame);
      at = next;
    }
  }

  #takeFrame(frame: ReceivedFrame): void {
    if (this.onFrame === undefined) this.frames.push(frame);
    else this.onFrame(frame);
  }

  /** Events and timers of the node's end. */
  #serve(): void {
    if (this.#isClosed) return;
    const now = performance.now();
    if ((this.end.nextTimeout() ?? Infinity) <= now) this.end.handleTimeout(now);
    for (let event = this.end.pollEvent(); event !== undefined; event = this.end.pollEvent()) {
      if (event.type === "ports") this.ports = event.ports;
      this.events.push(event);
    }
    clearTimeout(this.#timer);
    const next = this.end.nextTimeout();
    if (next !== undefined) this.#timer = setTimeout(() => this.#serve(), Math.max(1, next - now));
    this.#waiting.wake();
  }

  #dropped(): Record<string, number> {
    return Object.fromEntries(Object.entries(this.end.drops.counts).filter(([, count]) => count > 0));
  }

  #failByExit(expected: string): never {
    const exit = this.child.exit ?? { code: undefined, signal: undefined };
    this.#refuseUnsupported(exit);
    throw new Finding(expected, `the process ${exitText(exit)}; ${this.said}`);
  }

  #refuseUnsupported({ code }: LinkExit): void {
    if (code === EXIT_UNSUPPORTED) throw new NotApplicable("the link says that it does not support this (exit 127)");
  }
}
