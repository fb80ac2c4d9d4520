/** A flow from a steady source whose arrival is watched. */
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
}

/** A running flow. Dispose it (`await using`), and what came is gone. */
export class WatchedFlow implements AsyncDisposable {
  readonly #process: StartedProcess;
  readonly #folder = mkdtempSync(join(tmpdir(), "flor-flow-"));
  readonly #file = join(this.#folder, "octets");

  /** Connects from `client` through the SOCKS5 inbound on this port of its loopback. */
  constructor(client: Namespace, source: Pick<SteadySource, "address" | "port">, socksPort: number) {
    const proxy = `ncat --recv-only --proxy-type socks5 --proxy 127.0.0.1:${socksPort}`;
    this.#process = client.start("bash", ["-c", `exec ${proxy} ${source.address} ${source.port} > ${this.#file}`]);
  }

  /** Waits until this much came. */
  async waitForOctets(octets: number): Promise<void> {
    while (this.#octets < octets && this.#process.isRunning) await sleep(LOOK_EVERY_MS);
    if (this.#octets < octets) throw new Error(`the flow ended after ${this.#octets} octets: ${this.#process.output}`);
  }

  /** Waits until something comes that was not here yet. */
  async waitForMore(): Promise<void> {
    await this.waitForOctets(this.#octets + 1);
  }

  /** What came until now. */
  received(): Promise<Buffer> {
    return readFile(this.#file);
  }

  /** Waits for the end of the flow. */
  async finish(): Promise<FlowOutcome> {
    await this.#process.exited;
    const hash = createHash("sha256").update(await readFile(this.#file));
    return { hash: hash.digest("hex") };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #octets(): number {
    return statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
  }
}
