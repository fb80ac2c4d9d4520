import { write } from "node:fs";

/** Lines that wait for a reader who does not read; further ones are lost rather than kept. */
const WAITING_MAX_OCTETS = 1024 * 1024;
/** After this a reader that had no room is tried again. */
const FULL_PAUSE_MS = 100;

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

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Takes a line with its end. */
  write(line: string): void {
    const octets = Buffer.byteLength(line);
    if (this.#waitingOctets + octets > WAITING_MAX_OCTETS) return;
    this.#waiting.push(line);
    this.#waitingOctets += octets;
    if (!this.#isWriting) this.#writeWaiting();
  }

  #writeWaiting(): void {
    this.#isWriting = this.#waiting.length > 0;
    if (!this.#isWriting) return;
    const octets = Buffer.from((this.#isCut ? "\n" : "") + this.#waiting.join(""));
    this.#waiting = [];
    this.#waitingOctets = 0;
    this.#writeRest(octets);
  }

  #writeRest(rest: Buffer): void {
    write(this.#descriptor, rest, (error, written) => {
      if (error === null) this.#handleWritten(rest, written);
      // A timer that does not keep the process: it may end with a reader that never reads.
      else if (error.code === "EAGAIN") setTimeout(() => this.#writeRest(rest), FULL_PAUSE_MS).unref();
      else this.#writeWaiting();
    });
  }

  #handleWritten(octets: Buffer, written: number): void {
    this.#isCut = written < octets.length;
    if (this.#isCut) this.#writeRest(octets.subarray(written));
    else this.#writeWaiting();
  }
}
