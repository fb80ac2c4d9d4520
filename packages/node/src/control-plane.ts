/**
 * Control connections with neighbours: who is behind a port, which tokens its frames bear, what it advertises.
 */
import { earlier, type Instant } from "@flor/machine";
import { type AllowedPeers, type CloseReason, type Identity, type QuicConnection, QuicEndpoint } from "@flor/quic";
import type { EngineMaker } from "@flor/quic/engine";
import { nodeKeyOf } from "@flor/route";
import { type ControlMessage, TOKEN_OCTETS, tokenFrom, viewOf, writeToken } from "@flor/wire";
import { type Adjacency, QUIC_DATAGRAM_OCTETS } from "./adjacency.ts";
import { ControlConnection } from "./control-connection.ts";
import { CloseCode, isShutdown } from "./close-code.ts";
import type { LocalConsumer } from "./forward.ts";
import { OAM_HELLO } from "./hello.ts";
import { Liveness } from "./liveness.ts";
import type { Neighbour } from "./neighbour.ts";
import { Redial, REDIAL_ATTEMPT_MS, REDIAL_ATTEMPTS_MAX } from "./redial.ts";
import { sendControl, writerOf } from "./sender.ts";
import type { Topology } from "./topology.ts";

const CONTROL_VERSION = 1;

/** Advertisements to all neighbours are this far apart: what changes oftener goes together. */
const ADVERTISE_INTERVAL_MS = 50;

/** A neighbour that said it stops is tried again after this long, and from then on as any other. */
const STOPPED_DELAY_MS = 1000;

/** What the control plane tells the node. */
export interface ControlPlaneObserver {
  /** A neighbour is known by a port that the link itself did not know: the link must adopt it. */
  handleNeighbourFound(adjacency: Adjacency, neighbour: Neighbour): void;
  handleAliveChanged(adjacency: Adjacency): void;
  log(level: "info" | "warn", step: string, fields: Readonly<Record<string, unknown>>): void;
}

/** Options of a {@link ControlPlane}. */
export interface ControlPlaneOptions {
  readonly identity: Identity;
  readonly engines: EngineMaker;
  readonly allowed: AllowedPeers;
  readonly topology: Topology;
  readonly observer: ControlPlaneObserver;
  readonly randomFill: (octets: Uint8Array) => void;
  readonly random: () => number;
  readonly unixSeconds: () => number;
}

interface Dialling {
  readonly peer: Neighbour;
  readonly redial: Redial;
  readonly attempts: Map<QuicConnection<Adjacency>, Instant>;
}

/** The control connections of a node. */
export class ControlPlane implements LocalConsumer {
  readonly endpoint: QuicEndpoint<Adjacency>;
  readonly liveness: Liveness;
  malformed = 0;
  #options: ControlPlaneOptions;
  #open = new Map<QuicConnection<Adjacency>, ControlConnection>();
  #dialling = new Map<Adjacency, Dialling>();
  #touched = new Set<QuicConnection<Adjacency>>();
  #advertise = false;
  #advertisedAt: Instant = -Infinity;
  #isStopping = false;

  constructor(options: ControlPlaneOptions) {
    this.#options = options;
    const { identity, engines, allowed: peers, randomFill, unixSeconds } = options;
    this.endpoint = new QuicEndpoint<Adjacency>({
      identity,
      engines,
      peers,
      purpose: "control",
      randomFill,
      unixSeconds,
    });
    this.liveness = new Liveness(
      { handleAlive: (adjacency, alive, now) => this.#handleAlive(adjacency, alive, now) },
      options.random,
    );
  }

  /** Dials `peer` over `adjacency` whenever there is no living control connection. */
  dial(adjacency: Adjacency, peer: Neighbour): void {
    if (!this.#dialling.has(adjacency)) {
      this.#dialling.set(adjacency, { peer, redial: new Redial(this.#options.random), attempts: new Map() });
    }
  }

  /** The port is gone for good. */
  forget(adjacency: Adjacency, now: Instant): void {
    this.#dialling.delete(adjacency);
    this.liveness.stop(adjacency, now);
    for (const connection of this.endpoint.connections) {
      if (connection.path === adjacency) connection.close(CloseCode.notThisPort, "port is gone");
    }
    adjacency.neighbour?.adjacencies.delete(adjacency);
  }

  /** Tells all neighbours that the node stops, and lets none find it again. */
  close(): void {
    this.#isStopping = true;
    this.endpoint.refuse();
    this.liveness.silence();
    for (const connection of this.endpoint.connections) {
      connection.close(CloseCode.shutdown, "node stops");
      this.#touched.add(connection);
    }
  }

  /** Tells all neighbours what changed, at the end of this turn. */
  advertise(): void {
    this.#advertise = true;
  }

  /** Tells the neighbour that its frames for `label` do not fit. */
  sendTooBig(to: Adjacency, label: number, mtu: number): void {
    for (const control of this.#open.values()) {
      if (control.connection.path === to) this.#send(control, { pathTooBig: { label, mtu } });
    }
  }

  /** Tells the neighbour, over the other adjacencies with it, that nothing reaches us over this one. */
  sendDown(adjacency: Adjacency): void {
    const { neighbour, peerDiscriminator: discriminator } = adjacency;
    if (neighbour === undefined || discriminator === 0) return;
    for (const control of this.#open.values()) {
      const { path } = control.connection;
      if (path !== adjacency && path.neighbour === neighbour) this.#send(control, { adjacencyDown: { discriminator } });
    }
  }

  /** What came under the GAL over `adjacency`; octets borrowed. */
  handlePayload(octets: Uint8Array, offset: number, end: number, adjacency: Adjacency, now: Instant): void {
    if (octets[offset] === OAM_HELLO) {
      if (!this.liveness.handleReceive(octets, offset, end, adjacency, now)) this.malformed += 1;
      return;
    }
    const connection = this.endpoint.handleReceive(octets, offset, end, adjacency, now);
    if (connection !== undefined) this.#touched.add(connection);
    else adjacency.link.conduct.note("unknown-payload", now);
    this.#sendReplies(now);
  }

  nextTimeout(): Instant | undefined {
    let next = this.liveness.nextTimeout();
    if (this.#advertise) next = earlier(next, this.#advertisedAt + ADVERTISE_INTERVAL_MS);
    for (const connection of this.endpoint.connections) next = earlier(next, connection.nextTimeout());
    for (const [adjacency, dialling] of this.#dialling) {
      if (this.#wantsDial(adjacency, dialling)) next = earlier(next, dialling.redial.dueAt);
      for (const deadline of dialling.attempts.values()) next = earlier(next, deadline);
    }
    return next;
  }

  handleTimeout(now: Instant): void {
    this.liveness.handleTimeout(now);
    for (const connection of this.endpoint.connections) {
      if ((connection.nextTimeout() ?? Infinity) > now) continue;
      connection.handleTimeout(now);
      this.#touched.add(connection);
    }
    for (const [adjacency, dialling] of this.#dialling) this.#redial(adjacency, dialling, now);
  }

  /** Serves what was touched: events, messages, packets. */
  turn(now: Instant): void {
    if (this.#advertise && now >= this.#advertisedAt + ADVERTISE_INTERVAL_MS) this.#advertiseAll(now);
    for (const connection of this.#touched) this.#serve(connection, now);
    this.#touched.clear();
  }

  #serve(connection: QuicConnection<Adjacency>, now: Instant): void {
    this.#takeEvents(connection, now);
    const control = this.#open.get(connection);
    if (control !== undefined) {
      for (const message of this.#receive(control)) this.#handleMessage(control, message, now);
      control.flush();
    }
    this.#transmit(connection, now);
    // A close is over once its packet is sent.
    if (connection.state === "closed") this.#takeEvents(connection, now);
  }

  #takeEvents(connection: QuicConnection<Adjacency>, now: Instant): void {
    for (let event = connection.pollEvent(); event !== undefined; event = connection.pollEvent()) {
      if (event.type === "established") this.#handleEstablished(connection);
      if (event.type === "closed") this.#handleClosed(connection, event.reason, now);
    }
  }

  #transmit(connection: QuicConnection<Adjacency>, now: Instant): void {
    while (sendControl(connection, connection.path, QUIC_DATAGRAM_OCTETS, now) > 0);
  }

  #sendReplies(now: Instant): void {
    for (let reply = this.endpoint.takeReply(); reply !== undefined; reply = this.endpoint.takeReply()) {
      sendControl(writerOf(reply.octets), reply.path, reply.octets.length, now);
    }
  }

  #handleEstablished(connection: QuicConnection<Adjacency>): void {
    const adjacency = connection.path;
    const neighbour = this.#options.topology.neighbours.get(nodeKeyOf(connection.peer));
    const other = adjacency.neighbour !== undefined && adjacency.neighbour !== neighbour;
    if (neighbour === undefined || other)
      return connection.close(CloseCode.notThisPort, "this port leads to another node");
    this.#supersede(connection);
    const dialling = this.#dialling.get(adjacency);
    dialling?.redial.beginAnew();
    dialling?.attempts.clear();
    connection.keepAlive = true;
    if (connection.role === "client") connection.openStream();
    const control = new ControlConnection(connection);
    this.#open.set(connection, control);
    adjacency.neighbour = neighbour;
    neighbour.adjacencies.add(adjacency);
    this.#options.observer.handleNeighbourFound(adjacency, neighbour);
    this.#introduce(control);
  }

  /** An older connection of the same role over the same port is a dead one's remainder. */
  #supersede(connection: QuicConnection<Adjacency>): void {
    for (const older of this.endpoint.connections) {
      if (older === connection || older.path !== connection.path || older.role !== connection.role) continue;
      older.close(CloseCode.superseded, "superseded");
      this.#open.delete(older);
      this.#touched.add(older);
    }
  }

  #introduce(control: ControlConnection): void {
    const adjacency = control.connection.path;
    const token = new Uint8Array(TOKEN_OCTETS);
    writeToken(viewOf(token), 0, adjacency.localToken);
    const introduction = {
      version: CONTROL_VERSION,
      token,
      discriminator: adjacency.localDiscriminator,
      mtu: adjacency.mtu,
    };
    this.#send(control, { introduction });
    this.#sendAdvertisements(control);
  }

  #sendAdvertisements(control: ControlConnection): void {
    const neighbour = control.connection.path.neighbour;
    if (neighbour === undefined) return;
    const advertisements = this.#options.topology.advertisementsFor(neighbour);
    // One message each: the set is level-triggered, so its parts may travel apart.
    for (const advertisement of advertisements)
      this.#send(control, { advertisements: { advertisements: [advertisement] } });
  }

  #advertiseAll(now: Instant): void {
    this.#advertise = false;
    this.#advertisedAt = now;
    for (const control of this.#open.values()) this.#sendAdvertisements(control);
  }

  #send(control: ControlConnection, message: ControlMessage): void {
    if (!control.send(message)) control.connection.close(CloseCode.overloaded, "control messages left unread");
    this.#touched.add(control.connection);
  }

  #receive(control: ControlConnection): readonly ControlMessage[] {
    const received = control.receive();
    if (typeof received !== "string") return received;
    if (received === "malformed") this.malformed += 1;
    control.connection.close(CloseCode.protocol, `control stream ${received}`);
    return [];
  }

  #handleMessage(control: ControlConnection, message: ControlMessage, now: Instant): void {
    const adjacency = control.connection.path;
    const { topology } = this.#options;
    if (message.introduction) {
      const { token, discriminator } = message.introduction;
      if (token?.length !== TOKEN_OCTETS)
        return control.connection.close(CloseCode.protocol, "introduction without token");
      adjacency.peerToken = tokenFrom(token);
      adjacency.peerDiscriminator = discriminator ?? 0;
      this.liveness.start(adjacency, now);
      if (adjacency.neighbour) topology.updateNeighbour(adjacency.neighbour, now);
    }
    if (message.advertisements && adjacency.neighbour) {
      const advertisements = message.advertisements.advertisements ?? [];
      const learned = advertisements.slice(0, control.advertisementBudget(now, advertisements.length));
      this.malformed += topology.learn(adjacency.neighbour, learned) + advertisements.length - learned.length;
    }
    if (message.adjacencyDown?.discriminator && adjacency.neighbour)
      this.#handleDown(adjacency.neighbour, message.adjacencyDown.discriminator, now);
    if (message.pathTooBig?.mtu && adjacency.neighbour) this.#handleTooBig(adjacency, message.pathTooBig.mtu, now);
  }

  #handleDown(neighbour: Neighbour, discriminator: number, now: Instant): void {
    for (const adjacency of neighbour.adjacencies)
      if (adjacency.localDiscriminator === discriminator) this.liveness.handleDown(adjacency, now);
  }

  #handleTooBig(adjacency: Adjacency, mtu: number, now: Instant): void {
    if (mtu >= adjacency.mtu || mtu < QUIC_DATAGRAM_OCTETS) return;
    adjacency.mtu = mtu;
    if (adjacency.neighbour) this.#options.topology.updateNeighbour(adjacency.neighbour, now);
  }

  #handleClosed(connection: QuicConnection<Adjacency>, reason: CloseReason, now: Instant): void {
    const { path: adjacency } = connection;
    const was = this.#open.delete(connection);
    const dialling = this.#dialling.get(adjacency);
    dialling?.attempts.delete(connection);
    if (isShutdown(reason)) dialling?.redial.stopped(now, STOPPED_DELAY_MS);
    if (!was || this.#hasControl(adjacency)) return;
    if (isShutdown(reason)) this.#leave(adjacency, now);
    const fields = { neighbour: adjacency.neighbour?.name, link: adjacency.link.name, reason: reason.text };
    this.#options.observer.log("info", "control-closed", fields);
  }

  /** The neighbour stops: nothing can be sent to it before it introduces itself again. */
  #leave(adjacency: Adjacency, now: Instant): void {
    adjacency.peerToken = undefined;
    this.liveness.stop(adjacency, now);
    if (adjacency.neighbour) this.#options.topology.updateNeighbour(adjacency.neighbour, now);
  }

  #handleAlive(adjacency: Adjacency, alive: boolean, now: Instant): void {
    if (alive) this.#dialling.get(adjacency)?.redial.beginAnew();
    if (adjacency.neighbour) this.#options.topology.updateNeighbour(adjacency.neighbour, now);
    this.#options.observer.handleAliveChanged(adjacency);
  }

  #hasControl(adjacency: Adjacency): boolean {
    for (const { connection } of this.#open.values()) if (connection.path === adjacency) return true;
    return false;
  }

  #wantsDial(adjacency: Adjacency, dialling: Dialling): boolean {
    if (this.#isStopping || !adjacency.portUp || dialling.attempts.size >= REDIAL_ATTEMPTS_MAX) return false;
    return !this.#hasControl(adjacency) || (adjacency.peerToken !== undefined && !adjacency.alive);
  }

  #redial(adjacency: Adjacency, dialling: Dialling, now: Instant): void {
    for (const [connection, deadline] of dialling.attempts) {
      if (deadline > now) continue;
      dialling.attempts.delete(connection);
      connection.close(0, "");
      this.#touched.add(connection);
    }
    if (!this.#wantsDial(adjacency, dialling) || dialling.redial.dueAt > now) return;
    dialling.redial.started(now);
    const connection = this.endpoint.connect(dialling.peer.publicKey, adjacency, now);
    dialling.attempts.set(connection, now + REDIAL_ATTEMPT_MS);
    this.#touched.add(connection);
  }
}
