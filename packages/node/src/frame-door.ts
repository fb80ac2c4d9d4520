/**
 * What the node needs of the Flor IO end of a link. `NodeEnd` of `packages/io` is one.
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
