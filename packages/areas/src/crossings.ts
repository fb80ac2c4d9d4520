/** All crossings that this node has a part in, by the neighbours on their ways. */
import { Deadlines, KeyedSets } from "@flor/machine";
import type { Crossing, CrossingEnd, Side } from "./crossing.ts";

/** Crossings through one node at most: each binds two of its 65,536 labels. */
export const CROSSINGS_MAX = 16_384;
/** Of these, by one neighbour. */
export const CROSSINGS_PER_NEIGHBOUR_MAX = 8192;
/** Hosts of other networks that one host may have ways to at once. */
export const CROSSINGS_PER_HOST_MAX = 64;

/** See the head of this file. */
export class Crossings {
  readonly all: Set<Crossing> = new Set();
  readonly deadlines: Deadlines<Crossing> = new Deadlines();
  readonly #byEnd = new Map<string, Crossing>();
  readonly #byPeer = new KeyedSets<string, Crossing>();
  readonly #byAsker = new KeyedSets<string, Crossing>();
  #lastId = 0;

  /** An id for a neighbour that this node asks. */
  nextId(): number {
    this.#lastId = this.#lastId === 0xffff_ffff ? 1 : this.#lastId + 1;
    return this.#lastId;
  }

  at(side: Side, peer: string, id: number): Crossing | undefined {
    return this.#byEnd.get(endKey(side, peer, id));
  }

  /** All as of now: who ends some of them may begin others, which are in {@link all} at once. */
  list(): readonly Crossing[] {
    return [...this.all];
  }

  /** Those whose way goes by a neighbour. */
  of(peer: string): readonly Crossing[] {
    return [...this.#byPeer.of(peer)];
  }

  /** The neighbours on the ways of all of them. */
  get peers(): readonly string[] {
    return [...this.#byPeer.keys()];
  }

  /** Those of one asking host. */
  askedBy(key: string): ReadonlySet<Crossing> {
    return this.#byAsker.of(key);
  }

  /** Why one more cannot be; `undefined`: it can. @param by the neighbour that asks; `undefined`: this node */
  fullText(key: string, by: string | undefined): string | undefined {
    if (this.askedBy(key).size >= CROSSINGS_PER_HOST_MAX)
      return `one host may have ways to ${CROSSINGS_PER_HOST_MAX} hosts of other networks at once`;
    if (this.all.size >= CROSSINGS_MAX || this.#byPeer.of(by ?? "").size >= CROSSINGS_PER_NEIGHBOUR_MAX)
      return "the gateway has as many ways as it can";
    return undefined;
  }

  add(crossing: Crossing): void {
    this.all.add(crossing);
    this.#byAsker.add(crossing.subject.key, crossing);
    if (crossing.up !== undefined) this.#put("asked", crossing.up, crossing);
  }

  /** The way goes on by another neighbour. */
  setDown(crossing: Crossing, down: CrossingEnd | undefined): void {
    if (crossing.down !== undefined) this.#take("asking", crossing.down, crossing);
    crossing.down = down;
    if (down !== undefined) this.#put("asking", down, crossing);
  }

  delete(crossing: Crossing): void {
    if (!this.all.delete(crossing)) return;
    this.deadlines.delete(crossing);
    this.#byAsker.delete(crossing.subject.key, crossing);
    if (crossing.up !== undefined) this.#take("asked", crossing.up, crossing);
    if (crossing.down !== undefined) this.#take("asking", crossing.down, crossing);
  }

  #put(side: Side, { peer, id }: CrossingEnd, crossing: Crossing): void {
    this.#byEnd.set(endKey(side, peer, id), crossing);
    this.#byPeer.add(peer, crossing);
  }

  #take(side: Side, { peer, id }: CrossingEnd, crossing: Crossing): void {
    this.#byEnd.delete(endKey(side, peer, id));
    if (crossing.up?.peer === peer && crossing.down?.peer === peer && this.all.has(crossing)) return;
    this.#byPeer.delete(peer, crossing);
  }
}

function endKey(side: Side, peer: string, id: number): string {
  return `${side} ${peer} ${id}`;
}
