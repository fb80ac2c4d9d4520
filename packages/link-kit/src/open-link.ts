import type { Neighbour } from "@flor/io";

/** An open link, as the kit drives it. */
export interface OpenLink {
  /**
   * Frames to neighbours: a run of whole data frames in `octets[offset, end)`; `view` covers `octets`. The port of
   * each is in its header. Borrowed: valid during the call, may be changed in place.
   */
  handleFrames(octets: Uint8Array, view: DataView, offset: number, end: number): void;
  /** Every neighbour that the node wants, whole, each time something changes. Repeats are harmless. */
  setNeighbours(neighbours: readonly Neighbour[]): void;
  /** The node takes frames again after `receive` or `receiveInPlace` returned false. */
  handleCreditRegained?(): void;
  /** Closes everything the link opened. Called once; the process exits when it is done, or after a second. */
  close(): Promise<void>;
}
