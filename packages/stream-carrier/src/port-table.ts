/**
 * The neighbours of a link over streams: configured ones, whose numbers stay as long as their key does, and
 * provisional ones that strangers made, of which there are few and not for long.
 */
import { type Neighbour, neighbourToken, type NodeDoor, PortIndex } from "@flor/link-kit";
import type { Instant } from "@flor/machine";
import type { ChosenConnection } from "./choose-connection.ts";
import type { StreamConnection } from "./stream-connection.ts";
import { StreamPort } from "./stream-port.ts";

/** Strangers at once; the one that came first makes room. */
export const PROVISIONAL_MAX = 64;
/** Strangers that the node does not adopt go after this time. */
export const PROVISIONAL_MS = 10_000;

/** What the ports of one link have in common. */
export interface PortTableOptions {
  readonly node: NodeDoor;
  /** Octets of the longest frame that this end takes. */
  readonly mtu: number;
  /** The streams hide what they carry. */
  readonly isEncrypted: boolean;
  /** Of two streams to one neighbour, the one that stays. */
  readonly choose: (older: StreamConnection, newer: StreamConnection) => ChosenConnection;
  /** Closes a stream that is no port's any more. */
  readonly release: (connection: StreamConnection) => void;
  /** The port is going. */
  readonly handlePortGone: (port: StreamPort) => void;
}

/** The ports of one link. */
export class PortTable {
  readonly #options: PortTableOptions;
  readonly #index = new PortIndex<StreamPort>();
  readonly #byConnection = new Map<StreamConnection, StreamPort>();

  constructor(options: PortTableOptions) {
    this.#options = options;
  }

  get all(): Iterable<StreamPort> {
    return this.#index.all;
  }

  get byNumber(): readonly (StreamPort | undefined)[] {
    return this.#index.byNumber;
  }

  /** The port whose frames come on this stream. */
  find(connection: StreamConnection): StreamPort | undefined {
    return this.#byConnection.get(connection);
  }

  /** The neighbour whose frames carry this token, on whichever stream. */
  findByToken(high: number, low: number): StreamPort | undefined {
    return this.#index.findByToken(high, low);
  }

  /** Takes the node's whole list of neighbours. */
  setNeighbours(neighbours: readonly Neighbour[], now: Instant): void {
    for (const port of this.#index.unwanted(neighbours)) this.remove(port);
    for (const neighbour of neighbours) {
      const { key } = neighbour;
      const port = this.#adopt(neighbour) ?? this.#index.get(key) ?? this.#create(key, now);
      if (port === undefined) continue;
      port.token = neighbourToken(neighbour);
      port.address = neighbour.address;
      port.peer = neighbour.peer;
      port.isProvisional = false;
      this.announce(port);
    }
  }

  /** Makes a port for a stranger; `undefined`: there are too many neighbours. */
  admitStranger(connection: StreamConnection, key: string, now: Instant): StreamPort | undefined {
    const strangers = this.#index.strangers();
    if (strangers.length >= PROVISIONAL_MAX && strangers[0] !== undefined) this.remove(strangers[0]);
    const port = this.#create(key, now);
    if (port === undefined) return undefined;
    port.isProvisional = true;
    this.attach(port, connection);
    return port;
  }

  /** The stream is the port's from now on, beside or instead of the one that it has, or is closed. */
  attach(port: StreamPort, connection: StreamConnection): void {
    this.#byConnection.set(connection, port);
    const { connection: former } = port;
    port.cut = "";
    port.isWayDisproven = false;
    if (former === undefined) port.connection = connection;
    else if (former !== connection) this.#choose(port, former, connection);
    this.announce(port);
  }

  /** The stream is gone; a stranger's port goes with it. */
  detach(connection: StreamConnection): void {
    const port = this.#byConnection.get(connection);
    if (port === undefined) return;
    this.#byConnection.delete(connection);
    port.cut = "";
    if (port.connection === connection) port.connection = undefined;
    if (port.secondConnection === connection) port.secondConnection = undefined;
    if (port.connection === undefined && port.secondConnection?.isFinished === false) {
      port.connection = port.secondConnection;
      port.secondConnection = undefined;
    }
    if (port.isProvisional && port.connection === undefined) this.remove(port);
    else this.announce(port);
  }

  /** Nothing can be sent on the port's stream now, and why; empty: it can again. The node hears of it at once. */
  setCut(port: StreamPort, cut: string, now: Instant): void {
    if (port.cut === cut) return;
    this.#options.node.count(cut === "" ? "port-mended" : "port-cut");
    if (port.cut === "") port.cutAt = now;
    port.cut = cut;
    this.announce(port);
  }

  /** Forgets the port, and closes its streams. */
  remove(port: StreamPort): void {
    const { node, handlePortGone } = this.#options;
    const { connection, secondConnection } = port;
    this.#index.remove(port);
    port.connection = undefined;
    port.secondConnection = undefined;
    this.#release(connection);
    this.#release(secondConnection);
    handlePortGone(port);
    node.withdraw(port.number);
  }

  /** Forgets strangers that the node did not adopt. */
  handleTimeout(now: Instant): void {
    for (const port of this.#index.strangers()) if (now - port.createdAt >= PROVISIONAL_MS) this.remove(port);
  }

  /** Tells the node how the port is. */
  announce(port: StreamPort): void {
    const { node, mtu, isEncrypted } = this.#options;
    const { connection, cut } = port;
    const problem = connection === undefined ? port.problem : cut;
    node.announce({
      port: port.number,
      key: port.key,
      up: connection !== undefined && cut === "",
      mtu: connection?.frameMax ?? mtu,
      ordered: true,
      reliable: true,
      encrypted: isEncrypted,
      address: connection?.address ?? port.address,
      provisional: port.isProvisional,
      ...(problem !== "" && { problem }),
    });
  }

  #adopt(neighbour: Neighbour): StreamPort | undefined {
    return this.#index.adopt(neighbour, (former, port) => this.#takeOver(former, port));
  }

  /** What the former port of a neighbour had goes to the one that it has now. */
  #takeOver(former: StreamPort, port: StreamPort): void {
    const older = former.connection;
    const newer = port.connection;
    former.connection = undefined;
    this.remove(former);
    if (older === undefined) return;
    port.connection = undefined;
    this.attach(port, older);
    if (newer !== undefined) this.attach(port, newer);
  }

  #choose(port: StreamPort, older: StreamConnection, newer: StreamConnection): void {
    const { kept, other, isCrossing } = this.#options.choose(older, newer);
    port.connection = kept;
    if (!isCrossing) return this.#release(other);
    if (port.secondConnection !== other) this.#release(port.secondConnection);
    port.secondConnection = other;
    if (other.isDialled) other.finish();
  }

  #release(connection: StreamConnection | undefined): void {
    if (connection === undefined) return;
    this.#byConnection.delete(connection);
    this.#options.release(connection);
  }

  #create(key: string, now: Instant): StreamPort | undefined {
    const port = this.#index.add((number) => new StreamPort(number, key, now));
    if (port === undefined) this.#options.node.count("drop.ports-full");
    return port;
  }
}
