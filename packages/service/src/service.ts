/**
 * One service as one ingress sees it: the records of all publishers, the tables over them, and the choice of a backend.
 *
 * Health never rebuilds a table: the table is a pure function of who publishes with what weight, and a look-up that
 * meets a dead backend goes on to the next. So a flapping backend moves only its own flows.
 */
import type { Instant } from "@flor/machine";
import { AffinityCache } from "./affinity-cache.ts";
import { Backend, type OpenOutcome } from "./backend.ts";
import { type Affinity, hashOctets, hashText, rehash } from "./flow-key.ts";
import { levelLoads } from "./level-loads.ts";
import { type BuildFigures, type Level, LevelTables } from "./level-tables.ts";
import { NO_BACKEND } from "./maglev-table.ts";
import { seedOf } from "./permutations.ts";
import { recordKey, type ServiceRecord } from "./record.ts";

/** Other places of the table that are tried before it is walked. */
const PROBES = 16;
/** Below this share of live weight, publishers' health is taken for wrong rather than the backends for dead. */
const PANIC_SHARE = 0.5;
/** Share of the backends that may be ejected at once. */
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
export type Verdict = "taken" | "tried" | "down" | "draining" | "unreachable" | "ejected" | "overloaded" | "weight-0";

/** Records, tables, and the choice. */
export class Service {
  readonly options: ServiceOptions;
  /** Of the hashes of its flows. */
  readonly seed: number;
  readonly #backends = new Map<string, Backend>();
  readonly #affinity = new AffinityCache();
  readonly #tables: LevelTables;
  #spread: { readonly affinity: Affinity; readonly boundedLoad: number } = { affinity: "flow", boundedLoad: 0 };
  #loads: readonly number[] = [];
  #loadsAreStale = true;
  #loadsUntil: Instant = Infinity;
  #isPanicking = false;
  #openFlows = 0;
  /** Picks made while too little lived to believe the publishers' health. */
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

  /** Why the size that a record asks for is not taken, or `undefined`. */
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

  /** Whether, at the last pick, too little lived to believe the publishers' health. */
  get isPanicking(): boolean {
    return this.#isPanicking;
  }

  /** Takes the whole set of records; the table follows when who publishes, or a weight, changed. */
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

  /** The network reaches a publisher, or no longer. */
  setReachable(publisher: string, isReachable: boolean): void {
    for (const backend of this.#backends.values()) {
      if (backend.record.publisher === publisher) backend.isReachable = isReachable;
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
    if (picked !== undefined && this.#spread.affinity === "client") this.#affinity.set(hash, picked.key, now);
    return picked;
  }

  /** What {@link pick} would return; nothing changes. */
  peek(hash: number, now: Instant, tried?: ReadonlySet<string>): Backend | undefined {
    this.#refreshLoads(now);
    const remembered = this.#spread.affinity === "client" ? this.#affinity.get(hash, now) : undefined;
    const kept = remembered === undefined ? undefined : this.#backends.get(remembered);
    // A client stays where it was also while that backend drains.
    return kept !== undefined && this.#keepsClient(kept, now, tried) ? kept : this.#pickByTable(hash, now, tried);
  }

  /** Why each backend would, or would not, be taken for a new flow now. */
  verdictOf(backend: Backend, now: Instant, tried?: ReadonlySet<string>): Verdict {
    this.#refreshLoads(now);
    const { record } = backend;
    if (record.weight === 0) return "weight-0";
    if (record.state === "draining") return "draining";
    if (tried?.has(backend.key) === true) return "tried";
    if (!backend.isReachable) return "unreachable";
    if (backend.isEjected(now)) return "ejected";
    if (!backend.isUp && !this.#isPanicking) return "down";
    return this.#isOverloaded(backend) ? "overloaded" : "taken";
  }

  /** A flow begins to open at `backend`. */
  handleOpening(backend: Backend): void {
    backend.openFlows += 1;
    this.#openFlows += 1;
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
    // Flows of a backend that left are no longer counted.
    if (this.#backends.get(backend.key) === backend) this.#openFlows -= 1;
  }

  #pickByTable(hash: number, now: Instant, tried: ReadonlySet<string> | undefined): Backend | undefined {
    const first = this.#levelFor(hash);
    for (let step = 0; step < this.levels.length; step += 1) {
      const level = this.levels[(first + step) % this.levels.length]!;
      const backend = this.#pickInLevel(level, hash, now, tried);
      if (backend !== undefined) return backend;
    }
    return undefined;
  }

  #pickInLevel(level: Level, hash: number, now: Instant, tried: ReadonlySet<string> | undefined): Backend | undefined {
    const { slots, size } = level.table;
    let slot = hash % size;
    for (let probe = 0; probe <= PROBES; probe += 1) {
      slot = (probe === 0 ? hash : rehash(hash, probe)) % size;
      const backend = level.backends[slots[slot]!];
      if (backend !== undefined && this.verdictOf(backend, now, tried) === "taken") return backend;
    }
    return this.#walk(level, slot, now, tried);
  }

  /** Few live ones: each backend is asked once, in the order in which the table's slots from `slot` on name them. */
  #walk(level: Level, slot: number, now: Instant, tried: ReadonlySet<string> | undefined): Backend | undefined {
    const { slots, size } = level.table;
    const mayTake = level.backends.map((backend) => this.verdictOf(backend, now, tried) === "taken");
    if (!mayTake.includes(true)) return undefined;
    for (let step = 0, at = slot; step < size; step += 1, at = at + 1 === size ? 0 : at + 1) {
      const index = slots[at]!;
      if (index !== NO_BACKEND && mayTake[index] === true) return level.backends[index];
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
    const verdict = this.verdictOf(backend, now, tried);
    return verdict === "taken" || verdict === "draining" || verdict === "weight-0";
  }

  #isOverloaded({ openFlows }: Backend): boolean {
    const { boundedLoad } = this.#spread;
    if (boundedLoad === 0 || this.#backends.size === 0) return false;
    // The flow that is placed counts too: the first of all must find a place.
    return openFlows + 1 > Math.ceil((boundedLoad * (this.#openFlows + 1)) / this.#backends.size);
  }

  #refreshLoads(now: Instant): void {
    if (!this.#loadsAreStale && now < this.#loadsUntil) return;
    this.#loadsAreStale = false;
    this.#loadsUntil = Infinity;
    const total = this.levels.map(({ backends }) => weightOf(backends, () => true));
    const isBelieved = (backend: Backend): boolean => backend.isUp && this.#isThere(backend, now);
    const isThere = (backend: Backend): boolean => this.#isThere(backend, now);
    const believed = this.levels.map(({ backends }) => weightOf(backends, isBelieved));
    this.#isPanicking = sumOf(believed) < PANIC_SHARE * sumOf(total);
    const live = this.#isPanicking ? this.levels.map(({ backends }) => weightOf(backends, isThere)) : believed;
    this.#loads = levelLoads(live, total);
  }

  #isThere(backend: Backend, now: Instant): boolean {
    if (backend.isEjected(now)) this.#loadsUntil = Math.min(this.#loadsUntil, backend.ejectedUntil);
    return backend.isReachable && !backend.isEjected(now);
  }

  #forget(key: string): void {
    this.#openFlows -= this.#backends.get(key)?.openFlows ?? 0;
    this.#backends.delete(key);
    this.#affinity.forget(key);
  }
}

/** What the options say, else what the record of the first key says: the same at every ingress. */
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
