/** curl as the client of bulk rows: in C, and the same for every peer. */
import type { StartedProcess } from "@flor/testkit";
import type { RunningPeer } from "./peers/peer.ts";
import { DISCARD_PORT, type Stage, type StageFile } from "./stage.ts";

/** Exit code of curl when `--max-time` ended a transfer. */
const TIMED_OUT = 28;

export interface Transfer {
  readonly octets: number;
  readonly seconds: number;
}

/** What curl needs to go through a peer. */
export function proxyArguments(peer: Pick<RunningPeer, "socksPort">): readonly string[] {
  return peer.socksPort === undefined ? [] : ["--socks5-hostname", `127.0.0.1:${peer.socksPort}`];
}

/** Downloads a file once; with `maxSeconds` as much of it as comes in that time. */
export async function download(
  stage: Stage,
  peer: RunningPeer,
  file: StageFile,
  maxSeconds?: number,
): Promise<Transfer> {
  const args = ["-o", "/dev/null", `http://${peer.target}/${file}`];
  return transfer(stage, peer, { size: "size_download", file, args, maxSeconds });
}

/** Uploads a file once; with `maxSeconds` as much of it as is taken in that time. */
export async function upload(stage: Stage, peer: RunningPeer, file: StageFile, maxSeconds?: number): Promise<Transfer> {
  const url = `http://${peer.target}:${DISCARD_PORT}/${file}`;
  const args = ["-o", "/dev/null", "-T", `${stage.folder}/${file}`, url];
  return transfer(stage, peer, { size: "size_upload", file, args, maxSeconds });
}

/** Octets of all uploads that have arrived at the target. */
export async function uploadedOctets(stage: Stage): Promise<number> {
  return Number(await stage.server.run("curl", "-sS", `http://${stage.serverAddress}:${DISCARD_PORT}/`));
}

/** Downloads the bulk file over and over on one connection, until it is stopped. */
export function startDownloads(stage: Stage, peer: RunningPeer): StartedProcess {
  const args = ["-s", "-o", "/dev/null", ...proxyArguments(peer), `http://${peer.target}/bulk?[1-100000]`];
  return stage.client.start("curl", args);
}

/** What curl is asked. */
interface Order {
  /** Its variable that says how much was carried. */
  readonly size: "size_download" | "size_upload";
  readonly file: StageFile;
  readonly args: readonly string[];
  readonly maxSeconds?: number | undefined;
}

async function transfer(stage: Stage, peer: RunningPeer, order: Order): Promise<Transfer> {
  const { size, file, args, maxSeconds } = order;
  const limit = maxSeconds === undefined ? [] : ["--max-time", String(maxSeconds)];
  const asked = ["-sS", "-w", `%{${size}} %{time_total} %{exitcode}`, ...limit, ...proxyArguments(peer), ...args];
  const text = await stage.client.run("sh", "-c", `curl "$@" || true`, "curl", ...asked);
  const [octets, seconds, exitCode] = text.split(" ").map(Number);
  const isWhole = exitCode === 0 && octets === stage.files[file];
  if (!isWhole && !(exitCode === TIMED_OUT && maxSeconds !== undefined)) {
    throw new Error(`${peer.name}: curl ended with ${exitCode} after ${octets} of ${stage.files[file]} octets`);
  }
  return { octets: octets!, seconds: seconds! };
}
