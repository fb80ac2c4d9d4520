/**
 * The MPLS label stack entry (RFC 3032 section 2.1), four octets big-endian, top of stack first:
 *
 *   | label (20) | TC (3) | S (1) | TTL (8) |
 */

/** Octets of one label stack entry. */
export const LABEL_STACK_ENTRY_OCTETS = 4;

/** The largest label value, 2^20 - 1. */
export const LABEL_MAX = 0xfffff;

/** The first label outside the special-purpose range (RFC 7274). */
export const LABEL_FIRST_FREE = 16;

/** The Generic Associated Channel Label, RFC 5586: control and OAM between neighbours. */
export const LABEL_GAL = 13;

/** Entries in a label stack at most. */
export const LABEL_STACK_MAX_DEPTH = 16;

/**
 * The TTL that an ingress node writes, and the most that a node in the middle believes: each hop takes an entry, and
 * repair may lead once around a hop. A higher one would only let a frame go around longer.
 */
export const INITIAL_TTL = 32;

/** The values of one entry. */
export interface LabelStackEntry {
  /** 0 to 1048575. */
  readonly label: number;
  /** Traffic class, 0 to 7. */
  readonly trafficClass: number;
  readonly bottom: boolean;
  /** 0 to 255. */
  readonly ttl: number;
}

/** Packs an entry into an unsigned 32-bit word. */
export function packLabelStackEntry(label: number, trafficClass: number, bottom: boolean, ttl: number): number {
  return ((label << 12) | (trafficClass << 9) | (bottom ? 0x100 : 0) | ttl) >>> 0;
}

/** Unpacks an unsigned 32-bit word. Every word is a valid entry. */
export function unpackLabelStackEntry(word: number): LabelStackEntry {
  return { label: word >>> 12, trafficClass: (word >>> 9) & 7, bottom: (word & 0x100) !== 0, ttl: word & 0xff };
}

/**
 * The octets of the label stack that starts at `offset`, or 0 when no bottom-of-stack entry lies before `end`
 * within {@link LABEL_STACK_MAX_DEPTH} entries.
 */
export function labelStackOctets(view: DataView, offset: number, end: number): number {
  const limit = Math.min(end, offset + LABEL_STACK_MAX_DEPTH * LABEL_STACK_ENTRY_OCTETS);
  for (let at = offset; at + LABEL_STACK_ENTRY_OCTETS <= limit; at += LABEL_STACK_ENTRY_OCTETS) {
    if ((view.getUint32(at) & 0x100) !== 0) return at + LABEL_STACK_ENTRY_OCTETS - offset;
  }
  return 0;
}
