import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@flor/testkit";

const ASK_AGAIN_MS = 50;

/** A real etcd of tests, that can be killed, stopped and compacted. */
export class EtcdServer {
  readonly endpoint: string;
  readonly #folder: string;
  readonly #peerPort: number;
  #process: ChildProcess | undefined;

  private constructor(port: number, peerPort: number) {
    this.endpoint = `127.0.0.1:${port}`;
    this.#peerPort = peerPort;
    this.#folder = mkdtempSync(join(tmpdir(), "flor-etcd-"));
  }

  static async start(): Promise<EtcdServer> {
    const server = new EtcdServer(await freePort(), await freePort());
    await server.run();
    return server;
  }

  /** Starts it, or starts it again over the same data; resolves when it answers. */
  async run(): Promise<void> {
    const [client, peer] = [`http://${this.endpoint}`, `http://127.0.0.1:${this.#peerPort}`];
    const urls = ["--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer];
    const cluster = ["--initial-advertise-peer-urls", peer, "--initial-cluster", `default=${peer}`];
    this.#process = spawn("etcd", ["--data-dir", this.#folder, ...urls, ...cluster], { stdio: "ignore" });
    const failed = once(this.#process, "error").then(([error]) => Promise.reject(error as Error));
    await Promise.race([this.#answers(), failed]);
  }

  /** Sends a signal; SIGKILL resolves when it is gone. */
  async signal(signal: "SIGKILL" | "SIGSTOP" | "SIGCONT"): Promise<void> {
    const gone = signal === "SIGKILL" ? once(this.#process!, "exit") : undefined;
    this.#process!.kill(signal);
    await gone;
  }

  /** A call of etcd's JSON gateway, again until it is not refused. */
  async call(path: string, body: object): Promise<Record<string, unknown>> {
    for (;;) {
      const answer = await fetch(`http://${this.endpoint}/v3/${path}`, { method: "POST", body: JSON.stringify(body) });
      const result = (await answer.json()) as Record<string, unknown>;
      if (answer.ok) return result;
      // It was stopped, or its disk is slow: it has no leader for a while.
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    }
  }

  /** Puts any value at a key. */
  async put(key: string, value: Uint8Array): Promise<void> {
    const base64 = (octets: Uint8Array): string => Buffer.from(octets).toString("base64");
    await this.call("kv/put", { key: base64(Buffer.from(key)), value: base64(value) });
  }

  /** Compacts everything up to now. */
  async compact(): Promise<void> {
    const { header } = await this.call("kv/range", { key: "AA==" });
    await this.call("kv/compaction", { revision: (header as { revision: string }).revision });
  }

  async close(): Promise<void> {
    if (this.#process?.exitCode === null && this.#process.signalCode === null) await this.signal("SIGKILL");
    rmSync(this.#folder, { recursive: true });
  }

  async #answers(): Promise<void> {
    for (;;) {
      const isThere = await fetch(`http://${this.endpoint}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isThere) return;
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    }
  }
}
