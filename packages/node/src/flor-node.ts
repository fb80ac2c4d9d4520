/**
 * A node, sans-IO: it is given frames, ports, client connections and the time, and says what to do through the doors
 * of its links and its {@link NodeHost}. ARCHITECTURE.md has the map; ingress.ts the corridor.
 */
import type { AreaSettings } from "@flor/areas";
import type { Inbound, IngressFlow, LocalSocket, Request } from "@flor/flows";
import { IncomingLabelMap } from "@flor/label";
import { nodeKeyOf } from "@flor/link-state";
import { CounterRegistry, earlier, type Instant } from "@flor/machine";
import { type Agreement, AllowedPeers, type Identity } from "@flor/quic";
import type { ControlPlane } from "./control-plane.ts";
import type { NodeAreas } from "./areas/node-areas.ts";
import { UNLISTED_TEXT } from "./close-code.ts";
import { Delivery, Echoes } from "./echoes.ts";
import { Egress } from "./egress.ts";
import { FormerKeys } from "./former-keys.ts";
import type { Forwarder, NextHop } from "./forward.ts";
import { Ingress } from "./ingress.ts";
import { attendTime } from "./attend-time.ts";
import { Knocks } from "./knocks.ts";
import { NodeLinks } from "./node-links.ts";
import { NodeNorthbounds } from "./node-northbounds.ts";
import {
  areasOf,
  controlPlaneOf,
  forwarderOf,
  type NodeRooms,
  portsOf,
  random32,
  sessionsOf,
  straightPathsOf,
  type Surroundings,
  topologyOf,
} from "./node-rooms.ts";
import type { NodeHost } from "./node-host.ts";
import { pathVerdictOf } from "./path-verdict.ts";
import { peerChanges } from "./peer-changes.ts";
import { adjacencyTrouble } from "./peer-trouble.ts";
import type { Ports } from "./ports.ts";
import { type Dialled, ReachWatch } from "./reach-watch.ts";
import { NodeServices } from "./services/node-services.ts";
import type { PassOn } from "./services/service-targets.ts";
import { SessionTurn } from "./session-turn.ts";
import type { Sessions } from "./sessions.ts";
import type { NodeKey, NodeSettings, PeerSettings } from "./settings.ts";
import type { StraightPaths } from "./straight-paths.ts";
import type { Topology } from "./topology.ts";
import { TransitDuty } from "./transit-duty.ts";

/** A room that has something to do at some time. */
interface Timed {
  nextTimeout(): Instant | undefined;
  handleTimeout(now: Instant): void;
}

/** One running flor. */
export class FlorNode implements NodeRooms {
  readonly settings: NodeSettings;
  readonly startedAt: Instant;
  readonly labels: IncomingLabelMap<NextHop>;
  readonly topology: Topology;
  readonly sessions: Sessions;
  readonly control: ControlPlane;
  readonly forwarder: Forwarder;
  /** Whether it carries for others. */
  readonly transit: TransitDuty;
  readonly links: NodeLinks;
  readonly ports: Ports;
  readonly straight: StraightPaths;
  readonly ingress: Ingress;
  readonly egress: Egress;
  readonly services: NodeServices;
  /** The networks that nodes above may attach to. */
  readonly northbounds: NodeNorthbounds;
  /** Ways between networks of different owners. */
  readonly areas: NodeAreas;
  readonly echoes: Echoes;
  readonly knocks: Knocks;
  readonly reach: ReachWatch;
  /** All that this node drops. */
  readonly drops: CounterRegistry = new CounterRegistry();
  readonly #allowed: AllowedPeers;
  readonly #formerKeys: FormerKeys;
  #identity: Identity;
  #peers: readonly PeerSettings[];
  readonly #sessionTurn: SessionTurn;
  /** In the order in which they are served. */
  readonly #timed: readonly Timed[];
  #now: Instant;
  readonly #host: NodeHost;

  constructor(settings: NodeSettings, host: NodeHost, now: Instant) {
    this.settings = settings;
    this.#host = host;
    this.#now = now;
    this.startedAt = now;
    this.#peers = settings.peers;
    this.#identity = settings.identity;
    this.#allowed = allowedOf(settings.identity, settings.peers, settings.agree);
    const surroundings: Surroundings = { host, allowed: this.#allowed, now: () => this.#now };

    this.sessions = sessionsOf(this, surroundings);
    this.labels = new IncomingLabelMap<NextHop>(random32(host));
    this.echoes = new Echoes(this.labels);
    const delivery = new Delivery(this.sessions, this.echoes);
    const deliveryLabel = this.labels.bind({ nextHop: { consumer: delivery }, push: [] }, now) ?? 0;
    this.topology = topologyOf(this, surroundings, this.labels, deliveryLabel);
    this.control = controlPlaneOf(this, surroundings);
    this.forwarder = forwarderOf(this, surroundings, this.labels);
    this.transit = this.#createTransitDuty();
    this.straight = straightPathsOf(this, surroundings);
    this.ports = portsOf(this, surroundings);
    this.links = this.#createLinks();
    this.northbounds = this.#createNorthbounds();
    this.services = new NodeServices({
      ownKey: nodeKeyOf(settings.identity.publicKey),
      ownName: settings.name,
      sessions: this.sessions,
      topology: this.topology,
      host,
    });
    this.areas = areasOf(this, surroundings, this.labels, {
      serve: (session) => void this.#sessionTurn.serve(session, this.#now),
      handleGoneLabel: () => this.forwarder.drops.add("binding-gone"),
    });
    this.ingress = this.#createIngress();
    const passOn: PassOn = (...passed) => this.ingress.passOn(...passed);
    const targets = { publications: this.services.publications, passOn };
    this.egress = new Egress(this.sessions, host, targets, () => this.northbounds.all);
    this.egress.handleQuestion = (peer, told) => this.straight.handleQuestion(peer, told, this.#now);
    this.egress.handleAreaChannel = (...taken) => this.areas.accept(...taken);
    this.#sessionTurn = new SessionTurn(this.sessions, this.egress);
    this.knocks = this.#createKnocks();
    this.reach = this.#createReachWatch();
    const verdict = pathVerdictOf(this, host, () => this.#now);
    this.#formerKeys = new FormerKeys(this);
    const { ports, control, topology, reach, sessions, ingress, egress, echoes, services, northbounds, areas } = this;
    this.#timed = [
      ports,
      control,
      topology,
      reach,
      areas,
      sessions,
      ingress,
      egress,
      echoes,
      services,
      verdict,
      northbounds,
      this.straight,
      this.#formerKeys,
    ];
    this.#registerDrops();
    for (const network of settings.northbounds) northbounds.add(network);
    for (const { name, kind, helloIntervalMs } of settings.links) this.links.add(name, kind, helloIntervalMs);
  }

  /** Whether frames for a node leave by a neighbour that is heard, and it has not turned this node away. */
  isReached(nodeKey: string): boolean {
    return this.sessions.peers.get(nodeKey)?.turnedAway === undefined && this.topology.peerPaths.isCarried(nodeKey);
  }

  /** The key that the node has now. */
  get identity(): Identity {
    return this.#identity;
  }

  /**
   * The node has another key from now on: connections are opened with it, and made again where there are any. Open
   * streams stay where they are, and peers may still open connections with the keys before until {@link dropKey}.
   */
  takeKey(key: NodeKey, now: Instant): void {
    this.#now = now;
    this.#identity = key.identity;
    this.topology.takeKey(key, now);
    this.control.takeKey(key);
    this.sessions.takeKey(key);
    this.services.takeKey(nodeKeyOf(key.identity.publicKey), now);
    this.#formerKeys.begin(now);
    this.areas.takeKey(nodeKeyOf(key.identity.publicKey));
    this.#host.log("info", "key-taken", { id: key.identity.id });
    this.#host.wake();
  }

  /** Peers may open connections with a key that the node had before it started. */
  acceptKey({ identity, engines }: NodeKey): void {
    this.control.endpoint.acceptKey(identity, engines);
    this.sessions.endpoint.acceptKey(identity, engines);
  }

  /** A former key is not valid any more: what was opened with it ends. */
  dropKey({ publicKey, id }: Identity, now: Instant): void {
    this.#now = now;
    this.topology.linkState.dropKey(nodeKeyOf(publicKey), now);
    this.control.dropKey(publicKey);
    this.sessions.dropKey(publicKey);
    if (this.sessions.endpoint.formerKeys === 0) this.#formerKeys.end();
    this.#host.log("info", "key-dropped", { id });
    this.#host.wake();
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
    allowedOf(this.#identity, wanted);
    this.#now = now;
    const changes = peerChanges(this.#peers, wanted);
    this.#peers = wanted;
    if (changes.added.length + changes.changed.length + changes.removed.length === 0) return;
    for (const { publicKey } of changes.removed) {
      this.#allowed.delete(publicKey);
      const key = nodeKeyOf(publicKey);
      if (this.settings.networks?.isOfLayer(key) === false) this.topology.linkState.forget(key);
    }
    const keysOf = (peers: readonly PeerSettings[]): readonly string[] =>
      peers.map(({ publicKey }) => nodeKeyOf(publicKey));
    this.areas.handlePeers(keysOf(changes.added), keysOf(changes.removed));
    for (const { publicKey } of changes.added) this.#allowed.add(publicKey);
    // The last packet of a session goes the way that it has until now.
    const reasonOf = (key: string): string => this.settings.networks?.whyGone(key) ?? UNLISTED_TEXT;
    for (const session of this.sessions.apply(changes, reasonOf)) this.#sessionTurn.serve(session, now);
    for (const { name, publicKey } of changes.removed) this.#bar(nodeKeyOf(publicKey), name);
    this.topology.apply(changes, now);
    // Who became a member of one network may have heard nothing of it until now.
    if (changes.added.length > 0 && this.settings.networks?.keepsApart === true) this.topology.linkState.retell();
    for (const link of this.links.values()) this.ports.apply(changes, link, now);
    for (const northbound of this.northbounds.all) northbound.apply(changes);
    this.areas.handleMembersChanged();
    this.#host.wake();
  }

  /** Carries for others from now on, or says that it will not; see {@link TransitDuty.set}. */
  setTransit(carries: boolean, now: Instant): void {
    this.#touch(now);
    this.transit.set(carries, now);
  }

  /** Takes other networks of others, and other rules for what is carried between networks. */
  setAreas(settings: AreaSettings, now: Instant): void {
    this.#touch(now);
    this.areas.apply(settings);
  }

  /** Step 1, accept: a client connected. */
  accept(socket: LocalSocket, inbound: Inbound, now: Instant): void {
    this.#touch(now);
    this.ingress.accept(socket, inbound, now);
  }

  /**
   * Step 3, route, for somebody who needs no inbound: a flow of this process.
   *
   * @param through names of the peers to ask. @default as the routes say
   */
  request(request: Request, now: Instant, through?: readonly string[]): IngressFlow {
    this.#touch(now);
    return this.ingress.request(request, through);
  }

  nextTimeout(): Instant | undefined {
    let next: Instant | undefined;
    for (const room of this.#timed) next = earlier(next, room.nextTimeout());
    return next;
  }

  handleTimeout(now: Instant): void {
    this.#now = now;
    for (const room of this.#timed) room.handleTimeout(now);
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
    const touched = [...this.sessions.carried.touched];
    this.sessions.carried.touched.clear();
    for (const session of touched)
      if (this.#sessionTurn.serve(session, now)) this.sessions.carried.touched.add(session);
    this.links.flush();
    this.northbounds.flush();
    return this.sessions.carried.touched.size > 0 || this.topology.isBusy;
  }

  /** Ends all sessions and leaves its neighbours, for good; give it one more turn to say so. */
  close(): void {
    this.control.close(this.#now);
    this.reach.stop();
    this.sessions.close();
    this.ingress.close();
  }

  /** Nothing goes over a node that is no member any more; one that is only not listed carries frames as any other does. */
  #bar(key: string, name: string): void {
    if (this.settings.networks?.isOfLayer(key) !== false) return;
    for (const [peer, sessions] of this.sessions.bar(key, name, this.#now)) {
      this.forwarder.drops.add("way-barred", sessions);
      this.areas.handlePathChanged(peer);
    }
  }

  /** News about who belongs here takes effect before anything else is sent. */
  #takeFreshRecords(): void {
    const fresh = this.settings.networks?.flooding.takeFresh() ?? [];
    if (fresh.length === 0) return;
    this.settings.networks?.handleFresh(fresh);
    this.areas.handleMembersChanged();
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

  /** It is `now`, and a turn is wanted. */
  #touch(now: Instant): void {
    this.#now = now;
    this.#host.wake();
  }

  #createLinks(): NodeLinks {
    const { ports, forwarder, topology, sessions, straight } = this;
    return new NodeLinks({
      ports,
      forwarder,
      topology,
      sessions,
      straight,
      touch: (now) => this.#touch(now),
      wake: () => this.#host.wake(),
    });
  }

  #createTransitDuty(): TransitDuty {
    const { topology, forwarder, settings } = this;
    const log = this.#host.log.bind(this.#host);
    return new TransitDuty(settings.transit ?? true, { linkState: topology.linkState, forwarder, log });
  }

  #createNorthbounds(): NodeNorthbounds {
    const { labels, sessions, forwarder } = this;
    return new NodeNorthbounds({
      labels,
      sessions,
      drop: (reason, count) => forwarder.drops.add(reason, count),
      now: () => this.#now,
      touch: (now) => this.#touch(now),
    });
  }

  #createIngress(): Ingress {
    const { sessions, services, areas, settings } = this;
    return new Ingress({ sessions, services, areas, route: settings.route, host: this.#host, now: () => this.#now });
  }

  #createKnocks(): Knocks {
    const { control, sessions } = this;
    const knocks = new Knocks({
      nameOf: (key) => sessions.peers.get(key)?.settings.name,
      log: this.#host.log.bind(this.#host),
    });
    const handleRefused = attendTime({
      host: this.#host,
      endpoints: [control.endpoint, sessions.endpoint],
      others: [this.services],
      nameOf: (key) => {
        const settings = sessions.peers.get(key)?.settings;
        return settings?.network === undefined ? settings?.name : undefined;
      },
    });
    control.endpoint.onRefused = (refusal) => {
      knocks.note(refusal, refusal.path.address, this.#now);
      handleRefused(refusal);
    };
    sessions.endpoint.onRefused = (refusal) => {
      knocks.note(refusal, this.#beyond(), this.#now);
      handleRefused(refusal);
    };
    return knocks;
  }

  #createReachWatch(): ReachWatch {
    return new ReachWatch({
      dialled: () => this.#dialled(),
      trouble: ({ name, adjacency }, at) => adjacencyTrouble(this, name, adjacency, at),
      log: this.#host.log.bind(this.#host),
    });
  }

  #registerDrops(): void {
    const { drops, control, sessions, settings } = this;
    drops.register("", this.forwarder.drops);
    drops.register("control.", control.endpoint.drops);
    drops.register("control.", control.messages.drops);
    drops.register("session.", sessions.endpoint.drops);
    drops.register("datagram.", sessions.carried.datagramDrops);
    drops.register("stream.", sessions.carried.streamDrops);
    drops.register("echo.", this.echoes.drops);
    drops.register("area.", this.areas.areas.ways.drops);
    drops.register("link-state.", this.topology.linkState.refusals);
    if (settings.networks !== undefined) drops.register("membership.", settings.networks.flooding.refusals);
  }
}

function allowedOf(identity: Identity, peers: readonly PeerSettings[], agree?: Agreement): AllowedPeers {
  const allowed = new AllowedPeers(identity, agree);
  for (const { publicKey } of peers) allowed.add(publicKey);
  return allowed;
}
