/**
 * The node's end of one session with a link: a socket and a secret of its own, so that nobody can take the place of a
 * link that died; what the link says goes to the core.
 */
import { randomBytes, randomFillSync } from "node:crypto";
import { type DatagramSocket, EarlyTimer, type Log, openLoopbackSocket } from "@flor/host";
import { createNodeEnd, encodeBootstrap, type FlorIoEnd, type FlorIoEvent, SECRET_OCTETS } from "@flor/io";
import type { FlorNode, WantedNeighbour } from "@flor/node";
import { SessionConduct } from "./session-conduct.ts";

/** What a session is made of. */
export interface LinkSessionOptions {
  readonly node: FlorNode;
  /** The link's name in the configuration. */
  readonly name: string;
  readonly incarnation: number;
  readonly stateDir: string;
  readonly config: unknown;
  readonly log: Log;
  readonly wake: () => void;
  readonly owner: LinkSessionOwner;
}

/** What a session tells whoever opened it. */
export interface LinkSessionOwner {
  /** Frames flow. */
  handleReady(session: LinkSession): void;
  /** The session is of no use any more. */
  handleDead(session: LinkSession, reason: string): void;
}

/** Capabilities of Flor IO that the node understands. */
const CAPABILITIES = ["segments", "stats", "roaming"];
const FLOR_IO_VERSIONS = [1];
const DEADLINE_MS = 5000;

/** One session with one link. */
export class LinkSession {
  /** What the link reported of itself last. */
  reported: Readonly<Record<string, number>> = {};
  /** What it said if it is not ready, in words. */
  heard: string | undefined;
  /** Instance ids of the nodes beneath the link. */
  ancestry: readonly Uint8Array[] = [];
  readonly #options: LinkSessionOptions;
  readonly #socket: DatagramSocket;
  readonly #end: FlorIoEnd;
  readonly #secret: Uint8Array = randomBytes(SECRET_OCTETS);
  #neighbours: readonly WantedNeighbour[] = [];
  readonly #conduct: SessionConduct | undefined;
  #wasDegraded = false;
  readonly #timer = new EarlyTimer(() => this.#serve());
  #isClosed = false;

  private constructor(options: LinkSessionOptions, socket: DatagramSocket) {
    this.#options = options;
    this.#socket = socket;
    this.#end = this.#createEnd();
    const link = options.node.links.get(options.name);
    this.#conduct = link && new SessionConduct(this.#end, link.conduct);
    socket.onReceive = (octets, length) => {
      this.#end.handleReceive(octets, length, performance.now());
      this.#serve();
    };
    socket.onError = (code) => options.log.write("debug", "link-socket", { link: options.name, code });
    this.#serve();
  }

  /** Opens a session; the link is told of it by {@link bootstrapLine}. */
  static async open(options: LinkSessionOptions): Promise<LinkSession> {
    return new LinkSession(options, await openLoopbackSocket());
  }

  /** The line that tells the link where and how to say Hello. */
  get bootstrapLine(): string {
    const { name: link, incarnation, stateDir, config } = this.#options;
    return encodeBootstrap({
      versions: FLOR_IO_VERSIONS,
      nodePort: this.#socket.localPort,
      secret: this.#secret,
      link,
      incarnation,
      parentPid: process.pid,
      deadlineMs: DEADLINE_MS,
      stateDir,
      config,
    });
  }

  get isReady(): boolean {
    return this.#end.state === "ready";
  }

  /** Tells the link its neighbours, now or as soon as it is ready. */
  setNeighbours(neighbours: readonly WantedNeighbour[]): void {
    this.#neighbours = neighbours;
    if (this.isReady) this.#end.setNeighbours([...neighbours], performance.now());
  }

  drain(deadlineMs: number): void {
    this.#end.sendDrain(deadlineMs);
  }

  bye(reason: string): void {
    this.#end.close(reason);
  }

  /** Ends the session; the core keeps the adjacencies for the link's return. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer.stop();
    this.#socket.close();
    this.#options.node.detachLink(this.#options.name, performance.now());
    this.#options.wake();
  }

  /** What this end counts, for status. */
  counters(): Record<string, number> {
    const { credit, grant, drops, stalls } = this.#end;
    const dropped = Object.entries(drops.counts).map(([reason, count]) => [`drop.${reason}`, count]);
    return {
      "sent-bundles": credit.sent.datagrams,
      "sent-octets": credit.sent.octets,
      "received-bundles": grant.received.datagrams,
      "received-octets": grant.received.octets,
      "credit-stalls": stalls,
      ...Object.fromEntries(dropped),
    };
  }

  #createEnd(): FlorIoEnd {
    const { node, name } = this.#options;
    const socket = this.#socket;
    const end: FlorIoEnd = createNodeEnd(
      {
        transmit: (octets, offset, length) => {
          if (end.state === "handshaking") socket.sendTo(octets, offset, length, socket.sourcePort);
          else socket.send(octets, offset, length);
        },
        queue: socket,
        sink: {
          handleFrames: (octets, view, offset, to) =>
            node.handleFrames(name, octets, view, offset, to, performance.now()),
        },
        secret: this.#secret,
        receiveBufferOctets: socket.receiveBufferOctets,
        randomFill: (octets) => void randomFillSync(octets),
        capabilities: CAPABILITIES,
        deadlineMs: DEADLINE_MS,
        ancestry: [node.topology.instance],
      },
      performance.now(),
    );
    return end;
  }

  /** Events and timers. */
  #serve(): void {
    if (this.#isClosed) return;
    const now = performance.now();
    if ((this.#end.nextTimeout() ?? Infinity) <= now) this.#end.handleTimeout(now);
    for (let event = this.#end.pollEvent(); event !== undefined; event = this.#end.pollEvent())
      this.#handleEvent(event, now);
    if (this.#isClosed) return;
    if (this.#conduct?.look(now) === true) this.#tellConduct(now);
    this.#timer.set(this.#end.nextTimeout());
  }

  #handleEvent(event: FlorIoEvent, now: number): void {
    const { node, name, log, owner, wake } = this.#options;
    switch (event.type) {
      case "greeted":
        this.heard = "it said Hello and did not become ready";
        return;
      case "ready":
        return this.#handleReady(event.peer.ancestry, now);
      case "ports":
        node.handlePorts(name, event.ports, now);
        return wake();
      case "tooBig":
        return node.handleTooBig(name, event.port, event.mtu, now);
      case "credit":
        return node.handleCredit(name);
      case "counters":
        this.reported = Object.fromEntries(event.counters.map((counter) => [counter.name, counter.value]));
        return;
      case "error":
        log.write("warn", "link-error", { link: name, code: event.code, text: event.text });
        return;
      case "rejected":
        this.heard = event.text;
        return owner.handleDead(this, event.text);
      case "dead":
        return owner.handleDead(this, event.reason === "silence" ? "silent for 5 s" : "no handshake within 5 s");
      case "bye":
        return owner.handleDead(this, `it said goodbye: ${event.reason}`);
      default:
    }
  }

  #tellConduct(now: number): void {
    const { node, name, log } = this.#options;
    const reason = node.links.get(name)?.conduct.reason(now);
    if (reason !== undefined && !this.#wasDegraded) log.write("warn", "link-degraded", { link: name, reason });
    this.#wasDegraded = reason !== undefined;
  }

  #handleReady(ancestry: readonly Uint8Array[], now: number): void {
    const { node, name, owner, wake } = this.#options;
    this.#socket.connect(this.#socket.sourcePort);
    this.ancestry = ancestry;
    owner.handleReady(this);
    node.attachLink(name, this.#end);
    if (this.#neighbours.length > 0) this.#end.setNeighbours([...this.#neighbours], now);
    wake();
  }
}
