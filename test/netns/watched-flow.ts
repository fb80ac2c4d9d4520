/** A flow from a steady source whose arrival is watched. */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Namespace, StartedProcess } from "@flor/testkit";
import { SECOND_OCTETS, type SteadySource } from "./steady-source.ts";

const LOOK_EVERY_MS = 20;

/** A running flow. Dispose it (`await using`), and what came is gone. */
export class WatchedFlow implements AsyncDisposable {
  readonly #process: StartedProcess;
  readonly #source: SteadySource;
  readonly #folder = mkdtempSync(join(tmpdir(), "flor-flow-"));
  readonly #file = join(this.#folder, "octets");

  /** Connects from `client` through the SOCKS5 inbound on this port of its loopback. */
  constructor(client: Namespace, source: SteadySource, socksPort: number) {
    this.#source = source;
    const proxy = `ncat --recv-only --proxy-type socks5 --proxy 127.0.0.1:${socksPort}`;
    this.#process = client.start("bash", ["-c", `exec ${proxy} ${source.address} ${source.port} > ${this.#file}`]);
  }

  /** Waits until as much came on top as takes a second: more than was under way. */
  async goesOn(): Promise<void> {
    const wanted = this.octets + SECOND_OCTETS;
    while (this.octets < wanted && this.#process.isRunning) await sleep(LOOK_EVERY_MS);
    if (this.octets < wanted) throw new Error(`the flow ended after ${this.octets} octets: ${this.#process.output}`);
  }

  /** What came so far. */
  get octets(): number {
    return statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** The client's connection has ended. */
  get isOver(): boolean {
    return !this.#process.isRunning;
  }

  /** Whether what came until now is what the source sent. */
  isWhole(): boolean {
    const came = readFileSync(this.#file);
    return createHash("sha256").update(came).digest("hex") === this.#source.hashOf(came.length);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
