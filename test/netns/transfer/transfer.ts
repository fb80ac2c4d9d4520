/** Traffic with a known hash inside a namespace, up and down at once. */
import { fileURLToPath } from "node:url";
import { type Namespace, startServer } from "@flor/testkit";
import type { Transfer, TransferOutcome } from "./order.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
const SEED = 23;

/** Between what the transfers go. */
export interface TransferEnds {
  /** Where the SOCKS5 server listens on loopback. */
  readonly client: Namespace;
  readonly socksPort: number;
  /** Where the targets are started, on `address`. */
  readonly target: Namespace;
  readonly address: string;
}

/** One download and one upload at once, each of so many octets; what each came to, in this order. */
export async function transferBothWays(ends: TransferEnds, octets: number): Promise<readonly TransferOutcome[]> {
  await using source = await startServer(ends.target, { kind: "source", host: ends.address, seed: SEED, octets });
  await using sink = await startServer(ends.target, { kind: "sink", host: ends.address });
  const common = { socksPort: ends.socksPort, host: ends.address, seed: SEED, octets };
  const outcomes = await runTransfers(ends.client, [
    { ...common, direction: "down", port: source.port },
    { ...common, direction: "up", port: sink.port },
  ]);
  return outcomes;
}

/** Runs transfers at once in a namespace. */
export async function runTransfers(
  namespace: Namespace,
  transfers: readonly Transfer[],
): Promise<readonly TransferOutcome[]> {
  const said = await namespace.run(process.execPath, MAIN, JSON.stringify(transfers));
  return JSON.parse(said) as readonly TransferOutcome[];
}
