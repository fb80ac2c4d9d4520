/** What all three parts of a node do with a crossing: send along it, size it, and end it. */
import { DropCounters, type Instant } from "@flor/machine";
import type { AreaMessage } from "@flor/wire";
import { answerOf, goneOf, type Proof, type Refusal } from "./answer-text.ts";
import type { AreaDoors } from "./area-doors.ts";
import type { Crossing, CrossingEnd } from "./crossing.ts";
import type { Crossings } from "./crossings.ts";
import type { ForeignHosts } from "./foreign-hosts.ts";
import { encodeRoom, isSameRoom, narrower, type Room } from "./room.ts";
import type { Trust } from "./trust.ts";

/** Seconds for which a way stands that is not asked for again. */
export const LEASE_SECONDS = 300;
/** A neighbour answers within this time, or another one is asked. */
export const ANSWER_MS = 5000;

/** What was ignored or refused. */
export const AREA_DROPS = [
  /** Messages that broke the format, or that their sender may not send. */
  "malformed",
  /** Asks beyond what a neighbour or a host may ask. */
  "too-many-asks",
  /** Asks that were refused: by a rule, by what their records show, or by a bound. */
  "refused-asks",
  /** What was said of a way that had ended by then, or that never was. */
  "late",
  /** Answers that name a host which their records do not show to be the one that was asked for. */
  "false-answers",
] as const;

/** One of {@link AREA_DROPS}. */
export type AreaDrop = (typeof AREA_DROPS)[number];

/** What the parts share. */
export interface AreaParts {
  /** Another one once this node's key is replaced. */
  ownKey: string;
  readonly doors: AreaDoors;
  readonly trust: Trust;
  readonly crossings: Crossings;
  readonly hosts: ForeignHosts;
  readonly ways: Ways;
}

/** See the head of this file. */
export class Ways {
  readonly drops: DropCounters<AreaDrop> = new DropCounters(AREA_DROPS);
  readonly #doors: AreaDoors;
  readonly #crossings: Crossings;

  constructor(doors: AreaDoors, crossings: Crossings) {
    this.#doors = doors;
    this.#crossings = crossings;
  }

  sendUp({ up }: Crossing, make: (id: number) => AreaMessage): void {
    if (up !== undefined) this.#doors.send(up.peer, "asked", make(up.id));
  }

  sendDown({ down }: Crossing, make: (id: number) => AreaMessage): void {
    if (down !== undefined) this.#doors.send(down.peer, "asking", make(down.id));
  }

  /** What crosses from this node on, by the neighbour at that end. */
  roomBy(end: CrossingEnd): Room {
    return narrower(end.room, this.#doors.wayTo(end.peer));
  }

  /** Refuses an ask that holds nothing here. */
  refuse(peer: string, id: number, refusal: Refusal): void {
    this.drops.add("refused-asks");
    this.#doors.send(peer, "asked", answerOf(id, refusal));
  }

  /** The room of one half of a way changed: the node in the other direction hears of it. */
  tellRoom(crossing: Crossing): void {
    const { up, down } = crossing;
    if (up === undefined || down === undefined || !crossing.isOpen) return;
    const [there, back] = [this.roomBy(down), this.roomBy(up)];
    if (!isSameRoom(there, up.told)) this.sendUp(crossing, (id) => ({ id, change: { room: encodeRoom(there) } }));
    if (!isSameRoom(back, down.told)) this.sendDown(crossing, (id) => ({ id, change: { room: encodeRoom(back) } }));
    up.told = there;
    down.told = back;
  }

  /** Both neighbours hear that it is over, but for the one who said so; its labels lead nowhere from now on. */
  end(crossing: Crossing, refusal: Refusal, now: Instant, { said, proof }: EndOptions = {}): void {
    if (!this.#crossings.all.has(crossing)) return;
    if (said !== "up") {
      if (crossing.isOpen || crossing.up === undefined) this.sendUp(crossing, (id) => goneOf(id, refusal, proof));
      else this.sendUp(crossing, (id) => answerOf(id, refusal));
    }
    if (said !== "down") this.sendDown(crossing, (id) => goneOf(id, refusal, proof));
    this.releaseLabels(crossing, now);
    this.#crossings.delete(crossing);
    crossing.isOpen = false;
  }

  releaseLabels({ up, down }: Crossing, now: Instant): void {
    for (const end of [up, down]) {
      if (end?.ownLabel !== undefined) this.#doors.release(end.ownLabel, now);
      if (end !== undefined) end.ownLabel = undefined;
    }
  }
}

/** How a crossing ends. */
export interface EndOptions {
  /** Who said so, and need not hear it. */
  readonly said?: "up" | "down" | undefined;
  readonly proof?: Proof | undefined;
}
