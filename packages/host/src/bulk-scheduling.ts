/**
 * How the kernel runs this process while it carries much. Each of the processes that octets pass through wakes the next
 * with the first datagram that it sends; a process that is woken takes the processor at once, finds that one datagram,
 * and waits again. Under SCHED_BATCH (sched(7)) it takes no processor that somebody works on: where one is free it runs
 * as soon as before, else the one that woke it goes on, and there is more to take at once.
 */
import { scheduler, setScheduler } from "./libc.ts";

const SCHED_OTHER = 0;
const SCHED_BATCH = 3;

/** A look at how much was carried, and the bounds: above the first it is much, below the second no longer. */
const LOOK_MS = 50;
const MUCH_OCTETS = 2 * 1024 * 1024;
const LITTLE_OCTETS = 1024 * 1024;

/** What {@link BulkScheduling} asks of the machine. */
export interface SchedulingSurroundings {
  readonly now: () => number;
  /** The policy of this thread, as sched_getscheduler(2) numbers them; negative: unknown. */
  readonly policy: () => number;
  /** Returns whether the kernel took it. */
  readonly setPolicy: (policy: number) => boolean;
}

const OWN_THREAD: SchedulingSurroundings = {
  now: () => performance.now(),
  policy: scheduler,
  setPolicy: (policy) => setScheduler(policy) === 0,
};

/** Watches how much a process carries, and asks the kernel for patience while it is much. */
export class BulkScheduling {
  readonly #of: SchedulingSurroundings;
  #octets = 0;
  #since: number;
  #timer: NodeJS.Timeout | undefined;
  #isRefused = false;

  constructor(of: SchedulingSurroundings = OWN_THREAD) {
    this.#of = of;
    this.#since = of.now();
  }

  get isBatch(): boolean {
    return this.#timer !== undefined;
  }

  /** So many octets were received or sent. */
  note(octets: number): void {
    this.#octets += octets;
    if (this.#octets < MUCH_OCTETS || this.isBatch || this.#isRefused) return;
    const now = this.#of.now();
    const isMuch = now - this.#since <= LOOK_MS;
    this.#octets = 0;
    this.#since = now;
    if (isMuch) this.#enter();
  }

  /** At once as before: a child that is started now inherits the policy. */
  leave(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#octets = 0;
    this.#since = this.#of.now();
    this.#of.setPolicy(SCHED_OTHER);
  }

  /** Not where somebody chose a policy for this process, nor where it may not choose. */
  #enter(): void {
    this.#isRefused = this.#of.policy() !== SCHED_OTHER || !this.#of.setPolicy(SCHED_BATCH);
    if (!this.#isRefused) this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  #look(): void {
    if (this.#octets < LITTLE_OCTETS) this.leave();
    this.#octets = 0;
  }
}

/** Of this process: its sockets all count here. */
export const bulkScheduling: BulkScheduling = new BulkScheduling();
