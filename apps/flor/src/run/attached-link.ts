/**
 * One link of a running node: its process, its Flor IO session, and what both mean to the node. Each process gets a
 * socket and a secret of its own, so that nobody can take the place of one that died.
 */
import { randomBytes, randomFillSync } from "node:crypto";
import { type DatagramSocket, LinkProcess, type LinkProcessOwner, openLoopbackSocket } from "@flor/host";
import { createNodeEnd, encodeBootstrap, type FlorIoEnd, type FlorIoEvent, SECRET_OCTETS } from "@flor/io";
import { type FlorNode, type LinkStatus, portStatusOf, type WantedNeighbour } from "@flor/node";
import type { Logger } from "pino";

/** What a link of a running node is made of. */
export interface AttachedLinkOptions {
  readonly name: string;
  readonly kind: string;
  readonly command: readonly [string, ...string[]];
  readonly config: unknown;
  readonly environment: Readonly<Record<string, string>>;
  /** A folder of the link's own that outlives it; empty: none. */
  readonly stateDir: string;
  readonly log: Logger;
  readonly wake: () => void;
}

interface Session {
  readonly socket: DatagramSocket;
  readonly end: FlorIoEnd;
  heard: string | undefined;
}

/** Capabilities of Flor IO that the node understands. */
const CAPABILITIES = ["segments", "stats", "roaming"];
const FLOR_IO_VERSIONS = [1];
const DEADLINE_MS = 5000;

/** A supervised link process and its session. */
export class AttachedLink implements LinkProcessOwner {
  readonly name: string;
  readonly #options: AttachedLinkOptions;
  readonly #node: FlorNode;
  readonly #process: LinkProcess;
  #session: Session | undefined;
  #neighbours: readonly WantedNeighbour[] = [];
  #counters: Readonly<Record<string, number>> = {};
  #diagnosis: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(node: FlorNode, options: AttachedLinkOptions) {
    this.name = options.name;
    this.#node = node;
    this.#options = options;
    this.#process = new LinkProcess({ command: options.command, environment: options.environment }, this);
  }

  start(): void {
    this.#process.start();
  }

  /** Stops the link; resolves when its process is gone. */
  async stop(): Promise<void> {
    await this.#process.stop();
  }

  /** Tells the link its neighbours, now and after each restart. */
  setNeighbours(neighbours: readonly WantedNeighbour[]): void {
    this.#neighbours = neighbours;
    const end = this.#session?.end;
    if (end?.state === "ready") end.setNeighbours([...neighbours], performance.now());
  }

  status(): LinkStatus {
    const { state, degraded, pid, restarts, reason } = this.#process.status;
    const link = this.#node.links.get(this.name);
    const end = this.#session?.end;
    return {
      name: this.name,
      kind: this.#options.kind,
      state,
      degraded,
      pid,
      restarts,
      ports: link === undefined ? [] : portStatusOf(link),
      counters: end === undefined ? {} : countersOf(end),
      reported: this.#counters,
      lastError: state === "ready" ? undefined : (this.#diagnosis ?? reason),
    };
  }

  async openSession(incarnation: number): Promise<string> {
    const socket = await openLoopbackSocket();
    const secret = randomBytes(SECRET_OCTETS);
    const transmit = { to: 0 };
    const end = createNodeEnd(
      {
        transmit: (octets, offset, length) => {
          if (end.state === "handshaking") socket.sendTo(octets, offset, length, transmit.to);
          else socket.send(octets, offset, length);
        },
        sink: {
          handleFrames: (octets, view, offset, to) =>
            this.#node.handleFrames(this.name, octets, view, offset, to, performance.now()),
        },
        secret,
        receiveBufferOctets: socket.receiveBufferOctets,
        randomFill: (octets) => void randomFillSync(octets),
        capabilities: CAPABILITIES,
        deadlineMs: DEADLINE_MS,
        ancestry: [this.#node.topology.instance],
      },
      performance.now(),
    );
    const session: Session = { socket, end, heard: undefined };
    this.#session = session;
    socket.onReceive = (octets, length) => {
      transmit.to = socket.sourcePort;
      end.handleReceive(octets, length, performance.now());
      this.#serve(session);
    };
    socket.onError = (code) => this.#options.log.debug({ link: this.name, code }, "link-socket");
    this.#serve(session);
    return encodeBootstrap({
      versions: FLOR_IO_VERSIONS,
      nodePort: socket.localPort,
      secret,
      link: this.name,
      incarnation,
      parentPid: process.pid,
      deadlineMs: DEADLINE_MS,
      stateDir: this.#options.stateDir,
      config: this.#options.config,
    });
  }

  closeSession(): void {
    const session = this.#session;
    if (session === undefined) return;
    this.#session = undefined;
    clearTimeout(this.#timer);
    session.socket.close();
    this.#node.detachLink(this.name, performance.now());
    this.#options.wake();
  }

  drain(deadlineMs: number): void {
    this.#session?.end.sendDrain(deadlineMs);
  }

  bye(): void {
    this.#session?.end.close("the node stops this link");
  }

  heard(): string | undefined {
    return this.#session?.heard;
  }

  handleState(state: LinkStatus["state"]): void {
    this.#options.log.info({ link: this.name, state, pid: this.#process.status.pid }, "link-state");
  }

  handleDiagnosis(text: string): void {
    this.#diagnosis = text;
    this.#options.log.warn({ link: this.name, diagnosis: text }, "link-failed");
  }

  handleLog({ level, text, fields }: Parameters<LinkProcessOwner["handleLog"]>[0]): void {
    this.#options.log[level]({ link: this.name, text, ...fields }, "link-log");
  }

  /** Events and timers of a session. */
  #serve(session: Session): void {
    if (session !== this.#session) return;
    const { end } = session;
    const now = performance.now();
    if ((end.nextTimeout() ?? Infinity) <= now) end.handleTimeout(now);
    for (let event = end.pollEvent(); event !== undefined; event = end.pollEvent())
      this.#handleEvent(session, event, now);
    clearTimeout(this.#timer);
    const next = end.nextTimeout();
    if (next !== undefined) this.#timer = setTimeout(() => this.#serve(session), Math.max(0, next - performance.now()));
  }

  #handleEvent(session: Session, event: FlorIoEvent, now: number): void {
    const { end, socket } = session;
    switch (event.type) {
      case "greeted":
        session.heard = "it said Hello and did not become ready";
        return;
      case "ready":
        socket.connect(socket.sourcePort);
        this.#diagnosis = undefined;
        this.#process.handleReady();
        this.#node.attachLink(this.name, end);
        if (this.#neighbours.length > 0) end.setNeighbours([...this.#neighbours], now);
        return;
      case "ports":
        this.#node.handlePorts(this.name, event.ports, now);
        return this.#options.wake();
      case "tooBig":
        return this.#node.handleTooBig(this.name, event.port, event.mtu, now);
      case "credit":
        return this.#node.handleCredit(this.name);
      case "counters":
        this.#counters = Object.fromEntries(event.counters.map(({ name, value }) => [name, value]));
        return;
      case "error":
        return void this.#options.log.warn({ link: this.name, code: event.code, text: event.text }, "link-error");
      case "rejected":
        session.heard = event.text;
        return this.#process.handleUnresponsive(event.text);
      case "dead":
        return this.#process.handleUnresponsive(
          event.reason === "silence" ? "silent for 5 s" : "no handshake within 5 s",
        );
      case "bye":
        return void this.#options.log.info({ link: this.name, reason: event.reason }, "link-bye");
      default:
    }
  }
}

function countersOf(end: FlorIoEnd): Record<string, number> {
  const drops = Object.entries(end.drops.counts).map(([reason, count]) => [`drop.${reason}`, count]);
  const { sent } = end.credit;
  const { received } = end.grant;
  return {
    "sent-bundles": sent.datagrams,
    "sent-octets": sent.octets,
    "received-bundles": received.datagrams,
    "received-octets": received.octets,
    "credit-stalls": end.stalls,
    ...Object.fromEntries(drops),
  };
}
