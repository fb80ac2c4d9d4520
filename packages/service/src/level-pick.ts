/** The choice of a backend by one table: the slot's, or the next one that takes the flow. */
import type { Backend } from "./backend.ts";
import { rehash } from "./flow-key.ts";
import type { Level } from "./level-tables.ts";
import { NO_BACKEND } from "./maglev-table.ts";

/** Other slots that are tried before the table is walked. */
const PROBES = 16;

/**
 * The backend of a level for a flow of `hash`, or `undefined` when none takes it.
 *
 * @param boundedLoad see {@link flowsLimit}
 * @param tried keys of backends that this flow failed at already
 */
export function pickInLevel(
  level: Level,
  hash: number,
  boundedLoad: number,
  tried: ReadonlySet<string> | undefined,
): Backend | undefined {
  const { backends, takes } = level;
  const { slots, size } = level.table;
  const limit = flowsLimit(level, boundedLoad);
  let slot = hash % size;
  for (let probe = 0; probe <= PROBES; probe += 1) {
    if (probe > 0) slot = rehash(hash, probe) % size;
    const index = slots[slot]!;
    if (takes[index] !== 1) continue;
    const backend = backends[index]!;
    if (backend.openFlows < limit && tried?.has(backend.key) !== true) return backend;
  }
  // A busy backend still answers, a dead one does not.
  return walked(level, slot, limit, tried) ?? walked(level, slot, Infinity, tried);
}

/** When few accept flows: tries each backend once, in the order of the table's slots from `slot` on. */
function walked(
  { backends, takes, table }: Level,
  slot: number,
  limit: number,
  tried: ReadonlySet<string> | undefined,
): Backend | undefined {
  const { slots, size } = table;
  const mayTake = backends.map(
    ({ key, openFlows }, index) => takes[index] === 1 && openFlows < limit && tried?.has(key) !== true,
  );
  if (!mayTake.includes(true)) return undefined;
  for (let step = 0, at = slot; step < size; step += 1, at = at + 1 === size ? 0 : at + 1) {
    const index = slots[at]!;
    if (index !== NO_BACKEND && mayTake[index] === true) return backends[index];
  }
  return undefined;
}

/**
 * Open flows at which a backend of the level is passed over: a multiple of the mean of those that take flows. One of
 * them is always below it.
 *
 * @param boundedLoad the multiple; 0: never
 */
export function flowsLimit({ backends, takes }: Level, boundedLoad: number): number {
  if (boundedLoad === 0) return Infinity;
  let count = 0;
  // The flow that is placed counts too: the first of all must find a place.
  let open = 1;
  for (const [index, { openFlows }] of backends.entries()) {
    if (takes[index] !== 1) continue;
    count += 1;
    open += openFlows;
  }
  return Math.ceil((boundedLoad * open) / Math.max(1, count));
}
