/** A TCP download with known octets, beside whatever is tried. */
import { seededHash, startServer } from "@flor/testkit";
import type { Field } from "../../netns/field.ts";
import type { FlowPlace } from "../../netns/field-nodes.ts";

const SEED = 9;
const PATIENCE_S = 240;

/** What is downloaded, and how fast at most. */
export interface DownloadSize {
  readonly octets: number;
  readonly octetsPerSecond?: number;
}

/** Downloads by the SOCKS5 inbound of a flow; resolves to what was wrong with the octets, or to an empty text. */
export async function download(field: Field, flow: FlowPlace, size: DownloadSize): Promise<string> {
  const { plan, target, socksPort } = flow;
  const [from, to] = [field.machine(plan.from), field.machine(plan.to)];
  const source = { kind: "source", host: "0.0.0.0", seed: SEED, octets: size.octets } as const;
  await using server = await startServer(to.namespace, source);
  const limit = size.octetsPerSecond === undefined ? "" : `--limit-rate ${size.octetsPerSecond}`;
  const url = `http://${target.host}:${server.port}/`;
  const curl = `curl -sS --http0.9 -m ${PATIENCE_S} ${limit} -x socks5h://127.0.0.1:${socksPort} ${url} | sha256sum`;
  try {
    const [sha256 = ""] = (await from.namespace.run("bash", "-o", "pipefail", "-c", curl)).split(" ");
    return sha256 === seededHash(SEED, size.octets) ? "" : `hash ${sha256.slice(0, 8)}`;
  } catch (error) {
    return (error as Error).message.split("\n").at(-1) ?? "failed";
  }
}
