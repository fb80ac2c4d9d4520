import type { Instant } from "@flor/machine";

/**
 * What the node needs of the Flor IO end of a link. `FlorIoEnd` of `packages/io` is one.
 */
export interface FrameDoor {
  /** Where frames are written in place. */
  readonly bundle: { readonly octets: Uint8Array; readonly view: DataView };
  /** The largest bundle, session token included: frames that share it evenly waste nothing. */
  readonly bundleLimit: number;
  /** Offset for one frame of at most `octets` octets, header included; -1 when the link is not ready or out of credit. */
  reserve(octets: number): number;
  /** The frame at the reserved offset is `octets` long. */
  commit(octets: number): void;
  /** Sends what is written. */
  flush(): void;
}

/** Where a Flor IO end hands the frames that it received. */
export interface FrameSink {
  /**
   * A run of whole data frames, back to back in `octets[offset, end)`; `view` covers `octets`. Borrowed: valid during
   * the call, may be changed in place.
   */
  handleFrames(octets: Uint8Array, view: DataView, offset: number, end: number, now: Instant): void;
}
