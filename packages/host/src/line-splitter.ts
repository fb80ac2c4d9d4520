const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Cuts a stream of octets into lines of bounded length; what a line has beyond the bound is left out. */
export class LineSplitter {
  readonly #maxOctets: number;
  readonly #emit: (line: string) => void;
  #held: Uint8Array[] = [];
  #heldOctets = 0;

  /**
   * @param maxOctets of a line, its end excluded
   * @param emit takes a line without its end; what is not UTF-8 has become U+FFFD
   */
  constructor(maxOctets: number, emit: (line: string) => void) {
    this.#maxOctets = maxOctets;
    this.#emit = emit;
  }

  /** Takes the next octets; they may be used again after the call. */
  write(octets: Uint8Array): void {
    let start = 0;
    for (let end = octets.indexOf(NEWLINE); end !== -1; end = octets.indexOf(NEWLINE, start)) {
      this.#hold(octets.subarray(start, end));
      this.#flush();
      start = end + 1;
    }
    this.#hold(octets.subarray(start));
  }

  /** The stream is over: a last line without an end is a line. */
  end(): void {
    if (this.#heldOctets > 0) this.#flush();
  }

  #hold(part: Uint8Array): void {
    const kept = part.slice(0, this.#maxOctets - this.#heldOctets);
    if (kept.length === 0) return;
    this.#held.push(kept);
    this.#heldOctets += kept.length;
  }

  #flush(): void {
    const line = Buffer.concat(this.#held);
    this.#held = [];
    this.#heldOctets = 0;
    const end = line.at(-1) === CARRIAGE_RETURN ? line.length - 1 : line.length;
    this.#emit(line.toString("utf8", 0, end));
  }
}
