/**
 * Step 7 of the corridor and its way back: label stacks in the octets of a frame (RFC 3032).
 */
import { INITIAL_TTL, LABEL_STACK_ENTRY_OCTETS, packLabelStackEntry } from "@flor/wire";

/**
 * Pushes `stack` (top first) at `offset`, all entries with `ttl`; the last gets the bottom-of-stack bit.
 *
 * @returns the offset behind the stack, where the payload begins
 */
export function pushStack(view: DataView, offset: number, stack: readonly number[], ttl: number): number {
  let at = offset;
  for (let i = 0; i < stack.length; i += 1) {
    view.setUint32(at, packLabelStackEntry(stack[i] ?? 0, 0, i === stack.length - 1, ttl));
    at += LABEL_STACK_ENTRY_OCTETS;
  }
  return at;
}

/** The label of a stack entry's 32-bit word. */
export function labelOf(entry: number): number {
  return entry >>> 12;
}

/** The traffic class of a stack entry's 32-bit word, 0 to 7 (RFC 5462). */
export function trafficClassOf(entry: number): number {
  return (entry >>> 9) & 7;
}

/** Whether a stack entry's 32-bit word is the bottom of its stack. */
export function isBottom(entry: number): boolean {
  return (entry & 0x100) !== 0;
}

/**
 * The TTL that leaves this node with a frame whose top entry came in as `entry`; 0: the frame must not go on (RFC 3032
 * section 2.4.1). What comes in above {@link INITIAL_TTL} counts as that.
 */
export function outgoingTtl(entry: number): number {
  const ttl = Math.min(entry & 0xff, INITIAL_TTL);
  return ttl === 0 ? 0 : ttl - 1;
}

/** Writes `ttl` into the entry at `offset`: the uniform model within a layer (RFC 3443 section 2.1). */
export function writeTtl(view: DataView, offset: number, ttl: number): void {
  view.setUint8(offset + 3, ttl);
}
