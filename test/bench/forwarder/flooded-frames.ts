import {
  FRAME_DATA,
  FRAME_HEADER_OCTETS,
  INITIAL_TTL,
  LABEL_STACK_ENTRY_OCTETS,
  packLabelStackEntry,
  SESSION_TOKEN_OCTETS,
  type Token,
  viewOf,
  writeFrameHeader,
} from "@flor/wire";

/** The token of every frame, into the forwarder and out of it. */
export const FLOOD_TOKEN: Token = { high: 0x1234_5678, low: 0x9abc_def0 };

/** The label under the one that is popped. */
const NEXT_LABEL = 4242;

/** Frames back to back, as many as fit `octets`, behind room for a session token. */
export function floodedFrames(label: number, frameOctets: number, octets: number): Uint8Array {
  const count = Math.floor((octets - SESSION_TOKEN_OCTETS) / frameOctets);
  const frames = new Uint8Array(SESSION_TOKEN_OCTETS + count * frameOctets);
  const view = viewOf(frames);
  for (let at = SESSION_TOKEN_OCTETS; at < frames.length; at += frameOctets) {
    const length = frameOctets - FRAME_HEADER_OCTETS;
    writeFrameHeader(view, at, { type: FRAME_DATA, flags: 0, length, port: 0, token: FLOOD_TOKEN });
    const stack = at + FRAME_HEADER_OCTETS;
    view.setUint32(stack, packLabelStackEntry(label, 0, false, INITIAL_TTL));
    view.setUint32(stack + LABEL_STACK_ENTRY_OCTETS, packLabelStackEntry(NEXT_LABEL, 0, true, INITIAL_TTL));
  }
  return frames;
}
