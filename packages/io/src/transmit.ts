/** Sends `octets[offset, offset + length)`, borrowed: sent or copied before it returns. */
export type Transmit = (octets: Uint8Array, offset: number, length: number) => void;

/** Sends datagrams together. What {@link Transmit} is given meanwhile goes after them. */
export interface TransmitQueue {
  /** Sends `octets[offset, offset + length)` in `flush` at the latest; until then they stay as they are. */
  queue(octets: Uint8Array, offset: number, length: number): void;
  /** Sends what waits, in order. */
  flush(): void;
}

/** Sends each at once. */
export function queueOf(transmit: Transmit): TransmitQueue {
  return { queue: transmit, flush: () => {} };
}
