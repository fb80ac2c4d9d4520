import type { BodyLength } from "./body-length.ts";

/** Octets of a line between chunks at most: a size, its extensions, or a trailer. */
const LINE_MAX_OCTETS = 1024;
/** Octets of all trailers at most. */
const TRAILERS_MAX_OCTETS = 8192;
const SIZE_LINE = /^([0-9A-Fa-f]{1,12})[ \t]*(?:;[\t !-~\u0080-\u00ff]*)?\r?$/;
const TRAILER_LINE = /^(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t !-~\u0080-\u00ff]*)?\r?$/;

type Step = "size" | "data" | "data-end" | "trailers" | "done" | "malformed";

/** Finds where a request's body ends (RFC 9112 sections 6 and 7), in octets that go on as they are. */
export class BodyReader {
  #step: Step;
  /** Octets of the body, or of the chunk, that are to come. */
  #left = 0;
  #line = "";
  #trailerOctets = 0;
  readonly #isChunked: boolean;

  constructor(length: BodyLength) {
    this.#isChunked = length === "chunked";
    this.#left = length === "chunked" ? 0 : length;
    this.#step = this.#isChunked ? "size" : this.#left > 0 ? "data" : "done";
  }

  /** The body ended; what follows is none of it. */
  get isDone(): boolean {
    return this.#step === "done";
  }

  get isMalformed(): boolean {
    return this.#step === "malformed";
  }

  /** Octets at the front of `octets` that are the body's. */
  take(octets: Uint8Array): number {
    let at = 0;
    while (at < octets.length && this.#step !== "done" && this.#step !== "malformed") {
      if (this.#step === "data") at += this.#takeData(octets.length - at);
      else this.#takeLineOctet(octets[at++] ?? 0);
    }
    return at;
  }

  #takeData(available: number): number {
    const taken = Math.min(available, this.#left);
    this.#left -= taken;
    if (this.#left === 0) this.#step = this.#isChunked ? "data-end" : "done";
    return taken;
  }

  #takeLineOctet(octet: number): void {
    if (octet !== 0x0a) {
      this.#line += String.fromCharCode(octet);
      if (this.#line.length > LINE_MAX_OCTETS) this.#step = "malformed";
      return;
    }
    const line = this.#line;
    this.#line = "";
    this.#step = this.#stepAfter(line);
  }

  #stepAfter(line: string): Step {
    if (this.#step === "data-end") return line === "\r" || line === "" ? "size" : "malformed";
    if (this.#step === "trailers") return this.#stepAfterTrailer(line);
    const [, size] = SIZE_LINE.exec(line) ?? [];
    if (size === undefined) return "malformed";
    this.#left = Number.parseInt(size, 16);
    return this.#left === 0 ? "trailers" : "data";
  }

  #stepAfterTrailer(line: string): Step {
    if (line === "" || line === "\r") return "done";
    this.#trailerOctets += line.length;
    return TRAILER_LINE.test(line) && this.#trailerOctets <= TRAILERS_MAX_OCTETS ? "trailers" : "malformed";
  }
}
