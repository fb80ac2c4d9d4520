import { type Log, LoopDelay, Mistakes, OrphanReaper } from "@flor/host";
import type { NodeStatus } from "@flor/node";

/** What a node does for, and tells of, the process that it runs in. */
export class ProcessCare {
  readonly #ownsProcess: boolean;
  readonly #loopDelay = new LoopDelay();
  readonly #mistakes: Mistakes;
  readonly #reaper: OrphanReaper;

  /** @param ownsProcess nothing but the node runs in it */
  constructor(log: Log, ownsProcess: boolean) {
    this.#ownsProcess = ownsProcess;
    this.#mistakes = new Mistakes(log);
    this.#reaper = new OrphanReaper(ownsProcess && process.pid === 1);
  }

  /** The node is up: from now on the process outlives mistakes, if it is the node's own. */
  outliveMistakes(): void {
    if (this.#ownsProcess) this.#mistakes.outlive();
  }

  status(): Pick<NodeStatus, "pid" | "memory" | "loopDelayMs" | "mistakes"> {
    const { pid } = process;
    return { pid, memory: memoryNow(), loopDelayMs: this.#loopDelay.status(), mistakes: this.#mistakes.counts };
  }

  stop(): void {
    this.#loopDelay.close();
    this.#reaper.stop();
    this.#mistakes.stop();
  }
}

/** Zeros where the system does not tell: reading it takes a descriptor. */
function memoryNow(): NodeStatus["memory"] {
  try {
    const { rss, heapUsed } = process.memoryUsage();
    return { residentOctets: rss, heapOctets: heapUsed };
  } catch {
    return { residentOctets: 0, heapOctets: 0 };
  }
}
