import { FRAME_HEADER_OCTETS, frameField } from "@flor/wire";

/** Octets of the length before each frame. */
export const FRAME_LENGTH_OCTETS = 2;

const NOTHING = new Uint8Array(0);

/**
 * Finds the frames in a stream of octets: each is preceded by its length, 16 bits, big-endian.
 *
 * A frame that lies whole in a chunk is not copied; one that lies across chunks is, once.
 */
export class FrameReader {
  readonly #frameMax: number;
  readonly #partial: Uint8Array;
  #filled = 0;
  #chunk: Uint8Array = NOTHING;
  #at = 0;
  #error: string | undefined;

  /** @param frameMax octets of the longest frame taken */
  constructor(frameMax: number) {
    this.#frameMax = frameMax;
    this.#partial = new Uint8Array(FRAME_LENGTH_OCTETS + frameMax);
  }

  /** Why nothing more can be read: a length that no frame has. The stream is of no use any more. */
  get error(): string | undefined {
    return this.#error;
  }

  /** Gives it the stream's next octets, once `read` has returned `undefined` for those before; kept, not copied. */
  push(chunk: Uint8Array): void {
    this.#chunk = chunk;
    this.#at = 0;
  }

  /**
   * The next frame, without its length; borrowed until the next call.
   *
   * @returns `undefined` when more octets are needed, or at an {@link error}
   */
  read(): Uint8Array | undefined {
    if (this.#error !== undefined) return undefined;
    return this.#filled > 0 ? this.#readPartial() : this.#readWhole();
  }

  #readWhole(): Uint8Array | undefined {
    const chunk = this.#chunk;
    const at = this.#at;
    const left = chunk.length - at;
    const frameOctets = left < FRAME_LENGTH_OCTETS ? undefined : this.#lengthIn(chunk, at);
    if (frameOctets !== undefined && left >= FRAME_LENGTH_OCTETS + frameOctets) {
      this.#at = at + FRAME_LENGTH_OCTETS + frameOctets;
      return chunk.subarray(at + FRAME_LENGTH_OCTETS, this.#at);
    }
    if (this.#error === undefined) this.#take(left);
    return undefined;
  }

  #readPartial(): Uint8Array | undefined {
    if (this.#filled < FRAME_LENGTH_OCTETS) this.#take(FRAME_LENGTH_OCTETS - this.#filled);
    if (this.#filled < FRAME_LENGTH_OCTETS) return undefined;
    const frameOctets = this.#lengthIn(this.#partial, 0);
    if (frameOctets === undefined) return undefined;
    this.#take(FRAME_LENGTH_OCTETS + frameOctets - this.#filled);
    if (this.#filled < FRAME_LENGTH_OCTETS + frameOctets) return undefined;
    this.#filled = 0;
    return this.#partial.subarray(FRAME_LENGTH_OCTETS, FRAME_LENGTH_OCTETS + frameOctets);
  }

  /** Moves up to `octets` of the chunk to the partial frame. */
  #take(octets: number): void {
    const taken = this.#chunk.subarray(this.#at, this.#at + octets);
    this.#partial.set(taken, this.#filled);
    this.#filled += taken.length;
    this.#at += taken.length;
  }

  #lengthIn(octets: Uint8Array, at: number): number | undefined {
    const length = ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
    if (length >= FRAME_HEADER_OCTETS && length <= this.#frameMax) return length;
    this.#error = `a frame of ${length} octets where ${FRAME_HEADER_OCTETS} to ${this.#frameMax} are possible`;
    return undefined;
  }
}

/** A copy of the frame `octets[at, end)` as a stream carries it: its length before it, its port zero. */
export function encodeStreamFrame(octets: Uint8Array, at: number, end: number): Uint8Array {
  const length = end - at;
  const encoded = Buffer.allocUnsafe(FRAME_LENGTH_OCTETS + length);
  encoded.set(octets.subarray(at, end), FRAME_LENGTH_OCTETS);
  encoded.writeUInt16BE(length, 0);
  // The port is ours alone.
  encoded.writeUInt32BE(0, FRAME_LENGTH_OCTETS + frameField.port);
  return encoded;
}
