import { earlier, type Instant } from "@flor/machine";
import type { Adjacency } from "./adjacency.ts";

/** A dialled neighbour that answers nothing for this long is spoken of in the log, and again after that long. */
export const SILENT_MS = 10_000;
const SAY_AGAIN_MS = 600_000;
const LOOK_INTERVAL_MS = 1000;

/** A neighbour that this node dials. */
export interface Dialled {
  readonly name: string;
  readonly adjacency: Adjacency;
}

/** What a watch needs of its node. */
export interface ReachWatchOptions {
  readonly dialled: () => Iterable<Dialled>;
  readonly trouble: (dialled: Dialled, now: Instant) => string;
  readonly log: (level: "warn" | "info", step: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** Which dialled neighbours are silent, and since when; tells so in the log, once for each silence. */
export class ReachWatch {
  readonly #options: ReachWatchOptions;
  readonly #silent = new Map<Adjacency, SilenceOf>();
  #lookAt: Instant = -Infinity;
  #isStopped = false;

  constructor(options: ReachWatchOptions) {
    this.#options = options;
  }

  /** The node stops: who is silent now is no matter. */
  stop(): void {
    this.#isStopped = true;
    this.#silent.clear();
  }

  /** Since when nothing was heard there; `undefined`: it is heard, or not dialled. */
  silentSince(adjacency: Adjacency): Instant | undefined {
    return this.#silent.get(adjacency)?.since;
  }

  nextTimeout(): Instant | undefined {
    let next: Instant | undefined;
    for (const silence of this.#silent.values()) next = earlier(next, Math.max(this.#lookAt, dueAt(silence)));
    return next;
  }

  handleTimeout(now: Instant): void {
    if (now < this.#lookAt || this.#isStopped) return;
    this.#lookAt = now + LOOK_INTERVAL_MS;
    const present = new Set<Adjacency>();
    for (const dialled of this.#options.dialled()) {
      present.add(dialled.adjacency);
      this.#look(dialled, now);
    }
    for (const adjacency of this.#silent.keys()) if (!present.has(adjacency)) this.#silent.delete(adjacency);
  }

  #look(dialled: Dialled, now: Instant): void {
    const { adjacency, name } = dialled;
    if (adjacency.alive) return void this.#silent.delete(adjacency);
    const silence: SilenceOf = this.#silent.get(adjacency) ?? { since: now, saidAt: undefined };
    this.#silent.set(adjacency, silence);
    if (now < dueAt(silence)) return;
    silence.saidAt = now;
    const fields = { neighbour: name, link: adjacency.link.name, address: adjacency.address };
    this.#options.log("warn", "neighbour-silent", { ...fields, problem: this.#options.trouble(dialled, now) });
  }
}

interface SilenceOf {
  readonly since: Instant;
  saidAt: Instant | undefined;
}

function dueAt({ since, saidAt }: SilenceOf): Instant {
  return saidAt === undefined ? since + SILENT_MS : saidAt + SAY_AGAIN_MS;
}
