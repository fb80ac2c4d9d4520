/**
 * Lists that are longer than one control message: cut into parts of one generation, each acknowledged by itself, and put
 * together again when all are there.
 */

/** The capability of an end that takes lists in parts. */
export const PARTS_CAPABILITY = "parts";
/** Parts of one list at most. */
export const LIST_PARTS_MAX = 64;
/** Octets of items in one part, well below what one control message holds. */
const PART_OCTETS = 24_576;
/** What an item costs beside its texts, at most. */
const ITEM_OVERHEAD_OCTETS = 64;

/** An item as its texts. */
interface Listed {
  readonly key?: string | null;
  readonly address?: string | null;
  readonly peer?: string | null;
  readonly problem?: string | null;
  readonly candidates?: readonly string[] | null;
}

/** Cuts a list; an empty one is one empty part. */
export function partsOf<Item extends Listed>(items: readonly Item[]): Item[][] {
  const parts: Item[][] = [[]];
  let octets = 0;
  for (const item of items) {
    const cost = ITEM_OVERHEAD_OCTETS + octetsOf(item);
    if (octets + cost > PART_OCTETS && octets > 0) {
      parts.push([]);
      octets = 0;
    }
    octets += cost;
    parts.at(-1)?.push(item);
  }
  return parts;
}

/** Octets of an item's texts in UTF-8 at most: a UTF-16 unit beyond ASCII takes three. */
function octetsOf({ key, address, peer, problem, candidates }: Listed): number {
  const texts = `${key ?? ""}${address ?? ""}${peer ?? ""}${problem ?? ""}${candidates?.join("..") ?? ""}`;
  let octets = 0;
  for (let i = 0; i < texts.length; i += 1) octets += texts.charCodeAt(i) < 0x80 ? 1 : 3;
  return octets;
}

/** Puts the parts of the newest generation together. */
export class ListAssembly<Item> {
  #generation = 0;
  #parts: (readonly Item[] | undefined)[] = [];
  #missing = 0;

  /**
   * Takes one part.
   *
   * @returns the whole list; `undefined`: parts are missing; "stale": of an earlier generation, or one that is whole
   *   already; "malformed": no such part
   */
  take(
    generation: number,
    part: number,
    parts: number,
    items: readonly Item[],
  ): readonly Item[] | undefined | "stale" | "malformed" {
    const count = Math.max(1, parts);
    if (count > LIST_PARTS_MAX || part >= count) return "malformed";
    if (generation < this.#generation || (generation === this.#generation && this.#missing === 0)) return "stale";
    if (generation > this.#generation) {
      this.#generation = generation;
      this.#parts = Array.from({ length: count });
      this.#missing = count;
    }
    if (count !== this.#parts.length) return "malformed";
    if (this.#parts[part] !== undefined) return undefined;
    this.#parts[part] = items;
    this.#missing -= 1;
    if (this.#missing > 0) return undefined;
    const whole = this.#parts.flatMap((one) => one ?? []);
    this.#parts = [];
    return whole;
  }
}
