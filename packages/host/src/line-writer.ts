import { write } from "node:fs";

/** Lines that wait for a reader who does not read; further ones are lost rather than kept. */
export const WAITING_MAX_OCTETS = 1_048_576;
/** After this a reader that had no room is tried again. */
const FULL_PAUSE_MS = 100;

/** Nothing was written, and the same octets may be offered again. */
const AGAIN: ReadonlySet<string> = new Set(["EAGAIN", "EINTR"]);

/** What is lost with the octets under way. */
interface Batch {
  readonly lost: number;
  readonly lines: number;
}

/**
 * Writes lines to a descriptor, and never holds up who writes them: where the disk is full or the reader is gone, lines
 * are lost until it is otherwise. `sonic-boom`, which pino would take, ends the process then, or hangs it at its end.
 */
export class LineWriter {
  readonly #descriptor: number;
  #waiting: string[] = [];
  #waitingOctets = 0;
  #isWriting = false;
  /** The last line that was written lacks its end. */
  #isCut = false;
  /** Lines that nobody will read, since the last time that this was said. */
  #lost = 0;
  readonly #lostLine: (lines: number) => string;

  /** @param lostLine the line, with its end, that says how many were lost; written when writing works again */
  constructor(descriptor: number, lostLine: (lines: number) => string) {
    this.#descriptor = descriptor;
    this.#lostLine = lostLine;
  }

  /** Takes a line with its end. */
  write(line: string): void {
    const octets = Buffer.byteLength(line);
    if (this.#waitingOctets + octets > WAITING_MAX_OCTETS) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(line);
    this.#waitingOctets += octets;
    if (!this.#isWriting) this.#writeWaiting();
  }

  #writeWaiting(): void {
    this.#isWriting = this.#waiting.length > 0;
    if (!this.#isWriting) return;
    const lost = this.#lost === 0 ? "" : this.#lostLine(this.#lost);
    const octets = Buffer.from((this.#isCut ? "\n" : "") + lost + this.#waiting.join(""));
    const batch = { lost: this.#lost, lines: this.#waiting.length };
    this.#waiting = [];
    this.#waitingOctets = 0;
    this.#lost = 0;
    this.#writeRest(octets, batch);
  }

  #writeRest(rest: Buffer, batch: Batch): void {
    write(this.#descriptor, rest, (error, written) => {
      if (error === null) this.#handleWritten(rest, written, batch);
      // A timer that does not keep the process: it may end with a reader that never reads.
      else if (AGAIN.has(error.code ?? "")) setTimeout(() => this.#writeRest(rest, batch), FULL_PAUSE_MS).unref();
      else {
        this.#lost += batch.lost + batch.lines;
        this.#writeWaiting();
      }
    });
  }

  #handleWritten(octets: Buffer, written: number, batch: Batch): void {
    this.#isCut = written < octets.length;
    if (this.#isCut) this.#writeRest(octets.subarray(written), batch);
    else this.#writeWaiting();
  }
}
