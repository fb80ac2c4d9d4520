import type { NodeDoor } from "@flor/link-kit";
import type { CarriedStream, DialStream } from "./carried-stream.ts";
import { dialBackOff } from "./dial-back-off.ts";

/** A stream that lasts this long has worked: the next attempt after its end comes soon. */
const PROVEN_MS = 10_000;

/** What a {@link Redial} is made with. */
export interface RedialOptions {
  readonly node: NodeDoor;
  readonly address: string;
  /** The neighbour's node id. */
  readonly peer: string;
  readonly dial: DialStream;
  readonly handleStream: (stream: CarriedStream) => void;
  /** Why there is none, for people. */
  readonly handleProblem: (problem: string) => void;
}

/** Opens streams to one address: at `start`, and again with back-off whenever one is lost or cannot be had. */
export class Redial {
  readonly address: string;
  readonly #options: RedialOptions;
  readonly #backOff = dialBackOff();
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #isDialling = false;
  #lastReason: string | undefined;

  constructor(options: RedialOptions) {
    this.#options = options;
    this.address = options.address;
  }

  /** Begins. */
  start(): void {
    void this.#dial();
  }

  /**
   * There is no stream any more.
   *
   * @param lastedMs how long there was one; `undefined`: it never said hello
   */
  handleLost(reason: string, lastedMs: number | undefined): void {
    if (lastedMs !== undefined) this.#lastReason = undefined;
    if ((lastedMs ?? 0) >= PROVEN_MS) this.#backOff.reset();
    this.#retry(reason);
  }

  /** Ends the attempts. */
  close(): void {
    this.#abort.abort(new Error("the neighbour is no longer wanted"));
    clearTimeout(this.#timer);
  }

  async #dial(): Promise<void> {
    if (this.#isDialling) return;
    this.#isDialling = true;
    const { signal } = this.#abort;
    try {
      const stream = await this.#options.dial(this.address, signal, this.#options.peer);
      this.#isDialling = false;
      if (signal.aborted) stream.destroy();
      else this.#options.handleStream(stream);
    } catch (error) {
      this.#isDialling = false;
      this.#retry(error instanceof Error ? error.message : String(error));
    }
  }

  #retry(reason: string): void {
    if (this.#abort.signal.aborted || this.#isDialling) return;
    const { node } = this.#options;
    const delay = this.#backOff.next();
    node.count("redials");
    // The same words every time say nothing new.
    if (reason !== this.#lastReason) node.log("warn", `${this.address}: ${reason}; trying again`);
    this.#lastReason = reason;
    this.#options.handleProblem(reason);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#dial(), delay);
  }
}
