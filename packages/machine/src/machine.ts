import type { Instant } from "./instant.ts";

/**
 * The one door of every protocol machine. A machine owns no socket, no timer and no clock: it is handed
 * octets and the time, and asked what to send and when to be woken.
 *
 * @typeParam Received what a driver hands in, borrowed: valid only during the call
 * @typeParam Transmit what a driver must send next
 * @typeParam Event what the machine tells the layer above
 */
export interface Machine<Received, Transmit, Event> {
  /** Takes what arrived. Never throws on malformed input: it counts or closes. */
  handleReceive(received: Received, now: Instant): void;
  /** Call when `nextTimeout()` is due; early and late calls are harmless. */
  handleTimeout(now: Instant): void;
  /** The next thing to send, or `undefined` when there is nothing now. */
  pollTransmit(now: Instant): Transmit | undefined;
  /** When to call `handleTimeout`, or `undefined` for never. Ask again after every other call. */
  nextTimeout(): Instant | undefined;
  /** The next event for the layer above, or `undefined`. */
  pollEvent(): Event | undefined;
}
