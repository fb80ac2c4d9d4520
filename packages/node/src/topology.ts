/**
 * What this node knows of its layer and what it says of itself: neighbours and their labels, link state, and from both
 * the path to every peer (FTN).
 */
import { type FecToNhlfe, type IncomingLabelMap, type LabelPath } from "@flor/label";
import { earlier, type Instant } from "@flor/machine";
import {
  COST_MAX,
  LinkState,
  type LinkStateDatabase,
  nodeKeyOf,
  type OwnEdge,
  Pace,
  type Path,
} from "@flor/link-state";
import { type Identity, sign, type Signer, type Verifier } from "@flor/quic";
import type { AdvertisedAdjacency } from "@flor/wire";
import { chooseAdjacency } from "./best-adjacency.ts";
import type { NextHop } from "./forward.ts";
import { Neighbour } from "./neighbour.ts";
import type { PeerChanges } from "./peer-changes.ts";
import { PeerPaths } from "./peer-paths.ts";
import type { NodeKey, PeerSettings } from "./settings.ts";

const INSTANCE_OCTETS = 16;
/** Pauses between computations of all paths while news keeps coming. */
const COMPUTE_PAUSES_MS = [50, 200, 1000];
const COMPUTE_QUIET_MS = 10_000;
/** In layers of so many nodes, a publisher that is new gets its path with its services: less than a millisecond of work. */
const SMALL_LAYER = 64;
/** What an adjacency costs more that is silent or flaps: it is used where there is no other way. */
const SILENT_COST = 1_000_000;

/** Told when where frames go has changed. */
export interface TopologyObserver {
  /** The path to a peer changed. */
  handlePathChanged(peer: PeerSettings, path: LabelPath<Neighbour> | undefined): void;
  /** What is known of other nodes may have changed; paths are computed. */
  handleLayerChanged(now: Instant): void;
  /** A node publishes other services than before; what is known of it has them. */
  handleServicesChanged(nodeKey: string, now: Instant): void;
  /** A node restarted: what it knew is gone. */
  handleInstanceChanged(nodeKey: string): void;
  /** Whether flows depend on the path to a peer, by its node key: it is left only for a reason. */
  isInUse(nodeKey: string): boolean;
}

/** Options of a {@link Topology}. */
export interface TopologyOptions {
  readonly identity: Identity;
  readonly sign: Signer;
  readonly verify: Verifier;
  readonly peers: readonly PeerSettings[];
  readonly labels: IncomingLabelMap<NextHop>;
  readonly deliveryLabel: number;
  /** It says from the start that it forwards for nobody. @default false */
  readonly leaf?: boolean;
  readonly observer: TopologyObserver;
  readonly randomFill: (octets: Uint8Array) => void;
  readonly random: () => number;
  readonly unixSeconds: () => number;
  /** Whether what a node says of itself is taken. @default everybody's */
  readonly isMember?: (nodeKey: string) => boolean;
  /** Whether a neighbour hears of a node. @default of all */
  readonly isTold?: (neighbour: string, nodeKey: string) => boolean;
}

/** Neighbours, link state and paths. */
export class Topology {
  readonly neighbours: Map<string, Neighbour> = new Map();
  readonly linkState: LinkState;
  readonly peerPaths: PeerPaths;
  readonly deliveryLabel: number;
  readonly instance: Uint8Array;
  readonly #options: TopologyOptions;
  readonly #pace = new Pace(COMPUTE_PAUSES_MS, COMPUTE_QUIET_MS);
  /** When paths are computed next; `undefined`: nothing changed. */
  #computeAt: Instant | undefined;
  /** Our adjacencies changed since the last turn, */
  #isOwnChanged = true;
  /** and a neighbour that was heard is not, or one is back whose frames go another way. */
  #isOwnUrgent = true;
  /** Paths were computed, and nobody was told yet. */
  #isComputed = false;
  #isStopped = false;
  /** When a better adjacency of some neighbour may have proven itself. */
  #reviewAt: Instant | undefined;

  constructor(options: TopologyOptions) {
    this.#options = options;
    const { identity, peers, observer, deliveryLabel, randomFill, unixSeconds } = options;
    this.deliveryLabel = deliveryLabel;
    this.instance = new Uint8Array(INSTANCE_OCTETS);
    randomFill(this.instance);
    for (const peer of peers) this.#add(peer);
    this.linkState = new LinkState({
      ...options,
      publicKey: identity.publicKey,
      instance: this.instance,
      // So that it rises over restarts.
      sequence: Math.max(0, Math.floor(unixSeconds())) * 1000,
      standing: {
        isOurs: (origin) => this.linkState.isOwn(origin) || this.neighbours.has(origin),
        isReachable: (origin) => this.peerPaths.isReachable(origin),
      },
    });
    this.peerPaths = new PeerPaths({
      ownKey: this.linkState.ownKey,
      isOwn: (origin) => this.linkState.isOwn(origin),
      database: this.linkState.database,
      peers,
      neighbours: this.neighbours,
      isInUse: (key) => observer.isInUse(key),
      handleChanged: (peer, path) => observer.handlePathChanged(peer, path),
    });
  }

  /** The path to every peer. */
  get paths(): FecToNhlfe<Neighbour> {
    return this.peerPaths.paths;
  }

  get database(): LinkStateDatabase {
    return this.linkState.database;
  }

  /** An adjacency came, went, or changed: chooses the neighbour's best one and labels it; the next turn does the rest. */
  updateNeighbour(neighbour: Neighbour, now: Instant): void {
    const { best, reviewAt } = chooseAdjacency(bearerOf(neighbour), now);
    neighbour.best = best;
    neighbour.reviewAt = reviewAt;
    this.#reviewAt = earlier(this.#reviewAt, reviewAt);
    if (neighbour.isHeard ? neighbour.repair !== undefined : neighbour.wasHeard) this.#isOwnUrgent = true;
    neighbour.wasHeard = neighbour.isHeard;
    if (neighbour.isHeard) neighbour.wasEverHeard = true;
    if (best !== undefined && neighbour.label === undefined)
      neighbour.label = this.#options.labels.bind({ nextHop: { neighbour }, push: [] }, now);
    this.#isOwnChanged = true;
    if (neighbour.predecessor !== undefined) this.updateNeighbour(neighbour.predecessor, now);
  }

  /** A neighbour has another key, and is adjacent under that one from now on. Its labels lead to it as before. */
  succeed(before: Neighbour, neighbour: Neighbour, now: Instant): void {
    if (bearerOf(before) !== neighbour) {
      // Two keys may name each other as the one that comes after: it has the one that it came with last.
      this.#unlink(neighbour, now);
      const last = bearerOf(before);
      last.successor = neighbour;
      neighbour.predecessor = last;
    }
    this.updateNeighbour(neighbour, now);
  }

  /** Whether a neighbour's key took the place of another's, by one change or several. */
  isHeir(neighbour: Neighbour, of: Neighbour): boolean {
    const seen = new Set([neighbour.key]);
    for (let key = neighbour.replaces; key !== undefined && !seen.has(key);) {
      if (key === of.key) return true;
      seen.add(key);
      key = this.neighbours.get(key)?.replaces;
    }
    return false;
  }

  /** The node has another key, and its paths begin under that one. */
  takeKey({ identity, signatures }: NodeKey, now: Instant): void {
    const signWith = signatures?.sign ?? ((octets: Uint8Array) => sign(identity, octets));
    this.linkState.takeKey({ publicKey: identity.publicKey, sign: signWith });
    this.peerPaths.setOwnKey(this.linkState.ownKey);
    this.#computeAt = now;
  }

  /** Takes other peers. The label of a removed one is free, and still its own: it never gets another. */
  apply(changes: PeerChanges, now: Instant): void {
    for (const { publicKey } of changes.removed) {
      const key = nodeKeyOf(publicKey);
      const gone = this.neighbours.get(key);
      if (gone?.label !== undefined) this.#options.labels.release(gone.label, now);
      if (gone !== undefined) this.#unlink(gone, now);
      if (gone !== undefined) gone.best = undefined;
      this.neighbours.delete(key);
      this.linkState.close(key);
    }
    for (const { after } of changes.changed) {
      const neighbour = this.neighbours.get(nodeKeyOf(after.publicKey));
      if (neighbour === undefined) continue;
      neighbour.name = after.name;
      neighbour.preference = preferenceOf(after);
      neighbour.replaces = after.replaces;
      this.updateNeighbour(neighbour, now);
    }
    for (const peer of changes.added) this.#add(peer);
    this.peerPaths.apply(changes);
    this.#isOwnChanged = true;
    this.#isOwnUrgent = true;
  }

  /** The path in use to a peer carries nothing, and another does: leaves it for a while. */
  leavePath(nodeKey: string, other: Path, now: Instant): void {
    this.peerPaths.leave(nodeKey, other, now);
    this.#computeAt = now;
  }

  /** A neighbour says that frames for a label of its own do not fit; whether it ever told of such a label. */
  handleTooBig(from: Neighbour, label: number, mtu: number): boolean {
    return this.linkState.handleTooBig(from.key, label, mtu);
  }

  /** The node stops: takes back what it said of itself. */
  stop(now: Instant): void {
    this.#isStopped = true;
    this.linkState.withdraw(now);
  }

  nextTimeout(): Instant | undefined {
    if (this.#isStopped) return undefined;
    if (this.#isOwnChanged || this.isBusy) return -Infinity;
    const next = earlier(this.#reviewAt, this.linkState.nextTimeout());
    return earlier(earlier(next, this.#computeAt), this.peerPaths.nextTimeout());
  }

  /** Peers' paths are still being chosen: another turn at once. */
  get isBusy(): boolean {
    return !this.#isStopped && this.peerPaths.isChoosing;
  }

  handleTimeout(now: Instant): void {
    if ((this.#reviewAt ?? Infinity) <= now) this.#review(now);
    if ((this.linkState.nextTimeout() ?? Infinity) <= now) this.linkState.handleTimeout(now);
    if ((this.peerPaths.nextTimeout() ?? Infinity) <= now) this.#computeAt = now;
  }

  /** Tells link state of our own adjacencies, takes what it learned, and computes the paths when that is due. */
  turn(now: Instant): void {
    if (this.#isStopped) return;
    if (this.#isOwnChanged) {
      this.#isOwnChanged = false;
      this.linkState.setAdjacencies(
        [...this.neighbours.values()].flatMap((neighbour) => advertised(neighbour, now) ?? []),
      );
      // What breaks here cannot wait: frames go where they should at once. While neighbours come, one by one, others can.
      const dueAt = this.#isOwnUrgent ? now : Math.max(now, this.#pace.urgentAt);
      this.#isOwnUrgent = false;
      this.#computeAt = earlier(this.#computeAt, dueAt);
    }
    if ((this.linkState.nextTimeout() ?? Infinity) <= now) this.linkState.handleTimeout(now);
    this.#takeEvents(now);
    if ((this.#computeAt ?? Infinity) <= now) this.#compute(now);
    this.peerPaths.choose(now);
    if (this.#isComputed && !this.peerPaths.isChoosing) this.#announce(now);
  }

  #announce(now: Instant): void {
    this.#isComputed = false;
    this.#options.observer.handleLayerChanged(now);
  }

  #compute(now: Instant): void {
    // News may come faster than paths are chosen: others hear of what there is.
    if (this.#isComputed) this.#announce(now);
    this.#isComputed = true;
    this.#computeAt = undefined;
    this.#pace.acted(now);
    this.peerPaths.update(this.#ownEdges(now));
    // First what frames of others wait for.
    for (const neighbour of this.neighbours.values()) this.#repair(neighbour);
  }

  #add(peer: PeerSettings): void {
    const key = nodeKeyOf(peer.publicKey);
    const neighbour = new Neighbour(key, peer.publicKey, peer.name, preferenceOf(peer));
    neighbour.replaces = peer.replaces;
    this.neighbours.set(key, neighbour);
  }

  #unlink(gone: Neighbour, now: Instant): void {
    const { predecessor, successor } = gone;
    gone.predecessor = undefined;
    gone.successor = undefined;
    if (successor !== undefined) successor.predecessor = predecessor;
    if (predecessor === undefined) return;
    predecessor.successor = successor;
    this.updateNeighbour(predecessor, now);
  }

  /** Prepares other ways for frames of others whose label leads to a neighbour that is silent. */
  #repair(neighbour: Neighbour): void {
    neighbour.lastEntry = this.database.get(neighbour.key) ?? neighbour.lastEntry;
    const { label, best, lastEntry } = neighbour;
    const isNeeded = label !== undefined && best?.alive !== true && lastEntry !== undefined;
    neighbour.repair = isNeeded ? this.peerPaths.repair(lastEntry) : undefined;
  }

  #takeEvents(now: Instant): void {
    for (let event = this.linkState.pollEvent(); event !== undefined; event = this.linkState.pollEvent()) {
      if (event.type === "restarted") this.#options.observer.handleInstanceChanged(event.origin);
      else if (event.type === "services") {
        this.#options.observer.handleServicesChanged(event.origin, now);
        // Clients find a service as soon as it is known here, and are refused while nobody can be reached who publishes it.
        if (this.peerPaths.inUse(event.origin) === undefined && this.database.size <= SMALL_LAYER)
          this.#computeAt = now;
      } else {
        // While news keeps coming, flows over what broke, or that have no way, cannot wait for as long as better ways can.
        const isUrgent = event.isBad || this.peerPaths.isWanting;
        const dueAt = isUrgent ? this.#pace.soonAt : this.#pace.dueAt;
        this.#computeAt = earlier(this.#computeAt, Math.max(now, dueAt));
      }
    }
  }

  #review(now: Instant): void {
    this.#reviewAt = undefined;
    for (const neighbour of this.neighbours.values()) {
      if (neighbour.reviewAt !== undefined && neighbour.reviewAt <= now) this.updateNeighbour(neighbour, now);
      this.#reviewAt = earlier(this.#reviewAt, neighbour.reviewAt);
    }
  }

  #ownEdges(now: Instant): ReadonlyMap<string, OwnEdge> {
    const own = new Map<string, OwnEdge>();
    for (const { key, best } of this.neighbours.values()) {
      if (best === undefined) continue;
      const { mtu, segmentMtu, cost } = best;
      own.set(key, { mtu, segmentMtu, cost: best.isSteady(now) ? cost.cost : SILENT_COST + cost.cost });
    }
    return own;
  }
}

/** Who is adjacent in its place. */
function bearerOf(neighbour: Neighbour): Neighbour {
  let bearer = neighbour;
  while (bearer.successor !== undefined) bearer = bearer.successor;
  return bearer;
}

function preferenceOf({ links }: PeerSettings): readonly string[] {
  return links.map(({ link }) => link);
}

function advertised(neighbour: Neighbour, now: Instant): AdvertisedAdjacency | undefined {
  const { publicKey, label, best, wasEverHeard } = neighbour;
  // One that is about to be heard for the first time is told of then: nobody needs to hear of it twice.
  if (label === undefined || !wasEverHeard) return undefined;
  return {
    neighbour: publicKey,
    label,
    mtu: best?.mtu ?? 0,
    segmentMtu: best?.segmentMtu ?? 0,
    // One that comes and goes may be the only way to a node: others learn of it, at a price that no other way has.
    cost: best?.isSteady(now) === false ? COST_MAX : (best?.cost.cost ?? 1),
    up: best?.alive === true,
    rttUs: Math.round(1000 * (best?.cost.leastRttMs ?? 0)),
    lossPpm: Math.round(1e6 * (best?.cost.loss ?? 0)),
  };
}
