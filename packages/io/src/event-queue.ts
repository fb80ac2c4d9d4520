import { BoundedQueue } from "@flor/machine";
import type { FlorIoEvent } from "./event.ts";

/** Maximum number of waiting notices; a driver polls after every datagram. */
const EVENTS_MAX = 64;

/** Kinds of which only the newest matters: lists are whole and figures are cumulative. */
const SUPERSEDED: ReadonlySet<FlorIoEvent["type"]> = new Set(["ports", "neighbours", "counters", "credit"]);
/** Kinds that the other end can send endlessly. */
const DROPPABLE: ReadonlySet<FlorIoEvent["type"]> = new Set(["tooBig", "error", "drain"]);

/** Events for the layer above; bounded, whatever the other end sends. */
export class EventQueue {
  #events: BoundedQueue<FlorIoEvent["type"] | FlorIoEvent> = new BoundedQueue(EVENTS_MAX);
  #newest = new Map<FlorIoEvent["type"], FlorIoEvent>();
  #droppable = 0;

  /** Adds an event; false when it was dropped because too many wait. */
  push(event: FlorIoEvent): boolean {
    if (SUPERSEDED.has(event.type)) return this.#supersede(event);
    if (!DROPPABLE.has(event.type)) return this.#events.push(event);
    if (this.#droppable >= EVENTS_MAX / 2) return false;
    this.#droppable += 1;
    return this.#events.push(event);
  }

  /** Removes and returns the oldest event. */
  shift(): FlorIoEvent | undefined {
    const first = this.#events.shift();
    if (first === undefined) return undefined;
    if (typeof first !== "string") {
      if (DROPPABLE.has(first.type)) this.#droppable -= 1;
      return first;
    }
    const newest = this.#newest.get(first);
    this.#newest.delete(first);
    return newest;
  }

  /** Keeps the position of the oldest waiting event, with the content of the newest. */
  #supersede(event: FlorIoEvent): boolean {
    const waits = this.#newest.has(event.type);
    this.#newest.set(event.type, event);
    return waits || this.#events.push(event.type);
  }
}
