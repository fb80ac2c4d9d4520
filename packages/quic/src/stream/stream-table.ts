import { transportError } from "../packet/transport-error.ts";
import type { BlockPool } from "./block-pool.ts";
import { Stream } from "./stream.ts";
import type { StreamLimits } from "./stream-limits.ts";

/** Stream ids of one kind lie this far apart, RFC 9000 section 2.1. */
export const STREAM_ID_STEP = 4;
const UNIDIRECTIONAL = 2;

/** What the peer's transport parameters allow its streams and ours. */
export interface PeerStreamLimits {
  /** For streams that we open. */
  readonly initialMaxStreamDataBidiRemote: number;
  /** For streams that the peer opens. */
  readonly initialMaxStreamDataBidiLocal: number;
  readonly initialMaxStreamsBidi: number;
}

/** Which streams there are, which were, and how many there may be: RFC 9000 sections 2.1 and 4.6. */
export class StreamTable {
  readonly #streams = new Map<number, Stream>();
  /** Below the peer's highest id, and never heard of. At most as many as the peer may open. */
  readonly #skipped = new Set<number>();
  readonly #limits: StreamLimits;
  readonly #pool: BlockPool;
  readonly #ours: 0 | 1;
  #nextOurs: number;
  #nextPeers: number;
  #closedPeers = 0;
  #peerLimits: PeerStreamLimits = {
    initialMaxStreamDataBidiRemote: 0,
    initialMaxStreamDataBidiLocal: 0,
    initialMaxStreamsBidi: 0,
  };
  /** Streams that the peer lets us open, ever. */
  peerMaxStreams = 0;
  /** What our last MAX_STREAMS said. */
  toldMaxStreams: number;
  /** Why `resolve` found none: a transport error, or 0 for a stream that is over. */
  error = 0;

  constructor(role: "client" | "server", limits: StreamLimits, pool: BlockPool) {
    this.#limits = limits;
    this.#pool = pool;
    this.#ours = role === "client" ? 0 : 1;
    this.#nextOurs = this.#ours;
    this.#nextPeers = 1 - this.#ours;
    this.toldMaxStreams = limits.maxPeerStreams;
  }

  get all(): Iterable<Stream> {
    return this.#streams.values();
  }

  get size(): number {
    return this.#streams.size;
  }

  get(id: number): Stream | undefined {
    return this.#streams.get(id);
  }

  /** The peer's transport parameters are known. */
  setPeerLimits(limits: PeerStreamLimits): void {
    this.#peerLimits = limits;
    this.peerMaxStreams = Math.max(this.peerMaxStreams, limits.initialMaxStreamsBidi);
  }

  /** Streams that we may still open. */
  get left(): number {
    return Math.max(0, this.peerMaxStreams - (this.#nextOurs - this.#ours) / STREAM_ID_STEP);
  }

  /** Opens a stream; `undefined` at the peer's limit. */
  open(): Stream | undefined {
    if (this.left === 0) return undefined;
    const stream = this.#add(this.#nextOurs, false, this.#peerLimits.initialMaxStreamDataBidiRemote);
    this.#nextOurs += STREAM_ID_STEP;
    return stream;
  }

  /** The stream that a peer's frame is for, opened by it when it is the peer's to open; else `undefined` and `error`. */
  resolve(id: number): Stream | undefined {
    const known = this.#streams.get(id);
    if (known !== undefined) return known;
    this.error = 0;
    if ((id & 1) === this.#ours) {
      // Ours: over, or never opened.
      if (id >= this.#nextOurs || (id & UNIDIRECTIONAL) !== 0) this.error = transportError.streamState;
      return undefined;
    }
    if ((id & UNIDIRECTIONAL) !== 0 || id >= this.toldMaxStreams * STREAM_ID_STEP) {
      this.error = transportError.streamLimit;
      return undefined;
    }
    if (id < this.#nextPeers) return this.#skipped.delete(id) ? this.#addPeers(id) : undefined;
    for (let lower = this.#nextPeers; lower < id; lower += STREAM_ID_STEP) this.#skipped.add(lower);
    this.#nextPeers = id + STREAM_ID_STEP;
    return this.#addPeers(id);
  }

  /** A stream is over at both ends; its place is free again when the peer opened it. */
  delete(stream: Stream): void {
    this.#streams.delete(stream.id);
    if ((stream.id & 1) !== this.#ours) this.#closedPeers += 1;
  }

  /** What MAX_STREAMS may say now. */
  get maxStreams(): number {
    return this.#limits.maxPeerStreams + this.#closedPeers;
  }

  #addPeers(id: number): Stream {
    return this.#add(id, true, this.#peerLimits.initialMaxStreamDataBidiLocal);
  }

  #add(id: number, isNew: boolean, sendLimit: number): Stream {
    const stream = new Stream(id, isNew, sendLimit, this.#limits.initialStreamWindowOctets, this.#pool);
    this.#streams.set(id, stream);
    return stream;
  }
}
