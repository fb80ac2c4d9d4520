/**
 * What a link process writes on stdout and stderr, as log lines: bounded in length, in number a second and in memory.
 * The pipes are always read, so that a link which writes too much is never stopped by it.
 */
import { type Instant, RateBudget } from "@flor/machine";
import { LineSplitter } from "./line-splitter.ts";
import { LOG_LINE_MAX_OCTETS, type LogLevel, type LogLine, parseLogLine } from "./log-line.ts";
import { quote } from "./quote.ts";

/** Where a line was written. */
export type LinkOutput = "stdout" | "stderr";

/** The two outputs of one process. */
export interface LinkOutputs {
  /** Takes what the process wrote; borrowed. */
  handleOctets(output: LinkOutput, octets: Uint8Array, now: Instant): void;
  /** Nothing more comes: lines without an end, and what was suppressed, come out. */
  end(): void;
}

/** Lines kept to be shown when the link fails. */
const RECENT_LINES_MAX = 200;

const RECENT_LINE_MAX_OCTETS = 1024;
const LINES_PER_SECOND = 1000;
const LINE_OCTETS_PER_SECOND = 1_048_576;
/** After a line was too much, none is looked at for this long. */
const REFUSE_MS = 100;

/** The log of one link, over all its processes. */
export class LinkLog {
  readonly #lines = new RateBudget(LINES_PER_SECOND);
  readonly #octets = new RateBudget(LINE_OCTETS_PER_SECOND);
  readonly #emit: (line: LogLine) => void;
  readonly #recent: string[] = [];
  #now: Instant = 0;
  #refusesUntil: Instant = 0;
  #suppressed = 0;
  #cutOctets = 0;
  #reported = 0;

  /** @param emit takes each line, at most 1,000 and 1 MiB a second */
  constructor(emit: (line: LogLine) => void) {
    this.#emit = emit;
  }

  /** The last 200 lines, oldest first. */
  get recent(): readonly string[] {
    return [...this.#recent];
  }

  /** Lines that were left out, since the start. */
  get suppressed(): number {
    return this.#suppressed;
  }

  /** The outputs of a new process. */
  openOutputs(): LinkOutputs {
    const splitters = { stdout: this.#splitter("info"), stderr: this.#splitter("warn") };
    return {
      handleOctets: (output, octets, now) => {
        this.#now = now;
        splitters[output].write(octets);
      },
      end: () => {
        splitters.stdout.end();
        splitters.stderr.end();
        this.#reportSuppressed();
      },
    };
  }

  #splitter(plainLevel: LogLevel): LineSplitter {
    return new LineSplitter(LOG_LINE_MAX_OCTETS, {
      handleLine: (line) => this.#take(line, plainLevel),
      wantsLines: () => this.#now >= this.#refusesUntil && this.#lines.allows(1, this.#now),
      handleUnwanted: (lines) => void (this.#suppressed += lines),
      handleCut: (octets) => this.#cut(octets),
    });
  }

  #take(text: string, plainLevel: LogLevel): void {
    if (!this.#lines.take(1, this.#now) || !this.#octets.take(text.length, this.#now)) {
      this.#refusesUntil = this.#now + REFUSE_MS;
      this.#suppressed += 1;
      return;
    }
    this.#reportSuppressed();
    const line = parseLogLine(text, plainLevel);
    this.#recent.push(quote(line.text, RECENT_LINE_MAX_OCTETS));
    if (this.#recent.length > RECENT_LINES_MAX) this.#recent.shift();
    this.#emit(line);
  }

  /** Octets without an end are lines left out, one for each that would have been full. */
  #cut(octets: number): void {
    this.#cutOctets += octets;
    this.#suppressed += Math.floor(this.#cutOctets / LOG_LINE_MAX_OCTETS);
    this.#cutOctets %= LOG_LINE_MAX_OCTETS;
  }

  #reportSuppressed(): void {
    const suppressed = this.#suppressed - this.#reported;
    if (suppressed === 0) return;
    this.#reported = this.#suppressed;
    const text = `${suppressed} lines suppressed: more than ${LINES_PER_SECOND} or 1 MiB a second`;
    this.#emit({ level: "warn", text, fields: { suppressed } });
  }
}
