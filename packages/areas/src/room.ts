/** How much payload crosses a way, or a part of one. */
import type { AreaRoom } from "@flor/wire";

/** Octets of payload; Infinity: as many as the rest of the way allows. */
export interface Room {
  readonly whole: number;
  /** Without segmentation at any link; at most `whole`. */
  readonly unsegmented: number;
}

/** No bound of its own. */
export const ANY_ROOM: Room = { whole: Infinity, unsegmented: Infinity };

/** QUIC's least packet (RFC 9000 section 14): a way that carries less carries nothing, and so nobody may say less. */
const ROOM_MIN_OCTETS = 1200;

/** What crosses both parts of a way; a part that is not known now bounds nothing. */
export function narrower(a: Room, b: Room | undefined): Room {
  if (b === undefined) return a;
  return { whole: Math.min(a.whole, b.whole), unsegmented: Math.min(a.unsegmented, b.unsegmented) };
}

export function isSameRoom(a: Room, b: Room): boolean {
  return a.whole === b.whole && a.unsegmented === b.unsegmented;
}

/** As it travels. */
export function encodeRoom({ whole, unsegmented }: Room): AreaRoom {
  return { whole: finite(whole), unsegmented: finite(unsegmented) };
}

/** As a peer says it; what makes no sense bounds nothing. */
export function decodeRoom(room: AreaRoom | null | undefined): Room {
  const whole = room?.whole || Infinity;
  const unsegmented = room?.unsegmented || whole;
  return whole < ROOM_MIN_OCTETS ? ANY_ROOM : { whole, unsegmented: Math.min(whole, unsegmented) };
}

function finite(octets: number): number {
  return octets === Infinity ? 0 : octets;
}
