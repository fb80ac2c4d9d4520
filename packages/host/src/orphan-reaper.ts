/**
 * The duty of process 1, which a node is in a container that has no other: what links left behind when they ended
 * becomes its child, and stays a zombie until it is waited for. Node.js waits for children of its own alone.
 */
import { readdirSync, readFileSync } from "node:fs";
import { isFfiPossible } from "./open-loopback-socket.ts";

/** Node.js waits for a child of its own long before it is seen twice. */
const LOOK_INTERVAL_MS = 2000;
const PROCESSES = "/proc";
const STATE_AND_PARENT = /^\d+ \(.*\) (?<state>\S) (?<parent>\d+) /s;

/** Waits for zombies that nobody else waits for. */
export class OrphanReaper {
  readonly #timer: NodeJS.Timeout | undefined;
  #zombies: ReadonlySet<number> = new Set();

  /** @param isInit whether this process has the duty. @default process 1 has it */
  constructor(isInit: boolean = process.pid === 1) {
    if (!isInit || !isFfiPossible()) return;
    this.#timer = setInterval(() => void this.#look(), LOOK_INTERVAL_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    try {
      const { waitForChild } = await import("./libc.ts");
      const zombies = zombieChildren(process.pid);
      for (const pid of zombies) if (this.#zombies.has(pid)) waitForChild(pid);
      this.#zombies = new Set(zombies);
    } catch {
      // No /proc, or no descriptor to read it: another time.
    }
  }
}

function zombieChildren(parent: number): readonly number[] {
  return readdirSync(PROCESSES)
    .filter((name) => /^\d+$/.test(name) && isZombieOf(parent, name))
    .map(Number);
}

function isZombieOf(parent: number, name: string): boolean {
  try {
    const { state, parent: its } =
      STATE_AND_PARENT.exec(readFileSync(`${PROCESSES}/${name}/stat`, "utf8"))?.groups ?? {};
    return state === "Z" && Number(its) === parent;
  } catch {
    return false;
  }
}
