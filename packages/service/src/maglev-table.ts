/**
 * The look-up table of Maglev (Eisenbud et al., NSDI 2016, section 3.4): every backend walks a permutation of its own
 * over the slots and claims the next free one whenever its turn comes. A change of one backend moves few slots of others.
 *
 * Nothing here knows what a backend or a flow is: slots hold indices, and a look-up takes a 32-bit hash.
 */

/** A slot without a backend, only in a table that has none. */
export const NO_BACKEND = -1;

/** Where one backend's permutation starts, how far it steps, and how often its turn comes. */
export interface Permutation {
  /** First slot it wants, 0 to size − 1. */
  readonly offset: number;
  /** Step to the next, 1 to size − 1. With a prime size it visits every slot. */
  readonly skip: number;
  /** An integer, at least 1. */
  readonly weight: number;
}

/**
 * When a weighted backend takes its first turn: "at-once" in the first round, so that none stays without a slot;
 * "earned" when it has saved up a whole turn.
 */
export type FirstTurn = "at-once" | "earned";

/** The number of each slot's backend. */
export type Slots = Int8Array | Int16Array | Int32Array;

const INT8_MAX = 127;
const INT16_MAX = 32_767;

/** Slots filled, by backend. */
export interface MaglevTable {
  readonly size: number;
  /** Index of the backend of each slot, or {@link NO_BACKEND} everywhere. */
  readonly slots: Slots;
  /** Slots of each backend. */
  readonly entries: Int32Array;
}

/** Whether `size` can be a table's: a prime, so that every step visits every slot. */
export function isPrime(size: number): boolean {
  if (!Number.isInteger(size) || size < 2) return false;
  for (let divisor = 2; divisor * divisor <= size; divisor += 1) if (size % divisor === 0) return false;
  return true;
}

/** Fills a table in slices, so that a large one does not stop the loop. */
export class MaglevBuilder {
  readonly table: MaglevTable;
  readonly #permutations: readonly Permutation[];
  readonly #next: Int32Array;
  readonly #credit: Float64Array;
  readonly #turn: number;
  #backend = 0;
  #filled = 0;
  /** Slots looked at; the last free ones take many looks. */
  #looks = 0;

  /**
   * @param size prime
   * @throws RangeError when `size` is not prime, or a permutation does not fit it
   */
  constructor(size: number, permutations: readonly Permutation[], firstTurn: FirstTurn = "at-once") {
    if (!isPrime(size)) throw new RangeError(`the table's size must be prime; ${size} is not`);
    for (const permutation of permutations) checkPermutation(permutation, size);
    this.#permutations = permutations;
    this.#turn = Math.max(0, ...permutations.map(({ weight }) => weight));
    this.#next = Int32Array.from(permutations, ({ offset }) => offset);
    this.#credit = new Float64Array(permutations.length).fill(firstTurn === "earned" ? -this.#turn : 0);
    this.table = {
      size,
      slots: slotsFor(size, permutations.length).fill(NO_BACKEND),
      entries: new Int32Array(permutations.length),
    };
  }

  /** Whether every slot has a backend. */
  get isDone(): boolean {
    return this.#permutations.length === 0 || this.#filled === this.table.size;
  }

  /** Fills slots until it has looked at this many, and finishes the last backend's turn; returns `isDone`. */
  fill(looks: number): boolean {
    const end = this.#looks + looks;
    while (!this.isDone && this.#looks < end) {
      if (this.#takesTurn(this.#backend)) this.#claim(this.#backend);
      this.#backend = this.#backend + 1 === this.#permutations.length ? 0 : this.#backend + 1;
    }
    return this.isDone;
  }

  /** A turn costs the largest weight; in each round a backend earns its own weight. */
  #takesTurn(backend: number): boolean {
    const credit = this.#credit[backend]! + this.#permutations[backend]!.weight;
    this.#credit[backend] = credit < 0 ? credit : credit - this.#turn;
    return credit >= 0;
  }

  #claim(backend: number): void {
    const { size, slots, entries } = this.table;
    const { skip } = this.#permutations[backend]!;
    let slot = this.#next[backend]!;
    this.#looks += 1;
    for (; slots[slot] !== NO_BACKEND; this.#looks += 1) slot = stepped(slot, skip, size);
    slots[slot] = backend;
    entries[backend]! += 1;
    this.#next[backend] = stepped(slot, skip, size);
    this.#filled += 1;
  }
}

/** The smallest array that can hold the numbers of this many backends: most services have few. */
function slotsFor(size: number, backends: number): Slots {
  if (backends <= INT8_MAX) return new Int8Array(size);
  return backends <= INT16_MAX ? new Int16Array(size) : new Int32Array(size);
}

/** Fills a whole table at once. */
export function buildMaglevTable(
  size: number,
  permutations: readonly Permutation[],
  firstTurn: FirstTurn = "at-once",
): MaglevTable {
  const builder = new MaglevBuilder(size, permutations, firstTurn);
  builder.fill(Infinity);
  return builder.table;
}

/** The next slot of a permutation. A sum, not offset + n × skip: the product leaves the range in which it is exact. */
function stepped(slot: number, skip: number, size: number): number {
  const next = slot + skip;
  return next >= size ? next - size : next;
}

function checkPermutation({ offset, skip, weight }: Permutation, size: number): void {
  if (!Number.isInteger(offset) || offset < 0 || offset >= size)
    throw new RangeError(`offset ${offset} is not a slot of a table of ${size}`);
  if (!Number.isInteger(skip) || skip < 1 || skip >= size)
    throw new RangeError(`skip ${skip} does not step through a table of ${size}`);
  if (!Number.isInteger(weight) || weight < 1) throw new RangeError(`weight ${weight} is not a positive integer`);
}

/** How the slots of two tables of one size differ. */
export interface Churn {
  /** Slots whose backend changed, of `size`. */
  readonly moved: number;
  /** Slots that had to change: their backend left, or a new one took its share. */
  readonly unavoidable: number;
}

/**
 * Compares two tables of the same size, whose backends are told apart by `keysBefore` and `keysAfter`. A slot of a
 * backend that left had to move; so had as many slots as new backends own.
 */
export function churnBetween(
  before: MaglevTable,
  keysBefore: readonly string[],
  after: MaglevTable,
  keysAfter: readonly string[],
): Churn {
  const stays = new Set(keysAfter);
  const was = new Set(keysBefore);
  let moved = 0;
  let left = 0;
  let arrived = 0;
  for (let slot = 0; slot < after.size; slot += 1) {
    const from = keysBefore[before.slots[slot]!];
    const to = keysAfter[after.slots[slot]!];
    if (from === to) continue;
    moved += 1;
    if (from === undefined || !stays.has(from)) left += 1;
    if (to === undefined || !was.has(to)) arrived += 1;
  }
  return { moved, unavoidable: Math.max(left, arrived) };
}
