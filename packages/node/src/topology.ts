/**
 * What this node knows of its layer and what it says of itself: neighbours and their labels, link state, and from both
 * the path to every peer (FTN).
 */
import { FecToNhlfe, type IncomingLabelMap, type LabelPath } from "@flor/label";
import { earlier, type Instant } from "@flor/machine";
import { type Identity, sign, verify } from "@flor/quic";
import { LinkStateDatabase, type LinkStateEntry, nodeKeyOf, type OwnEdge, PathComputation } from "@flor/route";
import { type AdvertisedAdjacency, encodeAdvertisement, type SignedAdvertisement } from "@flor/wire";
import { chooseAdjacency } from "./best-adjacency.ts";
import type { NextHop } from "./forward.ts";
import { Neighbour } from "./neighbour.ts";
import type { PeerSettings } from "./settings.ts";

const SIGNATURE_LABEL = "flor advertisement 1";
const INSTANCE_OCTETS = 16;

/** Told when what others must know, or where frames go, has changed. */
export interface TopologyObserver {
  /** The advertisements for neighbours changed. */
  handleAdvertisementsChanged(): void;
  /** The path to a peer changed. */
  handlePathChanged(peer: PeerSettings, path: LabelPath<Neighbour> | undefined): void;
  /** A node started anew: what it knew is gone. */
  handleInstanceChanged(nodeKey: string): void;
}

/** Options of a {@link Topology}. */
export interface TopologyOptions {
  readonly identity: Identity;
  readonly peers: readonly PeerSettings[];
  readonly labels: IncomingLabelMap<NextHop>;
  readonly deliveryLabel: number;
  readonly observer: TopologyObserver;
  readonly randomFill: (octets: Uint8Array) => void;
  /** The first sequence number: wall-clock milliseconds, so that it rises over restarts. */
  readonly sequence: number;
}

/** Neighbours, link state and paths. */
export class Topology {
  readonly neighbours: Map<string, Neighbour> = new Map();
  readonly paths: FecToNhlfe<Neighbour> = new FecToNhlfe();
  readonly database: LinkStateDatabase;
  readonly instance: Uint8Array;
  readonly #options: TopologyOptions;
  readonly #ownKey: string;
  #sequence: number;
  #own: SignedAdvertisement;
  #advertised: readonly AdvertisedAdjacency[] = [];

  constructor(options: TopologyOptions) {
    this.#options = options;
    this.#ownKey = nodeKeyOf(options.identity.publicKey);
    this.#sequence = options.sequence;
    this.instance = new Uint8Array(INSTANCE_OCTETS);
    options.randomFill(this.instance);
    // Paths end at peers and lead through neighbours, which are peers too.
    const isOfUse = (origin: string): boolean => origin === this.#ownKey || this.neighbours.has(origin);
    this.database = new LinkStateDatabase(
      (publicKey, octets, signature) => verify(publicKey, signedOctets(octets), signature),
      isOfUse,
    );
    for (const peer of options.peers) {
      const key = nodeKeyOf(peer.publicKey);
      this.neighbours.set(
        key,
        new Neighbour(
          key,
          peer.publicKey,
          peer.name,
          peer.links.map(({ link }) => link),
        ),
      );
    }
    this.#own = this.#sign([]);
  }

  /** An adjacency came, went, or changed: chooses the neighbour's best one, labels it, tells the others. */
  updateNeighbour(neighbour: Neighbour, now: Instant): void {
    const { best, reviewAt } = chooseAdjacency(neighbour, now);
    neighbour.best = best;
    neighbour.reviewAt = reviewAt;
    if (neighbour.best !== undefined && neighbour.label === undefined) {
      neighbour.label = this.#options.labels.bind({ nextHop: { neighbour }, push: [] }, now);
    }
    this.#changed();
  }

  /** When a better adjacency of some neighbour may have proven itself. */
  nextTimeout(): Instant | undefined {
    let next: Instant | undefined;
    for (const { reviewAt } of this.neighbours.values()) next = earlier(next, reviewAt);
    return next;
  }

  handleTimeout(now: Instant): void {
    for (const neighbour of this.neighbours.values())
      if (neighbour.reviewAt !== undefined && neighbour.reviewAt <= now) this.updateNeighbour(neighbour, now);
  }

  /** Takes advertisements that `from` sent; returns how many were refused. */
  learn(from: Neighbour, advertisements: readonly SignedAdvertisement[]): number {
    let refused = 0;
    let fresh = false;
    for (const signed of advertisements) {
      const outcome = this.database.offer(signed, from.key);
      if (outcome.outcome === "fresh") {
        fresh = true;
        this.#handleFresh(outcome.entry, outcome.previous);
      } else if (outcome.outcome !== "known" && outcome.outcome !== "of-no-use") refused += 1;
    }
    if (fresh) {
      this.#options.observer.handleAdvertisementsChanged();
      this.#recompute();
    }
    return refused;
  }

  /**
   * What `to` is told: ourselves and our neighbours. Two hops suffice for the deployments of today; flooding all of
   * the database to everybody would be this function's change alone.
   */
  advertisementsFor(to: Neighbour): SignedAdvertisement[] {
    const advertisements = [this.#own];
    for (const neighbour of this.neighbours.values()) {
      if (neighbour === to || neighbour.best === undefined) continue;
      const entry = this.database.get(neighbour.key);
      if (entry !== undefined) advertisements.push(entry.signed);
    }
    return advertisements;
  }

  #handleFresh(entry: LinkStateEntry, previous: LinkStateEntry | undefined): void {
    if (entry.origin === this.#ownKey) {
      // An earlier run of ours, still remembered by a neighbour: be newer (OSPF, RFC 2328 section 13.4).
      this.database.delete(this.#ownKey);
      if (entry.instance === nodeKeyOf(this.instance)) return;
      this.#sequence = Math.max(this.#sequence, entry.sequence);
      return this.#advertise(this.#advertised);
    }
    if (previous !== undefined && previous.instance !== entry.instance) {
      this.#options.observer.handleInstanceChanged(entry.origin);
    }
  }

  /** Says what changed of ourselves, if others can see a change, and computes the paths anew. */
  #changed(): void {
    const adjacencies = this.#advertisedAdjacencies();
    if (!sameAdjacencies(adjacencies, this.#advertised)) this.#advertise(adjacencies);
    this.#recompute();
  }

  #advertise(adjacencies: readonly AdvertisedAdjacency[]): void {
    this.#sequence += 1;
    this.#advertised = adjacencies;
    this.#own = this.#sign(adjacencies);
    this.#options.observer.handleAdvertisementsChanged();
  }

  #advertisedAdjacencies(): AdvertisedAdjacency[] {
    return [...this.neighbours.values()].flatMap((neighbour) => advertised(neighbour) ?? []);
  }

  #recompute(): void {
    const own = new Map<string, OwnEdge>();
    for (const { key, best } of this.neighbours.values()) {
      if (best !== undefined) own.set(key, { mtu: best.mtu, segmentMtu: best.segmentMtu, metric: 1 });
    }
    const computation = new PathComputation(this.database, own);
    for (const peer of this.#options.peers) {
      const destination = nodeKeyOf(peer.publicKey);
      const hops = [...peer.via.flatMap((name) => this.#keyOfName(name) ?? []), destination];
      const path = peer.via.length > 0 ? computation.along(hops) : computation.shortest(destination);
      const nextHop = path === undefined ? undefined : this.neighbours.get(path.firstHop);
      const labelPath = path === undefined || nextHop === undefined ? undefined : { ...path, nextHop };
      if (this.paths.set(destination, labelPath)) this.#options.observer.handlePathChanged(peer, labelPath);
    }
  }

  #keyOfName(name: string): string | undefined {
    const peer = this.#options.peers.find((candidate) => candidate.name === name);
    return peer === undefined ? undefined : nodeKeyOf(peer.publicKey);
  }

  #sign(adjacencies: readonly AdvertisedAdjacency[]): SignedAdvertisement {
    const { identity, deliveryLabel } = this.#options;
    const advertisement = encodeAdvertisement({
      origin: identity.publicKey,
      instance: this.instance,
      sequence: this.#sequence,
      deliveryLabel,
      adjacencies: [...adjacencies],
    });
    return { advertisement, signature: sign(identity, signedOctets(advertisement)) };
  }
}

function advertised({ publicKey, label, best }: Neighbour): AdvertisedAdjacency | undefined {
  if (label === undefined) return undefined;
  return {
    neighbour: publicKey,
    label,
    mtu: best?.mtu ?? 0,
    segmentMtu: best?.segmentMtu ?? 0,
    cost: 1,
    up: best !== undefined,
  };
}

function sameAdjacencies(a: readonly AdvertisedAdjacency[], b: readonly AdvertisedAdjacency[]): boolean {
  const isSame = (x: AdvertisedAdjacency, y: AdvertisedAdjacency | undefined): boolean =>
    x.neighbour === y?.neighbour &&
    x.label === y?.label &&
    x.mtu === y?.mtu &&
    x.segmentMtu === y?.segmentMtu &&
    x.up === y?.up;
  return a.length === b.length && a.every((adjacency, index) => isSame(adjacency, b[index]));
}

function signedOctets(advertisement: Uint8Array): Uint8Array {
  const octets = new Uint8Array(SIGNATURE_LABEL.length + advertisement.length);
  for (let i = 0; i < SIGNATURE_LABEL.length; i += 1) octets[i] = SIGNATURE_LABEL.charCodeAt(i);
  octets.set(advertisement, SIGNATURE_LABEL.length);
  return octets;
}
