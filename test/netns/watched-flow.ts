/** A flow from a steady source whose arrival is watched: for how long nothing came. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Namespace, StartedProcess } from "@flor/testkit";
import type { SteadySource } from "./steady-source.ts";

const LOOK_EVERY_MS = 20;

/** What came of a flow. */
export interface FlowOutcome {
  /** SHA-256 of what came, hexadecimal. */
  readonly hash: string;
  /** The longest time in which nothing came, milliseconds. */
  readonly longestGapMs: number;
}

/** A running flow. Dispose it (`await using`), and what came is gone. */
export class WatchedFlow implements AsyncDisposable {
  readonly #process: StartedProcess;
  readonly #folder = mkdtempSync(join(tmpdir(), "flor-flow-"));
  readonly #file = join(this.#folder, "octets");
  readonly #watching: Promise<number>;

  /** Connects from `client` through the SOCKS5 inbound on this port of its loopback. */
  constructor(client: Namespace, source: SteadySource, socksPort: number) {
    const proxy = `ncat --recv-only --proxy-type socks5 --proxy 127.0.0.1:${socksPort}`;
    this.#process = client.start("bash", ["-c", `${proxy} ${source.address} ${source.port} > ${this.#file}`]);
    this.#watching = this.#watch();
  }

  /** Waits until this much came. */
  async waitForOctets(octets: number): Promise<void> {
    while (this.#octets < octets && this.#process.isRunning) await sleep(LOOK_EVERY_MS);
    if (this.#octets < octets) throw new Error(`the flow ended after ${this.#octets} octets: ${this.#process.output}`);
  }

  /** Waits for the end of the flow. */
  async finish(): Promise<FlowOutcome> {
    await this.#process.exited;
    const longestGapMs = await this.#watching;
    const hash = createHash("sha256").update(await readFile(this.#file));
    return { hash: hash.digest("hex"), longestGapMs };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stop();
    await this.#watching;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #octets(): number {
    return statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
  }

  async #watch(): Promise<number> {
    let longest = 0;
    let seen = 0;
    let grewAt = performance.now();
    while (this.#process.isRunning) {
      await sleep(LOOK_EVERY_MS);
      const octets = this.#octets;
      if (octets === seen) continue;
      const now = performance.now();
      // Connecting takes its time.
      if (seen > 0) longest = Math.max(longest, now - grewAt);
      seen = octets;
      grewAt = now;
    }
    return longest;
  }
}
