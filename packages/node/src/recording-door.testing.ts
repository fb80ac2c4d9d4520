import { viewOf } from "@flor/wire";
import type { FrameDoor } from "./frame-door.ts";

/** A link's end that keeps what is written to it. */
export interface RecordingDoor extends FrameDoor {
  readonly frames: Uint8Array[];
  hasCredit: boolean;
}

/** A {@link RecordingDoor} with credit. */
export function recordingDoor(): RecordingDoor {
  const octets = new Uint8Array(65_536);
  const door: RecordingDoor = {
    bundle: { octets, view: viewOf(octets) },
    bundleLimit: 61_440,
    frames: [],
    hasCredit: true,
    reserve: () => (door.hasCredit ? 8 : -1),
    commit: (length) => void door.frames.push(octets.slice(8, 8 + length)),
    flush: () => {},
  };
  return door;
}
