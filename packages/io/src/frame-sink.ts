import type { Instant } from "@flor/machine";

/** Takes data frames from a Flor IO end. */
export interface FrameSink {
  /**
   * A run of whole data frames, back to back in `octets[offset, end)`; `view` covers `octets`. Borrowed: valid during
   * the call, may be changed in place. At least 8 octets lie before `offset`.
   */
  handleFrames(octets: Uint8Array, view: DataView, offset: number, end: number, now: Instant): void;
}
