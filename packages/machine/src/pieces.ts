const NO_OCTETS = new Uint8Array(0);

/** A run of octets that lies in several places: a list that is filled again and again, with no object for a piece. */
export class Pieces {
  /** Half a megabyte of a long stream. */
  static readonly MAX = 8;
  /** How many there are. */
  count = 0;
  /** Octets of all. */
  octets = 0;
  readonly #arrays: Uint8Array[] = Array.from({ length: Pieces.MAX }, () => NO_OCTETS);
  readonly #starts = new Uint32Array(Pieces.MAX);
  readonly #ends = new Uint32Array(Pieces.MAX);

  get isFull(): boolean {
    return this.count === Pieces.MAX;
  }

  clear(): void {
    this.count = 0;
    this.octets = 0;
  }

  /** Appends octets[start, end); borrowed until `clear`. Throws RangeError when full. */
  add(octets: Uint8Array, start: number, end: number): void {
    if (this.isFull) throw new RangeError(`a list of pieces holds ${Pieces.MAX}`);
    this.#arrays[this.count] = octets;
    this.#starts[this.count] = start;
    this.#ends[this.count] = end;
    this.count += 1;
    this.octets += end - start;
  }

  /** The array that piece `index` lies in. */
  arrayOf(index: number): Uint8Array {
    return this.#arrays[index] ?? NO_OCTETS;
  }

  startOf(index: number): number {
    return this.#starts[index] ?? 0;
  }

  endOf(index: number): number {
    return this.#ends[index] ?? 0;
  }

  /** A view of piece `index`. */
  at(index: number): Uint8Array {
    return this.arrayOf(index).subarray(this.startOf(index), this.endOf(index));
  }

  /**
   * Leaves out every piece behind the one that octet number `octets` lies in.
   *
   * @returns what is left of that piece from there on
   */
  cutBehind(octets: number): Uint8Array {
    let before = 0;
    for (let index = 0; index < this.count; index += 1) {
      const piece = this.at(index);
      if (octets < before + piece.length) {
        this.count = index + 1;
        this.octets = before + piece.length;
        return piece.subarray(octets - before);
      }
      before += piece.length;
    }
    return NO_OCTETS;
  }
}

/** Somebody who has octets and moves them where they are wanted. */
export interface OctetSource {
  /** Moves octets into the pieces, in order: how many; 0: there are none now. */
  readInto(pieces: Pieces): number;
}
