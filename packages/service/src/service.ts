/**
 * One service as one ingress sees it: the records of all publishers, the tables over them, and the choice of a backend.
 *
 * Health never rebuilds a table: the table is a pure function of who publishes with what weight, and a look-up that
 * meets a dead backend goes on to the next. So a flapping backend moves only its own flows.
 */
import type { Instant } from "@flor/machine";
import { AffinityCache } from "./affinity-cache.ts";
import { Backend, type OpenOutcome, type Reach } from "./backend.ts";
import { type Affinity, hashOctets, hashText, rehash } from "./flow-key.ts";
import { flowsLimit, pickInLevel } from "./level-pick.ts";
import { levelLoads } from "./level-loads.ts";
import { type BuildFigures, FALLBACK_RANK, type Level, LevelTables } from "./level-tables.ts";
import { seedOf } from "./permutations.ts";
import { recordKey, type ServiceRecord } from "./record.ts";

/** Below this share of live weight, the health reports are assumed to be wrong, rather than the backends dead. */
const PANIC_SHARE = 0.5;
/** Maximum share of the backends that may be ejected at the same time. */
const EJECTED_SHARE_MAX = 0.5;

/** How flows are spread. */
export interface ServiceOptions {
  /** `db.team` */
  readonly name: string;
  /** @default what the publishers say */
  readonly affinity?: Affinity;
  /** The ingress's zone: backends of it come first. Empty: zones do not matter. */
  readonly zone?: string;
  /** A backend with more than this many times the mean of open flows is passed over, 0: never. @default as they say */
  readonly boundedLoad?: number;
}

/** Why a backend is passed over, or "taken". */
export type Verdict =
  | "taken"
  | "tried"
  | "down"
  | "draining"
  | "unreachable"
  | "silent"
  | "ejected"
  | "overloaded"
  | "weight-0";

/** One service: its records, its tables, and the choice of a backend. */
export class Service {
  readonly options: ServiceOptions;
  /** Seed of the hashes of its flows. */
  readonly seed: number;
  readonly #backends = new Map<string, Backend>();
  /** Created for the first client with affinity: most services have none. */
  #affinity: AffinityCache | undefined;
  readonly #tables: LevelTables;
  #spread: { readonly affinity: Affinity; readonly boundedLoad: number } = { affinity: "flow", boundedLoad: 0 };
  #loads: readonly number[] = [];
  #loadsAreStale = true;
  #loadsUntil: Instant = Infinity;
  #isPanicking = false;
  /** No other backend is up: a silent one may still answer. */
  #areSilentAsked = false;
  /** Picks made while too few backends were up to believe the health reports. */
  panicPicks = 0;

  constructor(options: ServiceOptions) {
    this.options = options;
    this.seed = seedOf(options.name);
    this.#tables = new LevelTables(options.name, options.zone ?? "");
  }

  /** All backends, also those that take no flows. */
  get backends(): Iterable<Backend> {
    return this.#backends.values();
  }

  /** What the tables in use were built of. */
  get figures(): BuildFigures {
    return this.#tables.figures;
  }

  /** Why the table size that a record asks for is not used, or `undefined`. */
  get sizeError(): string | undefined {
    return this.#tables.sizeError;
  }

  /** The tables in use, first choice first: for `explain`, and to compare ingresses. */
  get levels(): readonly Level[] {
    return this.#tables.levels;
  }

  /** The same for two ingresses whose tables are the same: eight hexadecimal digits. */
  tableHash(): string {
    let hash = this.seed;
    for (const { rank, backends, table } of this.levels) {
      for (const { key } of backends) hash = hashText(`${rank} ${key}`, hash);
      hash = hashOctets(new Uint8Array(table.slots.buffer, table.slots.byteOffset, table.slots.byteLength), hash);
    }
    return hash.toString(16).padStart(8, "0");
  }

  /** What keeps flows together. */
  get affinity(): Affinity {
    return this.#spread.affinity;
  }

  /** Whether, at the last pick, too few backends were up to believe the health reports. */
  get isPanicking(): boolean {
    return this.#isPanicking;
  }

  /** Takes the whole set of records; the table is rebuilt if a publisher or a weight changed. */
  apply(records: readonly ServiceRecord[], now: Instant): void {
    const keys = new Set(records.map(recordKey));
    for (const key of this.#backends.keys()) if (!keys.has(key)) this.#forget(key);
    for (const record of records) {
      const backend = this.#backends.get(recordKey(record));
      if (backend === undefined) this.#backends.set(recordKey(record), new Backend(record));
      else if (record.serial >= backend.record.serial) backend.record = record;
    }
    this.#loadsAreStale = true;
    this.#spread = spreadOf(records, this.options);
    this.#tables.apply(this.#backends.values(), now);
  }

  /** The way the network reaches a publisher has changed. */
  setReach(publisher: string, reach: Reach): void {
    for (const backend of this.#backends.values()) {
      if (backend.record.publisher === publisher) backend.reach = reach;
    }
    this.#loadsAreStale = true;
  }

  /** When `handleTimeout` wants to be called. */
  nextTimeout(): Instant | undefined {
    return this.#tables.nextTimeout();
  }

  /** Builds a slice of the tables, when one is due. Returns true when new ones came into use. */
  handleTimeout(now: Instant): boolean {
    const isNew = this.#tables.handleTimeout(now);
    this.#loadsAreStale ||= isNew;
    return isNew;
  }

  /**
   * The backend for a flow of `hash`, or `undefined` when none takes it.
   *
   * @param tried keys of backends that this flow failed at already
   */
  pick(hash: number, now: Instant, tried?: ReadonlySet<string>): Backend | undefined {
    const picked = this.peek(hash, now, tried);
    if (this.#isPanicking) this.panicPicks += 1;
    if (picked === undefined || this.#spread.affinity !== "client" || picked.record.isFallback) return picked;
    this.#affinity ??= new AffinityCache();
    this.#affinity.set(hash, picked.key, now);
    return picked;
  }

  /** The backend of last resort for a flow of `hash`, whichever are up: the others have all refused. */
  pickFallback(hash: number, now: Instant, tried?: ReadonlySet<string>): Backend | undefined {
    this.#refreshLoads(now);
    const level = this.levels.find(({ rank }) => rank === FALLBACK_RANK);
    return level && pickInLevel(level, hash, this.#spread.boundedLoad, tried);
  }

  /** What {@link pick} would return; nothing changes. */
  peek(hash: number, now: Instant, tried?: ReadonlySet<string>): Backend | undefined {
    this.#refreshLoads(now);
    const remembered = this.#spread.affinity === "client" ? this.#affinity?.get(hash, now) : undefined;
    const kept = remembered === undefined ? undefined : this.#backends.get(remembered);
    // A client stays where it was also while that backend drains.
    return kept !== undefined && this.#keepsClient(kept, now, tried) ? kept : this.#pickByTable(hash, tried);
  }

  /** Why a backend would or would not be chosen for a new flow now. */
  verdictOf(backend: Backend, now: Instant, tried?: ReadonlySet<string>): Verdict {
    this.#refreshLoads(now);
    const verdict = this.#standingOf(backend, now);
    if (verdict !== "taken") return verdict;
    if (tried?.has(backend.key) === true) return "tried";
    const level = this.levels.find(({ backends }) => backends.includes(backend));
    return level !== undefined && backend.openFlows >= flowsLimit(level, this.#spread.boundedLoad)
      ? "overloaded"
      : "taken";
  }

  /** A flow begins to open at `backend`. */
  handleOpening(backend: Backend): void {
    backend.openFlows += 1;
  }

  /** How the open ended; a backend that fails again and again is passed over for a time. */
  handleOpen(backend: Backend, outcome: OpenOutcome, now: Instant): void {
    if (!backend.handleOpen(outcome, now)) return;
    let ejected = 0;
    for (const one of this.#backends.values()) if (one.isEjected(now)) ejected += 1;
    if (ejected + 1 > EJECTED_SHARE_MAX * this.#backends.size) return;
    backend.eject(now);
    this.#loadsAreStale = true;
  }

  /** A flow at `backend` ended, or did not open. */
  handleEnded(backend: Backend): void {
    backend.openFlows -= 1;
  }

  #pickByTable(hash: number, tried: ReadonlySet<string> | undefined): Backend | undefined {
    const first = this.#levelFor(hash);
    for (let step = 0; step < this.levels.length; step += 1) {
      const level = this.levels[(first + step) % this.levels.length]!;
      const backend = pickInLevel(level, hash, this.#spread.boundedLoad, tried);
      if (backend !== undefined) return backend;
    }
    return undefined;
  }

  #levelFor(hash: number): number {
    if (this.levels.length <= 1) return 0;
    let share = rehash(hash, -1) % 1000;
    for (let level = 0; level < this.#loads.length; level += 1) {
      share -= this.#loads[level]!;
      if (share < 0) return level;
    }
    return 0;
  }

  #keepsClient(backend: Backend, now: Instant, tried: ReadonlySet<string> | undefined): boolean {
    const isBelieved = backend.record.state !== "down" || this.#isPanicking;
    return isBelieved && this.#isThere(backend, now) && tried?.has(backend.key) !== true;
  }

  /** Why a backend accepts no flows at all, or "taken". */
  #standingOf(backend: Backend, now: Instant): Verdict {
    const { record } = backend;
    if (backend.isGone) return "unreachable";
    if (record.weight === 0) return "weight-0";
    if (record.state === "draining") return "draining";
    if (backend.reach === "none") return "unreachable";
    if (backend.reach === "silent" && !this.#areSilentAsked) return "silent";
    if (backend.isEjected(now)) return "ejected";
    return backend.isUp || (this.#isPanicking && !record.isFallback) ? "taken" : "down";
  }

  #refreshLoads(now: Instant): void {
    if (!this.#loadsAreStale && now < this.#loadsUntil) return;
    this.#loadsAreStale = false;
    this.#loadsUntil = Infinity;
    const ordinary = this.levels.filter(({ rank }) => rank !== FALLBACK_RANK);
    const fallback = this.levels.find(({ rank }) => rank === FALLBACK_RANK);
    this.#areSilentAsked = false;
    const isAlive = (backend: Backend): boolean => backend.isInTable && backend.isUp && this.#isThere(backend, now);
    this.#areSilentAsked = !this.levels.some(({ backends }) => backends.some(isAlive));
    const isThere = (backend: Backend): boolean => backend.isInTable && this.#isThere(backend, now);
    const isBelieved = (backend: Backend): boolean => backend.isUp && isThere(backend);
    // Who left or drains is in the table until the next build, and dead to nobody.
    const total = ordinary.map(({ backends }) => weightOf(backends, ({ isInTable }) => isInTable));
    const believed = ordinary.map(({ backends }) => weightOf(backends, isBelieved));
    // If there is a fall-back to ask, reports that all are down are believed.
    const isReplaced = sumOf(believed) === 0 && fallback?.backends.some(isBelieved) === true;
    this.#isPanicking = sumOf(believed) < PANIC_SHARE * sumOf(total) && !isReplaced;
    const live = this.#isPanicking ? ordinary.map(({ backends }) => weightOf(backends, isThere)) : believed;
    this.#loads = levelLoads(live, total);
    for (const { backends, takes } of this.levels)
      for (const [index, backend] of backends.entries())
        takes[index] = this.#standingOf(backend, now) === "taken" ? 1 : 0;
  }

  #isThere(backend: Backend, now: Instant): boolean {
    if (backend.isEjected(now)) this.#loadsUntil = Math.min(this.#loadsUntil, backend.ejectedUntil);
    if (backend.reach === "none" || backend.isEjected(now)) return false;
    return backend.reach === "alive" || this.#areSilentAsked;
  }

  #forget(key: string): void {
    const backend = this.#backends.get(key);
    if (backend !== undefined) backend.isGone = true;
    this.#backends.delete(key);
    this.#affinity?.forget(key);
  }
}

/** The value of the options, or of the record with the first key: the same at every ingress. */
function spreadOf(
  records: readonly ServiceRecord[],
  { affinity, boundedLoad }: ServiceOptions,
): { readonly affinity: Affinity; readonly boundedLoad: number } {
  let first: ServiceRecord | undefined;
  for (const record of records) if (first === undefined || recordKey(record) < recordKey(first)) first = record;
  return {
    affinity: affinity ?? first?.affinity ?? "flow",
    boundedLoad: boundedLoad ?? (first?.boundedLoad ?? 0) / 100,
  };
}

function weightOf(backends: readonly Backend[], counts: (backend: Backend) => boolean): number {
  let weight = 0;
  for (const backend of backends) if (counts(backend)) weight += backend.record.weight;
  return weight;
}

function sumOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
