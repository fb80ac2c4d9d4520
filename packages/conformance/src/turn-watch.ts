/**
 * Ends this process when its event loop stands still: a link under test may find a loop of the kit that no case, timer
 * or signal interrupts. Another thread looks, for this one could not.
 */
import { Worker } from "node:worker_threads";

/** Longer than any work that the kit does in one turn, on a busy machine too. */
const STILL_MAX_MS = 30_000;
const BEAT_MS = 500;

const WATCH = `
  const { workerData: { beats, stillMaxMs } } = require("node:worker_threads");
  const { writeSync } = require("node:fs");
  let seen = -1;
  let since = Date.now();
  setInterval(() => {
    const beat = Atomics.load(beats, 0);
    if (beat !== seen) {
      seen = beat;
      since = Date.now();
    } else if (Date.now() - since >= stillMaxMs) {
      writeSync(2, "flor: the kit made no turn for " + stillMaxMs / 1000 + " s: please report the link and the case\\n");
      process.kill(process.pid, "SIGKILL");
    }
  }, 500);
`;

/** A running watch. Dispose it (\`using\`) when the kit is done. */
export class TurnWatch implements Disposable {
  readonly #worker: Worker;
  readonly #timer: NodeJS.Timeout;

  /** @param stillMaxMs a turn that lasts longer ends the process by SIGKILL. @default 30 s */
  constructor(stillMaxMs: number = STILL_MAX_MS) {
    const beats = new Int32Array(new SharedArrayBuffer(4));
    this.#worker = new Worker(WATCH, { eval: true, execArgv: [], workerData: { beats, stillMaxMs } });
    this.#worker.unref();
    this.#timer = setInterval(() => void Atomics.add(beats, 0, 1), BEAT_MS).unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    void this.#worker.terminate();
  }
}
