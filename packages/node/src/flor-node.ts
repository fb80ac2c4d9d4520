/**
 * A node, sans-IO: it is given frames, ports, client connections and the time, and says what to do through the doors
 * of its links and its {@link NodeHost}. ARCHITECTURE.md has the map; ingress.ts the corridor.
 */
import { IncomingLabelMap } from "@flor/label";
import { nodeKeyOf } from "@flor/link-state";
import { CounterRegistry, earlier, type Instant } from "@flor/machine";
import { AllowedPeers, type Identity, sign, verify } from "@flor/quic";
import type { Inbound, IngressFlow, LocalSocket, Request } from "@flor/flows";
import { viewOf } from "@flor/wire";
import { PORT_MTU_MIN } from "./adjacency.ts";
import { ControlPlane } from "./control-plane.ts";
import { Forwarder, type NextHop } from "./forward.ts";
import type { FrameDoor, FrameSink } from "./frame-door.ts";
import { Delivery, Echoes } from "./echoes.ts";
import { Egress } from "./egress.ts";
import type { NodeHost } from "./node-host.ts";
import { Knocks } from "./knocks.ts";
import { NodeLink } from "./node-link.ts";
import { Northbound } from "./northbound.ts";
import { Ingress } from "./ingress.ts";
import { peerChanges } from "./peer-changes.ts";
import { type AnnouncedPort, Ports } from "./ports.ts";
import { type PathVerdict, pathVerdictOf } from "./path-verdict.ts";
import { SessionTurn } from "./session-turn.ts";
import { adjacencyTrouble, downText } from "./peer-trouble.ts";
import { type Dialled, ReachWatch } from "./reach-watch.ts";
import { Sessions } from "./sessions.ts";
import { NodeServices } from "./services/node-services.ts";
import type { NodeSettings, PeerSettings } from "./settings.ts";
import { Topology } from "./topology.ts";
import { TransitQueue } from "./transit-queue.ts";

/** One running flor. */
export class FlorNode {
  readonly settings: NodeSettings;
  readonly links: Map<string, NodeLink> = new Map();
  readonly labels: IncomingLabelMap<NextHop>;
  readonly topology: Topology;
  readonly sessions: Sessions;
  readonly control: ControlPlane;
  readonly forwarder: Forwarder;
  readonly ingress: Ingress;
  readonly egress: Egress;
  readonly ports: Ports;
  readonly knocks: Knocks;
  /** All that this node drops. */
  readonly drops: CounterRegistry = new CounterRegistry();
  readonly reach: ReachWatch;
  readonly echoes: Echoes;
  readonly services: NodeServices;
  readonly startedAt: Instant;
  readonly #allowed: AllowedPeers;
  #peers: readonly PeerSettings[];
  #northbounds: readonly Northbound[] = [];
  readonly #sessionTurn: SessionTurn;
  readonly #verdict: PathVerdict;
  #now: Instant;
  #host: NodeHost;

  constructor(settings: NodeSettings, host: NodeHost, now: Instant) {
    this.settings = settings;
    this.#host = host;
    this.#now = now;
    this.startedAt = now;
    const { identity, engines, peers } = settings;
    const randomFill = (octets: Uint8Array): void => host.randomFill(octets);
    const random = (): number => random32(host) / 2 ** 32;
    const unixSeconds = (): number => host.unixSeconds();
    const allowed = allowedOf(identity, peers);
    this.#allowed = allowed;
    this.#peers = peers;
    const log = host.log.bind(host);

    this.sessions = new Sessions({
      identity,
      engines,
      idleTimeoutMs: settings.idleTimeoutMs,
      allowed,
      peers,
      randomFill,
      random,
      unixSeconds,
      observer: {
        handleTouched: () => host.wake(),
        handleSessionReady: (session) => this.ingress.openWaiting(session),
        handleUnreachable: (flow, cause) => this.ingress.handleUnreachable(flow, cause),
        handlePeerRemoved: (flow) => this.ingress.handleCarrierLost(flow),
        log,
      },
    });
    this.labels = new IncomingLabelMap<NextHop>(random32(host));
    this.echoes = new Echoes(this.labels);
    const delivery = new Delivery(this.sessions, this.echoes);
    const deliveryLabel = this.labels.bind({ nextHop: { consumer: delivery }, push: [] }, now) ?? 0;
    this.topology = new Topology({
      identity,
      sign: settings.signatures?.sign ?? ((octets) => sign(identity, octets)),
      verify: settings.signatures?.verify ?? verify,
      ...(settings.networks && { isMember: (key: string) => settings.networks?.isOfLayer(key) !== false }),
      peers,
      labels: this.labels,
      deliveryLabel,
      randomFill,
      random,
      unixSeconds,
      observer: {
        isInUse: (key) => this.sessions.peers.get(key)?.session !== undefined,
        handlePathChanged: (settings, path) => {
          const peer = this.sessions.setPath(settings, path, this.#now);
          for (const northbound of this.northbounds) if (peer !== undefined) northbound.handlePathChanged(peer);
        },
        handleLayerChanged: (at) => this.services.handleLayerChanged(at),
        handleInstanceChanged: (key) => {
          this.sessions.handleInstanceChanged(key);
          for (const northbound of this.northbounds) northbound.handleInstanceChanged(key);
        },
      },
    });
    this.control = new ControlPlane({
      identity,
      engines,
      allowed,
      topology: this.topology,
      networks: settings.networks,
      joining: settings.joining,
      randomFill,
      random,
      unixSeconds,
      observer: {
        handleNeighbourFound: (adjacency, neighbour) => this.ports.adopt(adjacency, neighbour),
        handleAliveChanged: (adjacency, alive) => {
          const { link, neighbour } = adjacency;
          if (alive && neighbour !== undefined) this.sessions.handleAlive(neighbour);
          const fields = { link: link.name, neighbour: neighbour?.name };
          if (alive) log("info", "adjacency-up", fields);
          else log("info", "adjacency-down", { ...fields, reason: downText(adjacency, this.#now) });
        },
        log,
      },
    });
    this.forwarder = new Forwarder(this.labels, this.control, {
      handleTooBig: (from, label, mtu) => {
        if (from.pathTooBigs.take(1, this.#now)) this.control.sendTooBig(from, label, mtu);
      },
    });
    const { sessions, topology } = this;
    const own = { ownKey: nodeKeyOf(identity.publicKey), ownName: settings.name };
    this.services = new NodeServices({ ...own, sessions, topology, host });
    this.ingress = new Ingress({
      sessions,
      services: this.services,
      route: settings.route,
      host,
      now: () => this.#now,
    });
    this.egress = new Egress(sessions, host, this.services.publications, () => this.northbounds);
    this.#verdict = pathVerdictOf(this, host, () => this.#now);
    this.#sessionTurn = new SessionTurn(this.sessions, this.egress);
    this.ports = new Ports({
      peers: () => this.#peers,
      topology: this.topology,
      control: this.control,
      host,
      portMtuMin: PORT_MTU_MIN,
    });
    this.knocks = new Knocks({ nameOf: (key) => this.sessions.peers.get(key)?.settings.name, log });
    this.drops.register("", this.forwarder.drops);
    this.drops.register("control.", this.control.endpoint.drops);
    this.drops.register("control.", this.control.messages.drops);
    this.drops.register("session.", this.sessions.endpoint.drops);
    this.drops.register("datagram.", this.sessions.datagramDrops);
    this.drops.register("echo.", this.echoes.drops);
    this.drops.register("link-state.", this.topology.linkState.refusals);
    if (settings.networks !== undefined) this.drops.register("membership.", settings.networks.flooding.refusals);
    this.control.endpoint.onRefused = (refusal) => this.knocks.note(refusal, refusal.path.address, this.#now);
    this.sessions.endpoint.onRefused = (refusal) => this.knocks.note(refusal, this.#beyond(), this.#now);
    this.reach = new ReachWatch({
      dialled: () => this.#dialled(),
      trouble: ({ name, adjacency }, at) => adjacencyTrouble(this, name, adjacency, at),
      log,
    });
    for (const network of settings.northbounds) this.addNorthbound(network);
    for (const { name, kind, helloIntervalMs } of settings.links) this.addLink(name, kind, helloIntervalMs);
  }

  /** The networks that nodes above may attach to, as they are now. */
  get northbounds(): readonly Northbound[] {
    return this.#northbounds;
  }

  /** The nodes that this one knows, as they are now. */
  get peers(): readonly PeerSettings[] {
    return this.#peers;
  }

  /**
   * Takes other peers, all of them. New ones are let in from this call on. With a removed one every session and flow
   * ends now, at both ends and for a reason that both log; what did not change is not touched.
   *
   * @throws RangeError when two peers cannot be told apart; nothing changed then
   */
  setPeers(wanted: readonly PeerSettings[], now: Instant): void {
    allowedOf(this.settings.identity, wanted);
    this.#now = now;
    const changes = peerChanges(this.#peers, wanted);
    this.#peers = wanted;
    if (changes.added.length + changes.changed.length + changes.removed.length === 0) return;
    for (const { publicKey } of changes.removed) {
      this.#allowed.delete(publicKey);
      const key = nodeKeyOf(publicKey);
      if (this.settings.networks?.isOfLayer(key) === false) this.topology.linkState.forget(key);
    }
    for (const { publicKey } of changes.added) this.#allowed.add(publicKey);
    // The last packet of a session goes the way that it has until now.
    for (const session of this.sessions.apply(changes)) this.#sessionTurn.serve(session, now);
    this.topology.apply(changes, now);
    for (const link of this.links.values()) this.ports.apply(changes, link, now);
    for (const northbound of this.northbounds) northbound.apply(changes);
    this.#host.wake();
  }

  /** Serves nodes above another network. */
  addNorthbound(network: string): Northbound {
    const northbound = new Northbound({
      network,
      labels: this.labels,
      sessions: this.sessions,
      drop: (reason, count) => this.forwarder.drops.add(reason, count),
      now: () => this.#now,
    });
    this.#northbounds = [...this.#northbounds, northbound];
    return northbound;
  }

  /** The network is served no more; no node above is attached to it. */
  removeNorthbound(northbound: Northbound): void {
    northbound.close();
    this.#northbounds = this.#northbounds.filter((other) => other !== northbound);
    this.#host.wake();
  }

  /** Another link; it carries when it is attached. @param helloIntervalMs @default 300 */
  addLink(name: string, kind: string, helloIntervalMs?: number): void {
    this.links.set(name, new NodeLink(name, kind, new TransitQueue(), helloIntervalMs));
  }

  /** The link is gone for good, and with it its adjacencies: neighbours that hear of it by no other link are lost. */
  removeLink(name: string, now: Instant): void {
    const link = this.#link(name);
    this.detachLink(name, now);
    this.ports.remove(link, now);
    this.links.delete(name);
    this.#host.wake();
  }

  /** The link's Flor IO end is ready. */
  attachLink(name: string, door: FrameDoor): void {
    const link = this.#link(name);
    link.door = door;
    link.isDraining = false;
    this.ports.tellNeighbours(link);
  }

  /** The link is gone; what waited for it is dropped and counted. */
  detachLink(name: string, now: Instant): void {
    const link = this.#link(name);
    link.door = undefined;
    this.forwarder.drops.add("transit-down", link.transit.clear());
    this.ports.suspend(link, now);
  }

  /** Nothing new leaves through the link from now on; it returns by {@link resumeLink}, or when it attaches anew. */
  drainLink(name: string, now: Instant): void {
    this.ports.drain(this.#link(name), now);
    this.#host.wake();
  }

  /** The link is used again. */
  resumeLink(name: string, now: Instant): void {
    this.ports.resume(this.#link(name), now);
    this.#host.wake();
  }

  /** The link announced its ports, whole. */
  handlePorts(name: string, ports: readonly AnnouncedPort[], now: Instant): void {
    this.ports.announce(this.#link(name), ports, now);
  }

  /** The link carries no more than `mtu` on a port. */
  handleTooBig(name: string, port: number, mtu: number, now: Instant): void {
    const link = this.#link(name);
    const adjacency = link.ports[port];
    if (adjacency === undefined || mtu >= adjacency.mtu) return;
    if (mtu < PORT_MTU_MIN || !link.tooBigs.take(1, now)) return link.conduct.note("too-big", now);
    adjacency.mtu = mtu;
    adjacency.segmentMtu = Math.min(adjacency.segmentMtu, mtu);
    if (adjacency.neighbour) this.topology.updateNeighbour(adjacency.neighbour, now);
  }

  /** Step receive: where the Flor IO end of a link hands its frames. */
  sinkOfLink(name: string): FrameSink {
    const link = this.#link(name);
    return {
      handleFrames: (octets, view, offset, end, now) => {
        this.#now = now;
        this.forwarder.receive(link, octets, view, offset, end, now);
        this.#host.wake();
      },
    };
  }

  /** Where the Flor IO end of the upper node on a northbound network hands its frames. */
  sinkOfUpper(northbound: Northbound): FrameSink {
    return {
      handleFrames: (octets, view, offset, end, now) => {
        this.#now = now;
        northbound.handleFrames(octets, view, offset, end, now);
        this.#host.wake();
      },
    };
  }

  /** A link takes frames again: those in transit first, then the sessions over it. */
  handleCredit(name: string): void {
    const link = this.#link(name);
    if (link.door !== undefined) link.transit.drainTo(link.door);
    for (const session of this.sessions.all()) {
      if (session.peer.path?.nextHop.best?.link === link) this.sessions.touched.add(session);
    }
    this.#host.wake();
  }

  /** Step 1, accept: a client connected. */
  accept(socket: LocalSocket, inbound: Inbound, now: Instant): void {
    this.#now = now;
    this.ingress.accept(socket, inbound, now);
    this.#host.wake();
  }

  /**
   * Step 3, route, for somebody who needs no inbound: a flow of this process.
   *
   * @param through names of the peers to ask. @default as the routes say
   */
  request(request: Request, now: Instant, through?: readonly string[]): IngressFlow {
    this.#now = now;
    const flow = this.ingress.request(request, through);
    this.#host.wake();
    return flow;
  }

  nextTimeout(): Instant | undefined {
    const next = earlier(this.control.nextTimeout(), this.sessions.nextTimeout());
    let all = earlier(earlier(next, this.ingress.nextTimeout()), this.ports.nextTimeout());
    all = earlier(earlier(all, this.topology.nextTimeout()), this.reach.nextTimeout());
    all = earlier(earlier(all, this.egress.nextTimeout()), this.echoes.nextTimeout());
    all = earlier(all, this.services.nextTimeout());
    all = earlier(all, this.#verdict.nextTimeout());
    for (const northbound of this.northbounds) all = earlier(all, northbound.nextTimeout());
    return all;
  }

  handleTimeout(now: Instant): void {
    this.#now = now;
    this.ports.handleTimeout(now);
    this.control.handleTimeout(now);
    this.topology.handleTimeout(now);
    this.reach.handleTimeout(now);
    this.sessions.handleTimeout(now);
    this.ingress.handleTimeout(now);
    this.egress.handleTimeout(now);
    this.echoes.handleTimeout(now);
    this.services.handleTimeout(now);
    this.#verdict.handleTimeout(now);
    for (const northbound of this.northbounds) northbound.handleTimeout(now);
  }

  /**
   * One turn: serves what was touched, sends what is written.
   *
   * @returns whether something is left that wants another turn at once
   */
  turn(now: Instant): boolean {
    this.#now = now;
    this.control.turn(now);
    this.#takeFreshRecords();
    this.topology.turn(now);
    this.control.flood(now);
    const touched = [...this.sessions.touched];
    this.sessions.touched.clear();
    for (const session of touched) if (this.#sessionTurn.serve(session, now)) this.sessions.touched.add(session);
    for (const link of this.links.values()) {
      if (link.door === undefined) continue;
      link.transit.drainTo(link.door);
      link.door.flush();
    }
    for (const northbound of this.northbounds) northbound.flush();
    return this.sessions.touched.size > 0;
  }

  /** Ends all sessions and leaves its neighbours, for good; give it one more turn to say so. */
  close(): void {
    this.control.close(this.#now);
    this.reach.stop();
    this.sessions.close();
    this.ingress.close();
  }

  /** What others said of who belongs here is in force before anything else is sent. */
  #takeFreshRecords(): void {
    const fresh = this.settings.networks?.flooding.takeFresh() ?? [];
    if (fresh.length > 0) this.settings.networks?.handleFresh(fresh);
  }

  /** Where a packet of a session came from, for people: its sender may be nodes away. */
  #beyond(): string {
    const { neighbour, address } = this.sessions.arrivedBy ?? {};
    return `a node beyond ${neighbour?.name ?? address ?? "this one"}`;
  }

  /** Neighbours for which the configuration has an address, as their links know them. */
  *#dialled(): Iterable<Dialled> {
    for (const { id, name, links } of this.#peers) {
      for (const { link, address } of links) {
        const adjacency = address === undefined ? undefined : this.links.get(link)?.adjacencies.get(id);
        if (adjacency !== undefined) yield { name, adjacency };
      }
    }
  }

  #link(name: string): NodeLink {
    const link = this.links.get(name);
    if (link === undefined) throw new RangeError(`no link is named ${name}`);
    return link;
  }
}

function allowedOf(identity: Identity, peers: readonly PeerSettings[]): AllowedPeers {
  const allowed = new AllowedPeers(identity);
  for (const { publicKey } of peers) allowed.add(publicKey);
  return allowed;
}

function random32(host: NodeHost): number {
  const octets = new Uint8Array(4);
  host.randomFill(octets);
  return viewOf(octets).getUint32(0);
}
