const LINE_MAX_OCTETS = 1024;

/** Lines of a program's output, each cut at 1 KiB, empty ones left out. */
export class LineReader {
  /** The last line. */
  last: string | undefined;
  readonly #handleLine: (line: string) => void;
  readonly #decoder = new TextDecoder();
  #text = "";

  constructor(handleLine: (line: string) => void) {
    this.#handleLine = handleLine;
  }

  /** Takes octets as they come. */
  push(octets: Uint8Array): void {
    const lines = (this.#text + this.#decoder.decode(octets, { stream: true })).split("\n");
    this.#text = (lines.pop() ?? "").slice(0, LINE_MAX_OCTETS);
    for (const line of lines) this.#take(line);
  }

  /** Nothing more comes: what is left is a line. */
  end(): void {
    this.#take(this.#text);
    this.#text = "";
  }

  #take(text: string): void {
    const line = text.trimEnd().slice(0, LINE_MAX_OCTETS);
    if (line === "") return;
    this.last = line;
    this.#handleLine(line);
  }
}
