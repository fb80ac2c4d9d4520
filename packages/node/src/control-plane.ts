/**
 * Control connections with neighbours: who is behind a port, which tokens its frames carry, what it advertises.
 */
import { nodeKeyOf } from "@flor/link-state";
import { Deadlines, earlier, type Instant } from "@flor/machine";
import { type AllowedPeers, type CloseReason, type Identity, type QuicConnection, QuicEndpoint } from "@flor/quic";
import type { EngineMaker } from "@flor/quic/engine";
import { type Adjacency, QUIC_DATAGRAM_OCTETS } from "./adjacency.ts";
import { ControlConnection } from "./control-connection.ts";
import { ControlDials } from "./control-dials.ts";
import { ControlMessages } from "./control-messages.ts";
import { STALLED_MS } from "./carried-session.ts";
import { CloseCode, closeText, isRefusal, isShutdown, isUnlisted, UNLISTED_TEXT } from "./close-code.ts";
import type { LocalConsumer } from "./forward.ts";
import { Guests } from "./guests.ts";
import { OAM_HELLO } from "./hello.ts";
import { Liveness } from "./liveness.ts";
import type { Neighbour } from "./neighbour.ts";
import type { Joining, NodeNetworks } from "./networks.ts";
import { sendControl, writerOf } from "./sender.ts";
import type { NodeKey } from "./settings.ts";
import type { Topology } from "./topology.ts";

/** While a former key is good, one dial of so many is with it: of neighbours that may know no other, and of the rest. */
const FORMER_DIAL = 2;
const FORMER_DIAL_OF_MET = 8;

/** What the control plane tells the node. */
export interface ControlPlaneObserver {
  /** A neighbour is known by a port that the link itself did not know: the link must adopt it. */
  handleNeighbourFound(adjacency: Adjacency, neighbour: Neighbour, now: Instant): void;
  /** The neighbour of the adjacency is silent, and another node is behind its port: the link must tell them apart. */
  handlePortTaken(adjacency: Adjacency, now: Instant): void;
  handleAliveChanged(adjacency: Adjacency, alive: boolean, now: Instant): void;
  /** A neighbour tells where our frames come from. */
  handleObserved(adjacency: Adjacency, address: string, now: Instant): void;
  log(level: "info" | "warn", step: string, fields: Readonly<Record<string, unknown>>): void;
}

/** Options of a {@link ControlPlane}. */
export interface ControlPlaneOptions {
  readonly identity: Identity;
  readonly engines: EngineMaker;
  readonly allowed: AllowedPeers;
  readonly topology: Topology;
  readonly networks: NodeNetworks | undefined;
  readonly joining: Joining | undefined;
  readonly observer: ControlPlaneObserver;
  readonly randomFill: (octets: Uint8Array) => void;
  readonly random: () => number;
  readonly unixSeconds: () => number;
}

/** The control connections of a node. */
export class ControlPlane implements LocalConsumer {
  readonly endpoint: QuicEndpoint<Adjacency>;
  readonly liveness: Liveness;
  readonly messages: ControlMessages;
  readonly guests: Guests;
  readonly #options: ControlPlaneOptions;
  readonly #dials: ControlDials;
  readonly #deadlines = new Deadlines<QuicConnection<Adjacency>>();
  readonly #touched = new Set<QuicConnection<Adjacency>>();

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
      {
        handleAlive: (adjacency, alive, now) => this.#handleAlive(adjacency, alive, now),
        handleCost: ({ neighbour }, now) => neighbour && options.topology.updateNeighbour(neighbour, now),
      },
      options.random,
    );
    this.messages = new ControlMessages({
      topology: options.topology,
      liveness: this.liveness,
      networks: options.networks,
      joining: options.joining,
      handleObserved: (adjacency, address, now) => options.observer.handleObserved(adjacency, address, now),
      handleMisconduct: (key, problem) => {
        const peer = options.topology.neighbours.get(key)?.name ?? key;
        options.observer.log("warn", "neighbour-misbehaves", { peer, problem });
      },
      touch: (connection) => this.#touched.add(connection),
    });
    this.guests = new Guests({
      allowed: peers,
      handleJoin: (ends, request, answer) => options.networks?.handleJoin(ends, request, answer),
      touch: (connection) => this.#touched.add(connection),
    });
    this.#dials = new ControlDials({
      random: options.random,
      hasControl: (adjacency) => this.#isCurrent(adjacency),
      connect: (peer, adjacency, now) => this.#connect(peer, adjacency, now),
      abandon: (connection) => this.#touch(connection).close(CloseCode.superseded, "no answer in time"),
    });
  }

  /** Dials `peer` over `adjacency` whenever there is no living control connection. */
  dial(adjacency: Adjacency, peer: Neighbour): void {
    this.#dials.add(adjacency, peer);
  }

  /** No longer dials over the adjacency; existing connections go on. */
  stopDialling(adjacency: Adjacency): void {
    this.#dials.stopDialling(adjacency);
  }

  /**
   * The node has another key: makes every control connection again with it. Those that there are go on until the new one
   * stands, or, where the neighbour does not know the new key, until {@link dropKey}.
   */
  takeKey({ identity, engines }: NodeKey): void {
    this.endpoint.takeKey(identity, engines);
    for (const { path } of this.endpoint.connections) if (path.neighbour) this.#dials.renew(path, path.neighbour);
  }

  /** Neighbours connect no more with that key of the node's, and the connections with it end. */
  dropKey(publicKey: Uint8Array): void {
    this.endpoint.dropKey(publicKey);
    for (const connection of this.endpoint.connections)
      if (!this.endpoint.isOfKey(connection) && nodeKeyOf(connection.ownKey) === nodeKeyOf(publicKey))
        this.#touch(connection).close(CloseCode.unlisted, "the key of this connection is not valid any more");
  }

  /** Some neighbour knows this node by a former key alone. */
  get hasFormerNeighbours(): boolean {
    for (const { path } of this.endpoint.connections)
      if (this.messages.has(path) && !this.#isCurrent(path)) return true;
    return false;
  }

  /** The neighbour is no peer any more: tells it, and forgets the adjacency. */
  dismiss(adjacency: Adjacency, now: Instant): void {
    const connections = [...this.endpoint.connections].filter(({ path }) => path === adjacency);
    const reason = this.#options.networks?.whyGone(adjacency.neighbour?.key ?? "") ?? UNLISTED_TEXT;
    for (const connection of connections) {
      this.#touch(connection).close(CloseCode.unlisted, reason);
      this.#transmit(connection, now);
    }
    adjacency.farewellAt = now;
    adjacency.farewellReason = reason;
    adjacency.isFarewellOurs = true;
    this.forget(adjacency, now);
  }

  /** The port is gone for good. */
  forget(adjacency: Adjacency, now: Instant): void {
    this.#dials.delete(adjacency);
    this.liveness.stop(adjacency, now);
    for (const connection of this.endpoint.connections) {
      if (connection.path === adjacency) this.#touch(connection).close(CloseCode.notThisPort, "port is gone");
    }
    adjacency.neighbour?.adjacencies.delete(adjacency);
  }

  /** Tells all neighbours that the node stops, the layer too, and lets none find it again. */
  close(now: Instant): void {
    this.#dials.stop();
    this.#options.topology.stop(now);
    this.messages.transmit(now);
    for (const connection of this.endpoint.connections) this.#transmit(connection, now);
    this.endpoint.refuse();
    this.liveness.silence();
    for (const connection of this.endpoint.connections) this.#touch(connection).close(CloseCode.shutdown, "node stops");
  }

  /** Tells the neighbour that its frames for `label` do not fit. */
  sendTooBig(to: Adjacency, label: number, mtu: number): void {
    this.messages.sendTooBig(to, label, mtu);
  }

  /** The neighbour's frames come from elsewhere: tells it so, and asks whether it is heard there. */
  handleMoved(adjacency: Adjacency, now: Instant): void {
    this.messages.sendObserved(adjacency);
    this.liveness.handleMoved(adjacency, now);
  }

  /** The link says that nothing can leave by the port: silent from now on, without waiting for it. */
  handlePortDown(adjacency: Adjacency, now: Instant): void {
    // Of one that was silent the neighbour knows: a link that says so time and again makes nobody write.
    if (adjacency.alive) this.messages.sendDown(adjacency);
    this.liveness.handleDown(adjacency, now, true);
  }

  /** The link says that frames can leave by the port: asks at once whether the neighbour hears, and dials it if need be. */
  handlePortUp(adjacency: Adjacency, now: Instant): void {
    this.liveness.handleMoved(adjacency, now);
    this.#dials.handlePortUp(adjacency, now);
  }

  /** Tells the neighbour, over the other adjacencies with it, that nothing reaches us over this one. */
  sendDown(adjacency: Adjacency): void {
    this.messages.sendDown(adjacency);
  }

  /** What came under the GAL over `adjacency`; octets borrowed. */
  handlePayload(octets: Uint8Array, offset: number, end: number, adjacency: Adjacency, now: Instant): void {
    if (octets[offset] === OAM_HELLO) {
      const isUnderstood = this.liveness.handleReceive(octets, offset, end, adjacency, now);
      if (!isUnderstood) this.messages.drops.add("malformed-message");
      return;
    }
    const connection = this.endpoint.handleReceive(octets, offset, end, adjacency, now);
    if (connection !== undefined) this.#touched.add(connection);
    else adjacency.link.conduct.note("unknown-payload", now);
    this.#sendReplies(now);
  }

  nextTimeout(): Instant | undefined {
    const next = earlier(this.liveness.nextTimeout(), this.#deadlines.next);
    const spoken = earlier(this.messages.nextTimeout(), this.guests.nextTimeout());
    const all = earlier(earlier(next, this.#dials.nextTimeout()), spoken);
    return earlier(all, this.#options.networks?.flooding.nextTimeout());
  }

  handleTimeout(now: Instant): void {
    this.liveness.handleTimeout(now);
    this.messages.handleTimeout(now);
    this.guests.handleTimeout(now);
    this.#options.networks?.flooding.handleTimeout(now);
    for (let due = this.#deadlines.takeDue(now); due !== undefined; due = this.#deadlines.takeDue(now)) {
      due.handleTimeout(now);
      this.#touched.add(due);
    }
    this.#dials.handleTimeout(now);
  }

  /** Serves what was touched: events, messages, packets. */
  turn(now: Instant): void {
    for (const connection of this.#touched) {
      this.#touched.delete(connection);
      this.#serve(connection, now);
    }
  }

  /** Sends neighbours what link state has for them. */
  flood(now: Instant): void {
    this.messages.transmit(now);
    this.turn(now);
  }

  #serve(connection: QuicConnection<Adjacency>, now: Instant): void {
    this.#takeEvents(connection, now);
    const control = this.messages.of(connection);
    if (control !== undefined) this.messages.serve(control, now);
    else this.guests.serve(connection);
    this.#transmit(connection, now);
    // A close is over once its packet is sent.
    if (connection.state === "closed") this.#takeEvents(connection, now);
    const due = connection.state === "closed" ? undefined : connection.nextTimeout();
    // What is due still could not be sent: its link is away, or takes nothing now.
    this.#deadlines.set(connection, due !== undefined && due <= now ? now + STALLED_MS : due);
  }

  #touch(connection: QuicConnection<Adjacency>): QuicConnection<Adjacency> {
    this.#touched.add(connection);
    return connection;
  }

  #takeEvents(connection: QuicConnection<Adjacency>, now: Instant): void {
    for (let event = connection.pollEvent(); event !== undefined; event = connection.pollEvent()) {
      if (event.type === "established") this.#handleEstablished(connection, now);
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

  #handleEstablished(connection: QuicConnection<Adjacency>, now: Instant): void {
    if (this.guests.isGuest(connection.peer)) return this.guests.open(connection, now);
    const adjacency = connection.path;
    const { topology } = this.#options;
    const neighbour = topology.neighbours.get(nodeKeyOf(connection.peer));
    const before = adjacency.neighbour;
    const hasNewKey = before !== undefined && neighbour !== undefined && topology.isHeir(neighbour, before);
    const other = before !== undefined && before !== neighbour && !hasNewKey;
    if (neighbour === undefined || other) {
      connection.close(CloseCode.notThisPort, "this port leads to another node");
      // Another node is at its address now, as one that has a new key: the next attempt finds a port of its own.
      this.#transmit(connection, now);
      if (other && !adjacency.alive) this.#options.observer.handlePortTaken(adjacency, now);
      return;
    }
    if (!this.endpoint.isOfKey(connection) && connection.role === "client" && this.#isCurrent(adjacency))
      return connection.close(CloseCode.superseded, "another attempt came first");
    if (hasNewKey) this.#leaveFormer(connection, now);
    this.#supersede(connection, now);
    connection.keepAlive = true;
    if (connection.role === "client") connection.openStream();
    adjacency.neighbour = neighbour;
    neighbour.dials = 0;
    if (this.endpoint.isOfKey(connection)) neighbour.metAs = connection.ownKey;
    neighbour.adjacencies.add(adjacency);
    this.#options.observer.handleNeighbourFound(adjacency, neighbour, now);
    this.messages.open(new ControlConnection(connection), neighbour, now);
    if (hasNewKey) this.#succeed(adjacency, before, neighbour, now);
    this.#dials.established(adjacency, now);
    // It knows this node by a former key: another connection tells it of the new one.
    if (!this.#isCurrent(adjacency)) this.#dials.renew(adjacency, neighbour);
  }

  #connect(neighbour: Neighbour, adjacency: Adjacency, now: Instant): QuicConnection<Adjacency> {
    const former = this.messages.has(adjacency) ? 0 : this.#formerFor(neighbour);
    return this.#touch(this.endpoint.connect(neighbour.publicKey, adjacency, now, former));
  }

  /**
   * Which of this node's former keys the next dial of a neighbour is with, in turn; 0: none. One that has not heard of the new
   * key answers those before alone. One that has met this node under the new one refuses them, unless it lost what it knew.
   */
  #formerFor(neighbour: Neighbour): number {
    const { formerKeys } = this.endpoint;
    const { metAs, dials } = neighbour;
    neighbour.dials += 1;
    const isMet = metAs !== undefined && this.endpoint.isOfKey({ ownKey: metAs });
    const every = isMet ? FORMER_DIAL_OF_MET : FORMER_DIAL;
    if (formerKeys === 0 || dials % every !== every - 1) return 0;
    return 1 + (Math.floor(dials / every) % formerKeys);
  }

  /** There is a connection over the adjacency with the key that this node has now. */
  #isCurrent(adjacency: Adjacency): boolean {
    for (const { connection } of this.messages.over(adjacency)) if (this.endpoint.isOfKey(connection)) return true;
    return false;
  }

  /** The neighbour has another key: what it says under the one before is over. */
  #leaveFormer(connection: QuicConnection<Adjacency>, now: Instant): void {
    for (const older of this.endpoint.connections) {
      if (older === connection || older.path !== connection.path) continue;
      this.#touch(older).close(CloseCode.superseded, "superseded");
      // Before the link hears that another key is there, and gives the neighbour another port.
      this.#transmit(older, now);
      this.messages.close(older, now);
    }
  }

  /** The adjacency is with the neighbour's new key from now on; frames for the old one go the same way. */
  #succeed(adjacency: Adjacency, before: Neighbour, neighbour: Neighbour, now: Instant): void {
    before.adjacencies.delete(adjacency);
    this.#options.topology.succeed(before, neighbour, now);
    this.#dials.succeed(adjacency, neighbour);
    const fields = { neighbour: neighbour.name, link: adjacency.link.name };
    this.#options.observer.log("info", "neighbour-changed-key", fields);
  }

  /** An older connection of the same role over the same port is left over from a dead node. */
  #supersede(connection: QuicConnection<Adjacency>, now: Instant): void {
    for (const older of this.endpoint.connections) {
      if (older === connection || older.path !== connection.path || older.role !== connection.role) continue;
      this.#touch(older).close(CloseCode.superseded, "superseded");
      this.messages.close(older, now);
    }
  }

  #handleClosed(connection: QuicConnection<Adjacency>, reason: CloseReason, now: Instant): void {
    const { path: adjacency } = connection;
    this.guests.close(connection);
    const was = this.messages.close(connection, now);
    const hasStopped = isShutdown(reason);
    const isRefused = isRefusal(reason);
    this.#dials.closed(connection, hasStopped ? "stopped" : isRefused ? "refused" : "other", now);
    if (!was || this.messages.has(adjacency)) return;
    if (hasStopped || isUnlisted(reason)) this.#leave(adjacency, hasStopped ? undefined : closeText(reason), now);
    if (isRefused && !adjacency.alive) {
      adjacency.farewellAt = now;
      adjacency.farewellReason = closeText(reason);
      adjacency.isFarewellOurs = reason.by !== "peer";
    }
    // Two ends that dial each other close one connection of two: nothing has happened.
    if (reason.application && reason.code === CloseCode.superseded) return;
    const fields = { neighbour: adjacency.neighbour?.name, link: adjacency.link.name, reason: closeText(reason) };
    this.#options.observer.log("info", "control-closed", fields);
  }

  /**
   * Nothing can be sent to the neighbour before it introduces itself again.
   *
   * @param reason why it turned this node away; `undefined`: it stops
   */
  #leave(adjacency: Adjacency, reason: string | undefined, now: Instant): void {
    adjacency.peerToken = undefined;
    adjacency.farewellAt = now;
    adjacency.farewellReason = reason;
    adjacency.isFarewellOurs = false;
    this.liveness.stop(adjacency, now);
    if (adjacency.neighbour) this.#options.topology.updateNeighbour(adjacency.neighbour, now);
  }

  #handleAlive(adjacency: Adjacency, alive: boolean, now: Instant): void {
    this.#dials.handleAlive(adjacency, alive);
    // It forgot what it was told when it heard nothing.
    if (alive) this.messages.sendObserved(adjacency);
    if (adjacency.neighbour) this.#options.topology.updateNeighbour(adjacency.neighbour, now);
    this.#options.observer.handleAliveChanged(adjacency, alive, now);
  }
}
