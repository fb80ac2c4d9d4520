/** The path to every peer: what the configuration wants of it, what the layer allows, and what is in use. */
import { FecToNhlfe, type LabelPath } from "@flor/label";
import {
  type Detour,
  type LinkStateDatabase,
  type LinkStateEdge,
  type LinkStateEntry,
  nodeKeyOf,
  type OwnEdge,
  type Path,
  PathChoice,
  type PathReason,
  Paths,
  type RefusedPath,
  repairOf,
  signatureOf,
} from "@flor/link-state";
import { earlier, type Instant } from "@flor/machine";
import { QUIC_DATAGRAM_OCTETS } from "./adjacency.ts";
import type { Neighbour, NeighbourDetour, NeighbourRepair } from "./neighbour.ts";
import { isPathChanged, type PeerChanges } from "./peer-changes.ts";
import type { PeerSettings } from "./settings.ts";

/** Stands in `via` for whatever nodes lie between its neighbours in the list. */
export const VIA_ANY = "...";

/** Peers for which a path is chosen in one turn: a millisecond or two. */
export const CHOICES_PER_TURN = 64;
/** A choice that needs a computation of its own counts for that many: half a millisecond in a layer of a thousand nodes. */
const CHOICES_OF_A_COMPUTATION = 16;
/** Two paths that share no node take a turn: three milliseconds there. */
const CHOICES_OF_A_PAIR = CHOICES_PER_TURN;

/** Options of {@link PeerPaths}. */
export interface PeerPathsOptions {
  readonly ownKey: string;
  /** Whether this node has that key, or had it and still says so. */
  readonly isOwn: (nodeKey: string) => boolean;
  readonly database: LinkStateDatabase;
  readonly peers: readonly PeerSettings[];
  /** By node key. */
  readonly neighbours: ReadonlyMap<string, Neighbour>;
  /** Flows depend on the path to that node. */
  readonly isInUse: (nodeKey: string) => boolean;
  readonly handleChanged: (peer: PeerSettings, path: LabelPath<Neighbour> | undefined) => void;
}

interface Destination {
  readonly peer: PeerSettings;
  readonly key: string;
  readonly choice: PathChoice;
}

/** See the head of this file. */
export class PeerPaths {
  readonly paths: FecToNhlfe<Neighbour> = new FecToNhlfe();
  readonly #options: PeerPathsOptions;
  readonly #computation: Paths;
  readonly #destinations = new Map<string, Destination>();
  /** Node keys by name, the one that its node has now first. */
  #keys: ReadonlyMap<string, readonly string[]> = new Map();
  #reviewAt: Instant | undefined;
  /** Peers for which the last computation has not been looked at yet, in their order. */
  #waiting = new Set<Destination>();
  /** Paths round what peers avoid, of the last computation. */
  readonly #around = new Map<string, (destination: string) => readonly Path[]>();
  #work = 0;

  constructor(options: PeerPathsOptions) {
    this.#options = options;
    const { ownKey, isOwn, database, peers } = options;
    this.#computation = new Paths({ ownKey, isOwn, database, payloadMin: QUIC_DATAGRAM_OCTETS });
    this.apply({ wanted: peers, added: peers, changed: [], removed: [] });
  }

  /** This node has another key; the next computation begins there. */
  setOwnKey(ownKey: string): void {
    this.#computation.setOwnKey(ownKey);
  }

  /** Takes other peers; the next computation finds their paths. */
  apply({ wanted, added, changed, removed }: PeerChanges): void {
    this.#keys = new Map(
      wanted.map(({ name, publicKey, replaces }) => [name, [nodeKeyOf(publicKey), ...(replaces ? [replaces] : [])]]),
    );
    for (const { publicKey } of removed) {
      const key = nodeKeyOf(publicKey);
      this.#delete(key);
      this.paths.set(key, undefined);
    }
    for (const { before, after } of changed) this.#add(after, !isPathChanged(before, after));
    for (const peer of added) this.#add(peer, false);
  }

  #delete(key: string): void {
    const destination = this.#destinations.get(key);
    if (destination === undefined) return;
    this.#destinations.delete(key);
    this.#waiting.delete(destination);
  }

  /** @param keepsPath the path in use is not to be left because of this */
  #add(peer: PeerSettings, keepsPath: boolean): void {
    const key = nodeKeyOf(peer.publicKey);
    const kept = keepsPath ? this.#destinations.get(key)?.choice : undefined;
    const choice = kept ?? new PathChoice(`${this.#options.ownKey}${key}`);
    this.#delete(key);
    this.#destinations.set(key, { peer, key, choice });
  }

  isReachable(nodeKey: string): boolean {
    return this.#computation.isReachable(nodeKey);
  }

  /** Some peer with flows has no path, or one whose first neighbour is silent. */
  get isWanting(): boolean {
    const { isInUse } = this.#options;
    for (const { key, choice } of this.#destinations.values())
      if (!this.#isHeard(choice.current) && isInUse(key)) return true;
    return false;
  }

  /** Whether frames for a node leave by a neighbour that is heard. */
  isCarried(nodeKey: string): boolean {
    const path = this.inUse(nodeKey)?.path ?? this.cheapest(nodeKey);
    return this.#isHeard(path);
  }

  /** The nodes on the path in use to a peer, it last, and why it is that path. */
  inUse(nodeKey: string): { readonly path: Path; readonly reason: PathReason } | undefined {
    const destination = this.#destinations.get(nodeKey);
    const path = destination?.choice.current;
    if (destination === undefined || path === undefined) return undefined;
    const { peer, choice } = destination;
    const isDear = !isPlain(peer) && path.cost > this.#computation.leastTo(nodeKey).cost;
    return { path, reason: isDear && choice.reason !== "silent-avoided" ? "configured" : choice.reason };
  }

  /**
   * Paths to any node beside the one in use: as cheap ones, and the cheapest that share neither first hop nor the middle, or
   * where there are none, that go round a node of it.
   */
  others(nodeKey: string): readonly Path[] {
    const used = this.inUse(nodeKey)?.path ?? this.#computation.to(nodeKey)[0];
    if (used === undefined) return [];
    const between = used.hops.slice(0, -1);
    const candidates = [
      ...this.#computation.to(nodeKey),
      ...this.#computation.avoidingFirstHops(nodeKey, [used.firstHop]).slice(0, 1),
      ...(between.length === 0 ? [] : this.#computation.avoiding(nodeKey, between).slice(0, 1)),
    ];
    const bySignature = new Map(candidates.map((path) => [signatureOf(path), path]));
    bySignature.delete(signatureOf(used));
    if (bySignature.size > 0) return [...bySignature.values()];
    const round = between.flatMap((node) => this.#computation.avoiding(nodeKey, [node]).slice(0, 1));
    return [...new Map(round.map((path) => [signatureOf(path), path])).values()];
  }

  /**
   * What nodes that carry nothing for others keep from a node: a path through them that would be cheaper, or that the
   * configuration wants.
   */
  refused(nodeKey: string): (Partial<Pick<RefusedPath, "path">> & Pick<RefusedPath, "by">) | undefined {
    const { via = [], avoid = [] } = this.#destinations.get(nodeKey)?.peer ?? {};
    const by = this.#computation.leavesBetween(
      this.#keysOf(
        via.filter((name) => name !== VIA_ANY),
        nodeKey,
      ),
    );
    if (by.length > 0) return { by };
    if (via.length > 0 && (!via.includes(VIA_ANY) || this.inUse(nodeKey) !== undefined)) return undefined;
    const refused = this.#computation.refused(nodeKey);
    const avoided = this.#allKeysOf(avoid);
    return refused?.path.hops.some((hop) => avoided.includes(hop)) === true ? undefined : refused;
  }

  /** Signatures of paths to a peer that carried nothing, and are left alone for now. */
  avoided(nodeKey: string, now: Instant): readonly string[] {
    return (this.#destinations.get(nodeKey)?.choice.avoided(now) ?? []).map(signatureOf);
  }

  /**
   * Paths that a peer's traffic could take instead of the one in use, should that carry nothing: the cheapest first, and
   * behind them those that were left themselves.
   */
  alternatives(nodeKey: string, now: Instant): readonly Path[] {
    const destination = this.#destinations.get(nodeKey);
    const used = destination?.choice.current;
    if (destination === undefined || used === undefined || destination.peer.via.length > 0) return [];
    const dead = [...destination.choice.avoided(now), used];
    const left = new Set(dead.map(signatureOf));
    const candidates = [...this.#candidates(destination.peer, nodeKey), ...this.#detours(destination, dead)];
    const fresh = candidates.filter((path) => !left.has(signatureOf(path))).toSorted((a, b) => a.cost - b.cost);
    const again = dead.flatMap(({ hops }) => this.#computation.along(hops) ?? []);
    return [...fresh, ...again.filter((path) => signatureOf(path) !== signatureOf(used))];
  }

  /** The path in use to a peer carried nothing while another did: leaves it for a while with the next computation. */
  leave(nodeKey: string, other: Path, now: Instant): void {
    const choice = this.#destinations.get(nodeKey)?.choice;
    if (choice?.current === undefined) return;
    choice.handleDead(choice.current, now);
    choice.handleCarries(other);
  }

  /** Paths to peers that are left alone, and until when. */
  *held(): IterableIterator<{ readonly key: string; readonly path: Path; readonly until: Instant }> {
    for (const { key, choice } of this.#destinations.values())
      for (const { path, until } of choice.held()) yield { key, path, until };
  }

  /** A path that was left carries nothing yet: is left alone for longer. */
  keepLeft(nodeKey: string, path: Path, now: Instant): void {
    this.#destinations.get(nodeKey)?.choice.handleDead(path, now);
  }

  /** The path over exactly these nodes; see `Paths.along`. */
  along(hops: readonly string[]): Path | undefined {
    return this.#computation.along(hops);
  }

  /** See `Paths.leavesBetween`. */
  leavesBetween(hops: readonly string[]): readonly string[] {
    return this.#computation.leavesBetween(hops);
  }

  /** The cheapest path to any node of the layer. */
  cheapest(nodeKey: string): Path | undefined {
    return this.#computation.to(nodeKey)[0];
  }

  /** See `Paths.edgesOf`. */
  edgesOf(hops: readonly string[]): readonly (OwnEdge | LinkStateEdge)[] | undefined {
    return this.#computation.edgesOf(hops);
  }

  /** See `Paths.edgesBack`. */
  edgesBack(hops: readonly string[]): readonly LinkStateEdge[] | undefined {
    return this.#computation.edgesBack(hops);
  }

  /** When a cheaper path may have lasted long enough. */
  nextTimeout(): Instant | undefined {
    return this.#reviewAt;
  }

  /** Peers wait for {@link choose}. */
  get isChoosing(): boolean {
    return this.#waiting.size > 0;
  }

  /**
   * Takes what is known of the layer now; {@link choose} does the rest.
   *
   * @param own this node's edges, by neighbour's node key
   */
  update(own: ReadonlyMap<string, OwnEdge>): void {
    this.#computation.update(own);
    this.#around.clear();
    const waited = this.#waiting;
    // Peers in use first, those without a working path before others; then those left over, so that none waits forever.
    const all = [...this.#destinations.values()];
    const isFirst = ({ key, choice }: Destination): boolean =>
      choice.current !== undefined && this.#options.isInUse(key);
    const heard = ({ choice }: Destination): number => Number(this.#isHeard(choice.current));
    const first = all.filter(isFirst).toSorted((a, b) => heard(a) - heard(b));
    this.#waiting = new Set([...first, ...waited, ...all]);
    this.#reviewAt = undefined;
  }

  /**
   * Chooses the paths to peers that wait, {@link CHOICES_PER_TURN} at most: those of flows first, and of these the ones whose
   * next hop is silent.
   */
  choose(now: Instant): void {
    this.#work = 0;
    for (const destination of this.#waiting) {
      if (this.#work >= CHOICES_PER_TURN) return;
      this.#waiting.delete(destination);
      this.#work += 1;
      this.#choose(destination, now);
      this.#reviewAt = earlier(this.#reviewAt, destination.choice.nextTimeout(now));
    }
  }

  /** Other ways for frames that should go to or through a neighbour which said `silent` of itself last. */
  repair(silent: LinkStateEntry): NeighbourRepair {
    const carries = (key: string): boolean => this.#options.neighbours.get(key)?.isHeard === true;
    const { around, toward } = repairOf(this.#computation, silent, carries);
    const ways = new Map<number, NeighbourDetour>();
    for (const [label, detour] of around) {
      const way = this.#detour(detour);
      if (way !== undefined) ways.set(label, way);
    }
    return { around: ways, toward: toward && this.#detour(toward) };
  }

  #detour({ firstHop, push }: Detour): NeighbourDetour | undefined {
    const nextHop = this.#options.neighbours.get(firstHop);
    return nextHop === undefined ? undefined : { nextHop, push };
  }

  #choose({ peer, key, choice }: Destination, now: Instant): void {
    const { isInUse } = this.#options;
    const before = choice.current;
    const kept = before === undefined ? undefined : this.#computation.along(before.hops);
    if (isPlain(peer) && kept !== undefined && choice.keep(kept, this.#computation.leastTo(key)))
      return this.#set({ peer, key, choice }, kept);
    const dead = choice.avoided(now);
    const cheapest = this.#candidates(peer, key);
    const candidates = dead.length === 0 ? cheapest : [...cheapest, ...this.#detours({ peer, key, choice }, dead)];
    // What the configuration wants is not weighed against what is in use.
    const isFree = peer.via.length === 0;
    // Nor is a path whose first neighbour is silent.
    const isWorthy = isFree && this.#isHeard(kept) && (peer.disjoint !== true || hasTwin(kept, cheapest));
    const worthy = isWorthy ? kept : undefined;
    const path = choice.choose(candidates, worthy, isFree && isInUse(key), now);
    if (!isFree) choice.reason = "configured";
    this.#set({ peer, key, choice }, path);
  }

  #set({ peer, key }: Destination, path: Path | undefined): void {
    const { neighbours, handleChanged } = this.#options;
    const nextHop = path === undefined ? undefined : neighbours.get(path.firstHop);
    const labelPath = path === undefined || nextHop === undefined ? undefined : { ...path, nextHop };
    if (this.paths.set(key, labelPath)) handleChanged(peer, labelPath);
  }

  /** The neighbour in front of the path is heard. */
  #isHeard(path: Path | undefined): boolean {
    return this.#options.neighbours.get(path?.firstHop ?? "")?.isHeard === true;
  }

  #candidates({ via, avoid = [], disjoint }: PeerSettings, key: string): readonly Path[] {
    if (via.length > 0) {
      const path = via.includes(VIA_ANY)
        ? this.#computation.loose(
            this.#keysOf(
              via.filter((name) => name !== VIA_ANY),
              key,
            ),
          )
        : this.#computation.along(this.#keysOf(via, key));
      return path === undefined ? [] : [path];
    }
    if (avoid.length > 0) return this.#avoiding(this.#allKeysOf(avoid))(key);
    return (disjoint === true ? this.#disjoint(key) : undefined) ?? this.#computation.to(key);
  }

  #disjoint(key: string): readonly Path[] | undefined {
    this.#work += CHOICES_OF_A_PAIR;
    return this.#computation.disjoint(key);
  }

  /** Peers that avoid the same nodes share one computation. */
  #avoiding(avoid: readonly string[]): (destination: string) => readonly Path[] {
    const nodes = avoid.join(",");
    const known = this.#around.get(nodes);
    if (known !== undefined) return known;
    this.#work += CHOICES_OF_A_COMPUTATION;
    const around = this.#computation.around(avoid);
    this.#around.set(nodes, around);
    return around;
  }

  /** Ways round paths that carried nothing: not over their nodes, or not by their first hop. */
  #detours({ peer, key }: Destination, dead: readonly Path[]): readonly Path[] {
    this.#work += 2 * CHOICES_OF_A_COMPUTATION;
    const avoid = this.#allKeysOf(peer.avoid ?? []);
    const between = dead.flatMap(({ hops }) => hops.slice(0, -1));
    const around = this.#computation.avoiding(key, [...avoid, ...between]);
    const first = dead.map(({ firstHop }) => firstHop);
    const elsewhere = this.#computation.avoidingFirstHops(key, first);
    const isAllowed = ({ hops }: Path): boolean => hops.every((hop) => !avoid.includes(hop));
    return [...around, ...elsewhere.filter(isAllowed)].toSorted((a, b) => a.cost - b.cost);
  }

  #keysOf(names: readonly string[], ...last: readonly string[]): string[] {
    return [...names.flatMap((name) => this.#keyNow(name) ?? []), ...last];
  }

  /** While a node changes its key: the one under which there is a path to it. */
  #keyNow(name: string): string | undefined {
    const keys = this.#keys.get(name) ?? [];
    return keys.find((key) => this.isReachable(key)) ?? keys[0];
  }

  #allKeysOf(names: readonly string[]): string[] {
    return names.flatMap((name) => this.#keys.get(name) ?? []);
  }
}

/** The configuration has no wish about the path to it. */
function isPlain({ via, avoid = [], disjoint }: PeerSettings): boolean {
  return via.length === 0 && avoid.length === 0 && disjoint !== true;
}

/** Whether a path is one of a pair that shares no node, or there is no such pair. */
function hasTwin(path: Path | undefined, pair: readonly Path[]): boolean {
  if (path === undefined) return false;
  const isPair = pair.length === 2 && pair[0]?.hops.slice(0, -1).every((hop) => pair[1]?.hops.includes(hop) !== true);
  return isPair !== true || pair.some((one) => signatureOf(one) === signatureOf(path));
}
