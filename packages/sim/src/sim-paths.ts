/** The paths of one simulated node: computed by the product, when the product would compute them. */
import { type LinkStateDatabase, type OwnEdge, Pace, type Path, Paths, type Repair, repairOf } from "@flor/link-state";
import type { Instant } from "@flor/machine";
import type { SimAdjacency } from "./sim-adjacency.ts";

/** Largest frame, and largest one that crosses unsegmented, of every cable. */
export const MTU = 16_384;
/** See {@link MTU}. */
export const SEGMENT_MTU = 1472;
/** Minimum payload of a path: QUIC's first packet in its envelope. */
const PAYLOAD_MIN = 1232;
/** As packages/node/src/topology.ts. */
const COMPUTE_PAUSES_MS = [50, 200, 1000];
const COMPUTE_QUIET_MS = 10_000;
const SILENT_COST = 1_000_000;

/** Where a frame goes, and its labels, top first. */
export type Way = Pick<Path, "firstHop" | "stack">;

/** What paths are computed from. */
export interface SimPathsOptions {
  readonly ownKey: string;
  readonly database: LinkStateDatabase;
  readonly adjacencies: ReadonlyMap<number, SimAdjacency>;
  readonly keyOf: (number: number) => string;
}

/** See the head of this file. */
export class SimPaths {
  /** Increases with each computation that was due. */
  version = 0;
  readonly #options: SimPathsOptions;
  readonly #pace = new Pace(COMPUTE_PAUSES_MS, COMPUTE_QUIET_MS);
  readonly #repairs = new Map<string, Repair>();
  #paths: Paths | undefined;
  #computedVersion = -1;
  #dueAt: Instant = Infinity;

  constructor(options: SimPathsOptions) {
    this.#options = options;
  }

  /** Another node's news: paths are computed when the rate allows. @param isBad something no longer carries */
  handleChanged(isBad: boolean, now: Instant): void {
    this.#expire(now);
    this.#dueAt = Math.min(this.#dueAt, Math.max(now, isBad ? this.#pace.soonAt : this.#pace.dueAt));
  }

  /** How often paths were due by then. */
  countAt(now: Instant): number {
    this.#expire(now);
    return this.version;
  }

  /** What this node sees itself takes effect immediately. */
  handleOwnChanged(now: Instant): void {
    this.#dueAt = now;
    this.#expire(now);
  }

  /**
   * The paths in use. They are computed only when requested, from what is known then, which is slightly more than was
   * known when they were due.
   */
  at(now: Instant): Paths {
    this.#expire(now);
    const { ownKey, database } = this.#options;
    this.#paths ??= new Paths({ ownKey, database, payloadMin: PAYLOAD_MIN });
    if (this.#computedVersion !== this.version) {
      this.#paths.update(this.#ownEdges(now));
      this.#repairs.clear();
      this.#computedVersion = this.version;
    }
    return this.#paths;
  }

  /** How frames for a silent neighbour are handled. */
  repairOf(silentKey: string, now: Instant): Repair | undefined {
    const paths = this.at(now);
    const known = this.#repairs.get(silentKey);
    if (known !== undefined) return known;
    const { database, adjacencies, keyOf } = this.#options;
    const entry = database.held(silentKey)?.entry;
    if (entry === undefined) return undefined;
    const alive = new Set([...adjacencies.values()].flatMap(({ to, isAlive }) => (isAlive ? keyOf(to) : [])));
    const repair = repairOf(paths, entry, (firstHop) => alive.has(firstHop));
    this.#repairs.set(silentKey, repair);
    return repair;
  }

  /** Releases memory. */
  drop(): void {
    this.#paths = undefined;
    this.#computedVersion = -1;
    this.#repairs.clear();
  }

  #expire(now: Instant): void {
    if (this.#dueAt > now) return;
    this.#pace.acted(this.#dueAt);
    this.#dueAt = Infinity;
    this.version += 1;
  }

  #ownEdges(now: Instant): ReadonlyMap<string, OwnEdge> {
    const own = new Map<string, OwnEdge>();
    for (const adjacency of this.#options.adjacencies.values()) {
      if (!adjacency.isAlive) continue;
      const cost = adjacency.cost + (adjacency.isSteady(now) ? 0 : SILENT_COST);
      own.set(this.#options.keyOf(adjacency.to), { mtu: MTU, segmentMtu: SEGMENT_MTU, cost });
    }
    return own;
  }
}
