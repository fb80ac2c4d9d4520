/**
 * The tables of one service, one for each level: a pure function of who publishes with what weight. Changes of the set
 * are collected, a build is done in slices, and a finished one is taken into use at once.
 */
import type { Instant } from "@flor/machine";
import type { Backend } from "./backend.ts";
import { type Churn, churnBetween, MaglevBuilder, type MaglevTable, type Permutation } from "./maglev-table.ts";
import { permutationOf } from "./permutations.ts";
import { PRIORITY_MAX, type ServiceRecord } from "./record.ts";
import { tableSizeFor } from "./table-size.ts";

/** How long changes of the set are collected before a table is built. */
const REBUILD_DEBOUNCE_MS = 100;
/** Minimum interval between builds. */
const REBUILD_INTERVAL_MS = 1000;
/** Slots looked at per turn: one or two milliseconds. */
const SLICE_LOOKS = 65_536;
/** Backends whose permutations are computed per turn: also one or two milliseconds. */
const SLICE_PERMUTATIONS = 128;

/** The backends of one priority, near or far, with their table. */
export interface Level {
  /** Twice the priority, plus one for backends of another zone; {@link FALLBACK_RANK}. */
  readonly rank: number;
  readonly backends: readonly Backend[];
  readonly table: MaglevTable;
  /** Whether each backend takes flows, 1 or 0, as the service last found: what a look-up reads. */
  readonly takes: Uint8Array;
}

/** The last level: backends that answer only while no other does. */
export const FALLBACK_RANK: number = 2 * (PRIORITY_MAX + 1);

/** What the tables were built from, for display. */
export interface BuildFigures {
  /** Of the set of records that the tables stand for. */
  readonly revision: number;
  readonly builds: number;
  /** Of the first level, like everything below. */
  readonly size: number;
  readonly entriesMin: number;
  readonly entriesMax: number;
  readonly churn: Churn;
}

const NO_FIGURES: BuildFigures = {
  revision: 0,
  builds: 0,
  size: 0,
  entriesMin: 0,
  entriesMax: 0,
  churn: { moved: 0, unavoidable: 0 },
};

interface LevelBuild {
  readonly rank: number;
  readonly backends: readonly Backend[];
  readonly size: number;
  /** Of the first backends, and in the end of all. */
  readonly permutations: Permutation[];
  /** Set once all permutations are computed. */
  builder: MaglevBuilder | undefined;
}

/** Builds the tables of a service and keeps those in use. */
export class LevelTables {
  levels: readonly Level[] = [];
  figures: BuildFigures = NO_FIGURES;
  /** Set while a record asks for a size that no table can have; the usual size is taken then. */
  sizeError: string | undefined;
  readonly #name: string;
  readonly #zone: string;
  #shape = "";
  #wanted: readonly Backend[] = [];
  #revision = 0;
  #build: readonly LevelBuild[] | undefined;
  #buildAt: Instant | undefined;
  #builtAt: Instant = -Infinity;

  /** @param zone of the ingress, whose backends come first; empty when zones do not matter */
  constructor(name: string, zone: string) {
    this.#name = name;
    this.#zone = zone;
  }

  /** Takes the whole set of backends; tables follow when one came, left, or changed its weight. */
  apply(backends: Iterable<Backend>, now: Instant): void {
    const wanted = Array.from(backends)
      .filter(({ isInTable }) => isInTable)
      .toSorted((a, b) => (a.key < b.key ? -1 : 1));
    const shape = wanted
      .map(({ key, record }) => `${key} ${record.weight} ${this.#rankOf(record)} ${record.tableSize}`)
      .join("\n");
    if (shape === this.#shape) return;
    this.#shape = shape;
    this.#wanted = wanted;
    this.#revision += 1;
    this.#build = undefined;
    this.#buildAt ??= Math.max(now + REBUILD_DEBOUNCE_MS, this.#builtAt + REBUILD_INTERVAL_MS);
    // The first table is built at once: nothing can be picked before.
    if (this.levels.length === 0) this.#buildAt = now;
  }

  /** When `handleTimeout` wants to be called; -Infinity: at once, a build is under way. */
  nextTimeout(): Instant | undefined {
    return this.#build === undefined ? this.#buildAt : -Infinity;
  }

  /** Builds a slice if one is due. Returns true if new tables are in use. */
  handleTimeout(now: Instant): boolean {
    if (this.#build === undefined) {
      if (this.#buildAt === undefined || now < this.#buildAt) return false;
      this.#build = this.#started();
      this.#buildAt = undefined;
    }
    const open = this.#build.find(({ builder }) => builder?.isDone !== true);
    if (open !== undefined && !this.#buildSlice(open)) return false;
    return this.#build.every(({ builder }) => builder?.isDone === true) && this.#finish(this.#build, now);
  }

  /** Returns whether the level is built. */
  #buildSlice(build: LevelBuild): boolean {
    const { backends, permutations, size } = build;
    if (build.builder !== undefined) return build.builder.fill(SLICE_LOOKS);
    for (const { key, record } of backends.slice(permutations.length, permutations.length + SLICE_PERMUTATIONS))
      permutations.push(permutationOf(key, this.#name, record.weight, size));
    if (permutations.length < backends.length) return false;
    build.builder = new MaglevBuilder(size, permutations);
    return build.builder.fill(SLICE_LOOKS);
  }

  /** In each priority, backends of other zones come after those of the ingress's zone. */
  #rankOf({ priority, zone, isFallback }: ServiceRecord): number {
    if (isFallback) return FALLBACK_RANK;
    return 2 * priority + (this.#zone === "" || zone === this.#zone ? 0 : 1);
  }

  #started(): readonly LevelBuild[] {
    const asked = Math.max(0, ...this.#wanted.map(({ record }) => record.tableSize));
    const ranks = [...new Set(this.#wanted.map(({ record }) => this.#rankOf(record)))].toSorted((a, b) => a - b);
    return ranks.map((rank) => {
      const backends = this.#wanted.filter(({ record }) => this.#rankOf(record) === rank);
      const weights = backends.map(({ record }) => record.weight);
      const { size, error } = tableSizeFor(weights, asked);
      this.sizeError = error;
      return { rank, backends, size, permutations: [], builder: undefined };
    });
  }

  #finish(build: readonly LevelBuild[], now: Instant): true {
    const before = this.levels[0];
    this.#build = undefined;
    this.#builtAt = now;
    this.levels = build.map(({ rank, backends, builder }) => {
      return { rank, backends, table: builder!.table, takes: new Uint8Array(backends.length) };
    });
    this.figures = figuresOf(this.levels[0], before, this.#revision, this.figures.builds + 1);
    return true;
  }
}

function figuresOf(
  level: Level | undefined,
  before: Level | undefined,
  revision: number,
  builds: number,
): BuildFigures {
  if (level === undefined) return { ...NO_FIGURES, revision, builds };
  const { table } = level;
  const isComparable = before !== undefined && before.table.size === table.size;
  const churn = isComparable
    ? churnBetween(before.table, keysOf(before), table, keysOf(level))
    : { moved: table.size, unavoidable: table.size };
  const entriesMin = Math.min(...table.entries);
  return { revision, builds, size: table.size, entriesMin, entriesMax: Math.max(...table.entries), churn };
}

function keysOf({ backends }: Level): readonly string[] {
  return backends.map(({ key }) => key);
}
