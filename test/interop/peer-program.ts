/** The other implementations' programs, as `test/interop/peers` describes them. */
import { StartedProcess } from "@flor/testkit";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "../repository.ts";

const CACHE = join(root, "node_modules/.cache/interop");
const PEERS = join(root, "test/interop/peers");
const CLIENT_WITHIN_MS = 280_000;

/** How a peer is run. */
export interface PeerProgram {
  readonly name: "aioquic" | "quic-go" | "quinn" | "quiche";
  readonly command: string;
  readonly args: readonly string[];
}

export const aioquic: PeerProgram = {
  name: "aioquic",
  command: join(CACHE, "aioquic/bin/python"),
  args: [join(PEERS, "aioquic/peer.py")],
};
export const quicGo: PeerProgram = { name: "quic-go", command: join(CACHE, "quic-go"), args: [] };
export const quinn: PeerProgram = { name: "quinn", command: join(CACHE, "cargo/release/flor-interop-quinn"), args: [] };
export const quiche: PeerProgram = {
  name: "quiche",
  command: join(CACHE, "cargo/release/flor-interop-quiche"),
  args: [],
};

/** A peer's server, until it is disposed. */
export class PeerServer implements AsyncDisposable {
  readonly port: number;
  readonly #process: StartedProcess;

  private constructor(process: StartedProcess, port: number) {
    this.#process = process;
    this.port = port;
  }

  static async start(peer: PeerProgram, ...flags: readonly string[]): Promise<PeerServer> {
    const process = run(peer, ["server", ...flags]);
    const [, port] = await process.waitForOutput(/listening (\d+)/);
    return new PeerServer(process, Number(port));
  }

  /** Without a word to its clients. */
  async kill(): Promise<void> {
    await this.#process.kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

/** Runs a peer's client to its end: "ok", or what it says failed. */
export async function runPeerClient(peer: PeerProgram, port: number, ...action: readonly string[]): Promise<string> {
  await using process = run(peer, ["client", "--port", String(port), ...action]);
  const [line] = await process.waitForOutput(/^\{.*\}$/m, CLIENT_WITHIN_MS);
  const report = JSON.parse(line) as { readonly ok: boolean; readonly error?: string };
  return report.ok ? "ok" : `${peer.name} ${action.join(" ")}: ${report.error}`;
}

function run(peer: PeerProgram, args: readonly string[]): StartedProcess {
  if (!existsSync(peer.command)) throw new Error(`${peer.name} is not installed: run test/interop/install.sh`);
  return StartedProcess.start(peer.command, [...peer.args, ...args]);
}
