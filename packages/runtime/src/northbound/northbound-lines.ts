import type { Socket } from "node:net";
import type { Writable } from "node:stream";
import { NORTHBOUND_LINE_MAX_OCTETS } from "./northbound-protocol.ts";

/** Octets of lines that a reader leaves; then it counts as gone. */
export const UNREAD_MAX_OCTETS = 65_536;
/** After the answer, the connection is read so often: a lower node that talks without end waits for us. */
export const READ_INTERVAL_MS = 50;

/** The lines that a lower node writes: the answer first, then what changes. A longer one ends the connection. */
export class NorthboundLines {
  readonly #connection: Socket;
  readonly #first = Promise.withResolvers<string>();
  readonly #handleLine: (line: string) => void;
  #isAnswered = false;
  #pending = "";
  #timer: NodeJS.Timeout | undefined;

  /** @param handleLine takes the newest line of those that came together, after the first */
  constructor(connection: Socket, handleLine: (line: string) => void) {
    this.#connection = connection;
    this.#handleLine = handleLine;
    // Nobody may be waiting any more when it settles.
    this.#first.promise.catch(() => {});
    connection.setEncoding("utf8");
    connection.on("data", (text: string) => this.#take(text));
    connection.once("close", () => {
      clearTimeout(this.#timer);
      this.#first.reject(new Error("the node beneath closed the connection"));
    });
  }

  /** The answer; rejects when the connection ends before, or `signal` aborts. */
  async first(signal: AbortSignal): Promise<string> {
    signal.addEventListener("abort", () => this.#first.reject(new Error("the node beneath does not answer")));
    return this.#first.promise;
  }

  #take(text: string): void {
    const lines = (this.#pending + text).split("\n");
    this.#pending = lines.pop() ?? "";
    if ([...lines, this.#pending].some((line) => line.length > NORTHBOUND_LINE_MAX_OCTETS))
      return void this.#connection.destroy();
    if (!this.#isAnswered && lines.length > 0) {
      this.#isAnswered = true;
      this.#first.resolve(lines.shift()!);
    }
    const newest = lines.at(-1);
    if (newest !== undefined) this.#handleLine(newest);
    if (this.#isAnswered) this.#rest();
  }

  #rest(): void {
    this.#connection.pause();
    this.#timer = setTimeout(() => this.#connection.resume(), READ_INTERVAL_MS);
  }
}

/** Writes a line to an upper node; false, and nothing is written: it does not read. */
export function sayLine(to: Writable, line: string): boolean {
  if (to.writableLength > UNREAD_MAX_OCTETS) return false;
  to.write(line);
  return true;
}
