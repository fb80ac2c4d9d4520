const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** What a {@link LineSplitter} asks and tells. */
export interface LineSink {
  /** Takes a line without its end; what is not UTF-8 has become U+FFFD. */
  handleLine(line: string): void;
  /** Whether lines are wanted now; else they are counted and never made. @default always */
  wantsLines?(): boolean;
  /** So many lines ended unwanted. */
  handleUnwanted?(lines: number): void;
}

/** Cuts a stream of octets into lines of bounded length; what a line has beyond the bound is left out. */
export class LineSplitter {
  readonly #maxOctets: number;
  readonly #sink: LineSink;
  #held: Uint8Array[] = [];
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
      this.#held = [];
      this.#heldOctets = 0;
      this.#sink.handleUnwanted?.(lines);
    }
    this.#hold(octets.subarray(start));
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
    this.#sink.handleLine(line.toString("utf8", 0, end));
  }
}
