import { INITIAL_TTL, LABEL_FIRST_FREE, LABEL_STACK_ENTRY_OCTETS, packLabelStackEntry, viewOf } from "@flor/wire";

/** Minimum octets of a content with a label and a number. */
export const NUMBERED_OCTETS: number = LABEL_STACK_ENTRY_OCTETS + 4;

/** The number of frames that only open the path; cases ignore them. */
export const KNOCK_INDEX = 0xf10ff10f;

/** Content of a data frame: one label, the frame's number, and octets that depend on both; as much of it as fits. */
export function frameContent(length: number, index: number): Uint8Array {
  const whole = new Uint8Array(Math.max(length, NUMBERED_OCTETS));
  const view = viewOf(whole);
  view.setUint32(0, packLabelStackEntry(LABEL_FIRST_FREE, 0, true, INITIAL_TTL));
  view.setUint32(LABEL_STACK_ENTRY_OCTETS, index);
  let state = Math.imul(index + 1, 0x9e3779b1) ^ length;
  for (let at = NUMBERED_OCTETS; at < whole.length; at += 1) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + at;
    whole[at] = state >>> 24;
  }
  return whole.subarray(0, length);
}

/** The number of a frame that {@link frameContent} made; `undefined`: it is too short for one. */
export function indexOf(content: Uint8Array): number | undefined {
  return content.length < NUMBERED_OCTETS ? undefined : viewOf(content).getUint32(LABEL_STACK_ENTRY_OCTETS);
}

/** Whether two contents are the same, octet for octet. */
export function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
