/**
 * When a descriptor has something to read, from the loop that Node runs anyway: uv_poll, which koffi reaches. Node
 * itself offers no readiness without reading.
 */
import koffi from "koffi";

/**
 * What Node does after each of its own callbacks: `process.nextTick` and promises, and nothing where neither waits. An
 * immediate has it done too, but costs as much as the rest of a wake-up.
 */
const { _tickCallback: runTicks } = process as { _tickCallback?: () => void };

/** Watches one descriptor. Keeps the process alive while it does. */
export class Readiness {
  readonly #fd: number;
  readonly #onReadable: (hasError: boolean) => void;
  readonly #settle = (): void => this.#throwFault();
  #handle: ReturnType<typeof koffi.node.poll> | undefined;
  #isWanted = false;
  #isWatching = false;
  #fault: { readonly error: unknown } | undefined;

  /**
   * @param onReadable reads, or learns of the descriptor's error; called again, a round of the loop later, for as long
   *   as there is either. `hasError`: the descriptor holds an error, or its queue of errors does
   */
  constructor(fd: number, onReadable: (hasError: boolean) => void) {
    this.#fd = fd;
    this.#onReadable = onReadable;
  }

  /** Watches; harmless when it does already. Throws when the loop cannot watch such a descriptor. */
  start(): void {
    this.#isWanted = true;
    if (!this.#isWatching) this.#watch();
  }

  /** Watches no more, until `start`. */
  stop(): void {
    this.#isWanted = false;
    if (this.#isWatching) this.#handle?.stop();
    this.#isWatching = false;
  }

  /** Watches no more; to be called before the descriptor is closed. */
  close(): void {
    this.stop();
    this.#handle?.close();
    this.#handle = undefined;
  }

  #watch(): void {
    // koffi 3.3 passes libuv's status first, though its types name the events alone.
    const callback = (...[status]: unknown[]): void => this.#handlePoll(Number(status));
    if (this.#handle === undefined) this.#handle = koffi.node.poll(this.#fd, callback);
    else this.#handle.start(callback);
    this.#isWatching = true;
  }

  #handlePoll(status: number): void {
    // libuv calls this, not Node: what was promised meanwhile is run here, and what was thrown is reported by an immediate.
    try {
      this.#onReadable(status < 0);
      if (runTicks === undefined) setImmediate(this.#settle);
      else runWhatWaits(runTicks);
    } catch (error) {
      this.#fault = { error };
      setImmediate(this.#settle);
    }
    // Of a descriptor that holds an error libuv lets go; reading has taken the error away.
    if (status < 0) this.#isWatching = false;
    if (this.#isWanted && !this.#isWatching) this.#watch();
  }

  #throwFault(): void {
    const fault = this.#fault;
    if (fault === undefined) return;
    this.#fault = undefined;
    throw fault.error;
  }
}

/**
 * As Node does it: what a tick throws is reported while its asynchronous context is the current one, since Node ends the
 * process when it finds that context later and async_hooks are in use. A microtask reports it at once.
 */
function runWhatWaits(run: () => void): void {
  try {
    run();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
    run();
  }
}
