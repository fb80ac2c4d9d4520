/**
 * A link that carries frames over streams, whatever makes the streams: a star of neighbours, of which some are dialled
 * and others come to us.
 */
import type { openRouteWatch } from "@flor/host/datagram";
import { type Neighbour, type NodeDoor, type OpenLink, PORTS_MAX } from "@flor/link-kit";
import { FRAME_DATA, FRAME_HEADER_OCTETS, frameField, viewOf } from "@flor/wire";
import type { CarriedStream, DialStream } from "./carried-stream.ts";
import { chooseConnection } from "./choose-connection.ts";
import { PortTable, PROVISIONAL_MAX } from "./port-table.ts";
import { Redial } from "./redial.ts";
import { type ConnectionOwner, StreamConnection } from "./stream-connection.ts";
import type { StreamPort } from "./stream-port.ts";
import { StreamWays } from "./stream-ways.ts";

/** Who came and said nothing that makes it a neighbour goes after this time. */
export const UNCLAIMED_MS = 60_000;
const TICK_MS = 250;

/** What a link over streams is made with. */
export interface CarrierLinkOptions {
  readonly node: NodeDoor;
  /** The link's kind, e.g. "tcp": how strangers' ports are called. */
  readonly kind: string;
  /** 16 octets, see `readEndName`. */
  readonly name: Uint8Array;
  /** Octets of the longest frame. */
  readonly mtu: number;
  /** The streams hide what they carry. @default false */
  readonly isEncrypted?: boolean;
  /** Opens streams to neighbours that have an address. @default such neighbours come to us, too */
  readonly dial?: DialStream;
  /** Closes what the link opened besides streams. */
  readonly close?: () => Promise<void>;
}

/** An open link over streams. */
export class CarrierLink implements OpenLink, ConnectionOwner {
  readonly #options: CarrierLinkOptions;
  readonly #node: NodeDoor;
  readonly #ports: PortTable;
  readonly #connections = new Set<StreamConnection>();
  /** For whom a stream was dialled that has not said hello yet. */
  readonly #dialledFor = new Map<StreamConnection, StreamPort>();
  readonly #redials = new Map<StreamPort, Redial>();
  readonly #ways: StreamWays;
  readonly #timer: NodeJS.Timeout;
  #accepted = 0;

  constructor(options: CarrierLinkOptions) {
    const { node, mtu, name, isEncrypted = false } = options;
    this.#options = options;
    this.#node = node;
    this.#ports = new PortTable({
      node,
      mtu,
      isEncrypted,
      choose: (older, newer) => chooseConnection(older, newer, name, performance.now()),
      release: (connection) => this.#release(connection),
      handlePortGone: (port) => this.#stopDialling(port),
    });
    this.#ways = new StreamWays(this.#ports);
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Has the kernel tell when a stream leads nowhere, where it does: for links whose streams have a `remote`. */
  watchWays(open?: typeof openRouteWatch): Promise<void> {
    return this.#ways.watch(open);
  }

  /** Takes a stream that somebody opened to us. Of too many strangers, the one that came first goes. */
  accept(stream: CarriedStream): void {
    const strangers = [...this.#connections].filter((one) => !one.isDialled && this.#ports.find(one) === undefined);
    const [oldest] = strangers;
    if (oldest !== undefined && strangers.length >= PROVISIONAL_MAX) {
      this.#node.count("closed.strangers-full");
      this.#release(oldest);
    }
    if (this.#connections.size < PORTS_MAX + PROVISIONAL_MAX) this.#connect(stream, false);
    else stream.destroy();
  }

  handleFrames(octets: Uint8Array, view: DataView, offset: number, end: number): void {
    let written: StreamConnection | undefined;
    let next = offset;
    for (let at = offset; at < end; at = next) {
      next = at + FRAME_HEADER_OCTETS + view.getUint16(at + frameField.length);
      const port = this.#ports.byNumber[view.getUint16(at + frameField.port)];
      const connection = port?.connection;
      if (port === undefined || connection === undefined)
        this.#node.count(port === undefined ? "drop.unknown-port" : "drop.port-down");
      else if (next - at > connection.frameMax) this.#dropTooBig(port.number, connection.frameMax, next - at);
      else {
        if (written !== connection) written?.flush();
        written = connection;
        connection.send(octets, view, at, next);
      }
    }
    written?.flush();
  }

  setNeighbours(neighbours: readonly Neighbour[]): void {
    this.#ports.setNeighbours(neighbours, performance.now());
    for (const port of this.#ports.all) this.#dialIfWanted(port);
  }

  handleCreditRegained(): void {
    for (const connection of this.#connections) connection.resume();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#ways.close();
    for (const redial of this.#redials.values()) redial.close();
    for (const connection of this.#connections) connection.close();
    await this.#options.close?.();
  }

  handleHello(connection: StreamConnection): void {
    const name = connection.peer?.name ?? new Uint8Array(0);
    if (Buffer.compare(name, this.#options.name) === 0)
      return connection.fail("this link dialled itself; give the neighbour another address");
    const port = this.#dialledFor.get(connection);
    if (port === undefined) return;
    this.#dialledFor.delete(connection);
    this.#node.log("info", `${connection.address}: connected`);
    this.#ports.attach(port, connection);
  }

  handleFrame(connection: StreamConnection, frame: Uint8Array): boolean {
    if (!this.#node.canReceive) return false;
    const port = this.#ports.find(connection) ?? this.#claim(connection, frame);
    if (port === undefined) this.#node.count("drop.stranger");
    else this.#node.receive(port.number, frame);
    return true;
  }

  handleClosed(connection: StreamConnection, reason: string): void {
    const port = this.#ports.find(connection) ?? this.#dialledFor.get(connection);
    this.#connections.delete(connection);
    this.#dialledFor.delete(connection);
    this.#ports.detach(connection);
    const redial = port === undefined ? undefined : this.#redials.get(port);
    if (redial === undefined) this.#node.log("info", `${connection.address}: ${reason}`);
    else if (port?.connection === undefined) redial.handleLost(reason, lastedMs(connection));
  }

  count(name: string): void {
    this.#node.count(name);
  }

  #connect(stream: CarriedStream, isDialled: boolean): StreamConnection {
    const { mtu: frameMax, name } = this.#options;
    const hello = { frameMax, name };
    const connection = new StreamConnection({
      stream,
      hello,
      isDialled,
      owner: this,
      now: () => performance.now(),
    });
    this.#connections.add(connection);
    return connection;
  }

  /** Whose stream this is, by its first frame: a neighbour's that carries its token, or a stranger's. */
  #claim(connection: StreamConnection, frame: Uint8Array): StreamPort | undefined {
    const view = viewOf(frame);
    const high = view.getUint32(frameField.tokenHigh);
    const low = view.getUint32(frameField.tokenLow);
    if (frame[0] !== FRAME_DATA || frame.length === FRAME_HEADER_OCTETS) return undefined;
    const port = (high | low) === 0 ? this.#admit(connection) : this.#ports.findByToken(high, low);
    if (port !== undefined && port.connection !== connection) this.#ports.attach(port, connection);
    // The node must know of the port before the frame that made it.
    this.#node.flush();
    return port;
  }

  #admit(connection: StreamConnection): StreamPort | undefined {
    const { kind } = this.#options;
    this.#accepted += 1;
    return this.#ports.admitStranger(connection, `${kind}:${connection.address}#${this.#accepted}`, performance.now());
  }

  #dialIfWanted(port: StreamPort): void {
    const { dial } = this.#options;
    const { address, peer, connection } = port;
    const redial = this.#redials.get(port);
    if (dial === undefined || redial?.address === address) return;
    this.#stopDialling(port);
    if (connection?.isDialled === true) {
      this.#ports.detach(connection);
      this.#release(connection);
    }
    if (address === "") return;
    const handleStream = (stream: CarriedStream): void => void this.#dialledFor.set(this.#connect(stream, true), port);
    const handleProblem = (problem: string): void => {
      if (port.problem === problem) return;
      port.problem = problem;
      this.#ports.announce(port);
    };
    const next = new Redial({ node: this.#node, address, peer, dial, handleStream, handleProblem });
    this.#redials.set(port, next);
    if (port.connection === undefined) next.start();
  }

  #stopDialling(port: StreamPort): void {
    this.#redials.get(port)?.close();
    this.#redials.delete(port);
    for (const [connection, dialled] of this.#dialledFor) if (dialled === port) this.#release(connection);
  }

  #release(connection: StreamConnection): void {
    connection.close();
    this.#connections.delete(connection);
    this.#dialledFor.delete(connection);
  }

  #dropTooBig(port: number, frameMax: number, octets: number): void {
    this.#node.count("drop.too-big");
    this.#node.tooBig(port, frameMax, octets);
  }

  #tick(): void {
    const now = performance.now();
    for (const connection of this.#connections) {
      connection.handleTimeout(now);
      const isUnclaimed = !connection.isDialled && this.#ports.find(connection) === undefined;
      if (isUnclaimed && now - connection.openedAt >= UNCLAIMED_MS) connection.fail("it said nothing to this node");
    }
    this.#ports.handleTimeout(now);
    this.#ways.handleTimeout(now);
  }
}

/** How long a stream was of use; `undefined`: never. */
function lastedMs(connection: StreamConnection): number | undefined {
  return connection.peer === undefined ? undefined : performance.now() - connection.openedAt;
}
