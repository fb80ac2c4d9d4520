/**
 * The node's end of one session with a link: a socket and a secret of its own, so that nobody can take the place of a
 * link that died; what the link says goes to the core.
 */
import { randomBytes } from "node:crypto";
import { type DatagramSocket, FlorIoSocket, type FlorIoSocketOwner, type Log, openLoopbackSocket } from "@flor/host";
import {
  createNodeEnd,
  encodeBootstrap,
  FLOR_IO_VERSION,
  type FlorIoEvent,
  type Peer,
  SECRET_OCTETS,
  PARTS_CAPABILITY,
  PUNCH_CAPABILITY,
} from "@flor/io";
import type { FlorNode, WantedNeighbour } from "@flor/node";
import { SessionConduct } from "./session-conduct.ts";

/** What a session is made of. */
export interface LinkSessionOptions {
  readonly node: FlorNode;
  /** The link's name in the configuration. */
  readonly name: string;
  readonly incarnation: number;
  /** Milliseconds that the link has to become ready. */
  readonly deadlineMs: number;
  readonly stateDir: string;
  readonly config: unknown;
  readonly log: Log;
  readonly wake: () => void;
  readonly owner: LinkSessionOwner;
}

/** What a session tells its owner. */
export interface LinkSessionOwner {
  /** Frames flow. */
  handleReady(session: LinkSession): void;
  /** The session is over. */
  handleDead(session: LinkSession, reason: string): void;
}

/** Capabilities of Flor IO that the node understands. */
const CAPABILITIES = ["segments", "stats", "roaming", PARTS_CAPABILITY, PUNCH_CAPABILITY];
const FLOR_IO_VERSIONS = [FLOR_IO_VERSION];

/** One session with one link. */
export class LinkSession implements FlorIoSocketOwner {
  /** What the link reported of itself last. */
  reported: Readonly<Record<string, number>> = {};
  /** What it said if it is not ready, in words. */
  heard: string | undefined;
  /** Instance ids of the nodes beneath the link. */
  ancestry: readonly Uint8Array[] = [];
  readonly #options: LinkSessionOptions;
  readonly #io: FlorIoSocket;
  readonly #secret: Uint8Array = randomBytes(SECRET_OCTETS);
  #neighbours: readonly WantedNeighbour[] = [];
  readonly #conduct: SessionConduct | undefined;
  #wasDegraded = false;
  readonly #socketErrors = new Map<string, number>();
  #isClosed = false;

  private constructor(options: LinkSessionOptions, socket: DatagramSocket) {
    this.#options = options;
    const { node, name } = options;
    const own = {
      sink: node.links.sinkOf(name),
      secret: this.#secret,
      capabilities: CAPABILITIES,
      deadlineMs: options.deadlineMs,
      ancestry: [node.topology.instance],
    };
    this.#io = new FlorIoSocket(socket, (shared) => createNodeEnd({ ...shared, ...own }, performance.now()), this);
    const link = node.links.get(name);
    this.#conduct = link && new SessionConduct(this.#io.end, link.conduct);
    this.#io.start();
  }

  /** Opens a session; the link is told of it by {@link bootstrapLine}. */
  static async open(options: LinkSessionOptions): Promise<LinkSession> {
    return new LinkSession(options, await openLoopbackSocket());
  }

  /** The line that tells the link where and how to say Hello. */
  get bootstrapLine(): string {
    const { name: link, incarnation, deadlineMs, stateDir, config } = this.#options;
    return encodeBootstrap({
      versions: FLOR_IO_VERSIONS,
      nodePort: this.#io.localPort,
      secret: this.#secret,
      link,
      incarnation,
      parentPid: process.pid,
      deadlineMs,
      stateDir,
      config,
    });
  }

  get isReady(): boolean {
    return this.#io.end.state === "ready";
  }

  /** Tells the link its neighbours, now or as soon as it is ready. */
  setNeighbours(neighbours: readonly WantedNeighbour[]): void {
    this.#neighbours = neighbours;
    if (this.isReady) this.#tellNeighbours(performance.now());
  }

  drain(deadlineMs: number): void {
    this.#io.end.sendDrain(deadlineMs);
  }

  bye(reason: string): void {
    this.#io.end.close(reason);
  }

  /** Ends the session; the core keeps the adjacencies for the link's return. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#io.close();
    this.#options.node.links.detach(this.#options.name, performance.now());
    this.#options.wake();
  }

  /** What this end counts, for status. */
  counters(): Record<string, number> {
    const { credit, grant, drops, stalls } = this.#io.end;
    const dropped = Object.entries(drops.counts).map(([reason, count]) => [`drop.${reason}`, count]);
    return {
      "sent-bundles": credit.sent.datagrams,
      "sent-octets": credit.sent.octets,
      "received-bundles": grant.received.datagrams,
      "received-octets": grant.received.octets,
      "credit-stalls": stalls,
      ...Object.fromEntries(dropped),
      ...this.#refusedByKernel(),
    };
  }

  /** Bundles that the kernel did not take, and what else it said of the socket by error code; nothing where all went well. */
  #refusedByKernel(): Record<string, number> {
    const { sendNoBuffer, sendTooLong, sendFailed } = this.#io.counters;
    const unsent = {
      "drop.send-no-buffer": sendNoBuffer,
      "drop.send-too-long": sendTooLong,
      "drop.send-failed": sendFailed,
    };
    const counted = Object.entries(unsent).filter(([, count]) => count > 0);
    return { ...Object.fromEntries(counted), ...Object.fromEntries(this.#socketErrors) };
  }

  handleServed(now: number): void {
    if (this.#conduct?.look(now) === true) this.#tellConduct(now);
  }

  handleSocketError(code: string): void {
    const { log, name } = this.#options;
    const counter = `socket.${code}`;
    this.#socketErrors.set(counter, (this.#socketErrors.get(counter) ?? 0) + 1);
    log.write("debug", "link-socket", { link: name, code });
  }

  handleEvent(event: FlorIoEvent, now: number): void {
    const { node, name, log, owner, wake } = this.#options;
    switch (event.type) {
      case "greeted":
        this.heard = "it said Hello but did not become ready";
        return;
      case "ready":
        return this.#handleReady(event.peer, now);
      case "addresses":
        node.links.handleAddresses(name, event.addresses, now);
        return wake();
      case "ports":
        node.links.handlePorts(name, event.ports, now);
        return wake();
      case "tooBig":
        return node.links.handleTooBig(name, event.port, event.mtu, now);
      case "credit":
        return node.links.handleCredit(name);
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

  #handleReady({ ancestry, capabilities }: Peer, now: number): void {
    const { node, name, owner, wake } = this.#options;
    this.#io.connect();
    this.ancestry = ancestry;
    owner.handleReady(this);
    node.links.attach(name, this.#io.end, capabilities.includes(PUNCH_CAPABILITY));
    if (this.#neighbours.length > 0) this.#tellNeighbours(now);
    wake();
  }

  #tellNeighbours(now: number): void {
    const leftOut = this.#io.end.setNeighbours([...this.#neighbours], now);
    if (leftOut === 0) return;
    const { log, name } = this.#options;
    const action =
      "give some of its peers another link; a link takes 1,024, and one without the capability `parts` as many as fit 24 KiB";
    log.write("error", "neighbours-left-out", { link: name, neighbours: this.#neighbours.length, leftOut, action });
  }
}
