/** Stream ids of one kind lie this far apart (RFC 9000 section 2.1). */
export const STREAM_ID_STEP = 4;

/** Tells the streams that the peer opened apart into new ones and known ones, in whatever order they show up. */
export class PeerStreams {
  readonly #initiator: number;
  #next: number;
  /** Opened by a higher id, not seen yet: as many as the peer may open at most. */
  readonly #skipped = new Set<number>();

  /** @param initiator the low bits of the peer's bidirectional ids: 0 a client's, 1 a server's */
  constructor(initiator: 0 | 1) {
    this.#initiator = initiator;
    this.#next = initiator;
  }

  /** Whether the peer opened `stream` and it is asked about for the first time. */
  isNew(stream: number): boolean {
    if (stream % STREAM_ID_STEP !== this.#initiator) return false;
    if (stream < this.#next) return this.#skipped.delete(stream);
    for (let id = this.#next; id < stream; id += STREAM_ID_STEP) this.#skipped.add(id);
    this.#next = stream + STREAM_ID_STEP;
    return true;
  }
}
