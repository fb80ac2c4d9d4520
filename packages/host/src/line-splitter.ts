const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** Lines are mostly shorter. */
const FIRST_OCTETS = 256;

/** What a {@link LineSplitter} asks and tells. */
export interface LineSink {
  /** Takes a line without its end; what is not UTF-8 has become U+FFFD. */
  handleLine(line: string): void;
  /** Whether lines are wanted now; else they are counted and never made. @default always */
  wantsLines?(): boolean;
  /** So many lines ended unwanted. */
  handleUnwanted?(lines: number): void;
  /** So many octets of a line are beyond the bound and left out. */
  handleCut?(octets: number): void;
}

/** Cuts a stream of octets into lines of bounded length; what a line has beyond the bound is left out. */
export class LineSplitter {
  readonly #maxOctets: number;
  readonly #sink: LineSink;
  /** The line that is not whole yet, in one buffer: octets may come one by one. */
  #held = new Uint8Array(FIRST_OCTETS);
  #heldOctets = 0;

  /** @param maxOctets of a line, its end excluded */
  constructor(maxOctets: number, sink: LineSink) {
    this.#maxOctets = maxOctets;
    this.#sink = sink;
  }

  /** Takes the next octets; they may be used again after the call. */
  write(octets: Uint8Array): void {
    if (this.#sink.wantsLines?.() === false) return this.#count(octets);
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

  /** A link can write millions of lines a second: only their ends are looked at. */
  #count(octets: Uint8Array): void {
    let lines = 0;
    let start = 0;
    for (let at = 0; at < octets.length; at += 1) {
      if (octets[at] !== NEWLINE) continue;
      lines += 1;
      start = at + 1;
    }
    if (lines > 0) {
      this.#heldOctets = 0;
      this.#sink.handleUnwanted?.(lines);
    }
    this.#hold(octets.subarray(start));
  }

  #hold(part: Uint8Array): void {
    const kept = part.subarray(0, this.#maxOctets - this.#heldOctets);
    if (kept.length < part.length) this.#sink.handleCut?.(part.length - kept.length);
    this.#reserve(this.#heldOctets + kept.length);
    this.#held.set(kept, this.#heldOctets);
    this.#heldOctets += kept.length;
  }

  #reserve(octets: number): void {
    if (octets <= this.#held.length) return;
    const grown = new Uint8Array(Math.min(this.#maxOctets, Math.max(octets, 2 * this.#held.length)));
    grown.set(this.#held.subarray(0, this.#heldOctets));
    this.#held = grown;
  }

  #flush(): void {
    const line = Buffer.from(this.#held.buffer, 0, this.#heldOctets);
    this.#heldOctets = 0;
    const end = line.at(-1) === CARRIAGE_RETURN ? line.length - 1 : line.length;
    this.#sink.handleLine(line.toString("utf8", 0, end));
  }
}
