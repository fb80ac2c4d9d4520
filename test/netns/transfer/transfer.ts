/** Traffic with a known hash inside a namespace, up and down at once. */
import { fileURLToPath } from "node:url";
import { type Namespace, type StartedProcess, startServer } from "@flor/testkit";
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

/** Transfers under way. Dispose it (`await using`), and they are ended. */
export interface RunningTransfers extends AsyncDisposable {
  readonly process: StartedProcess;
  /** Rejects when the process ends without them. */
  readonly outcomes: Promise<readonly TransferOutcome[]>;
}

/** Starts transfers at once in a namespace. */
export function startTransfers(namespace: Namespace, transfers: readonly Transfer[]): RunningTransfers {
  const started = namespace.start(process.execPath, [MAIN, JSON.stringify(transfers)]);
  const outcomes = outcomesOf(started);
  // A killed process is not asked for them.
  outcomes.catch(() => {});
  return { process: started, outcomes, [Symbol.asyncDispose]: () => started[Symbol.asyncDispose]() };
}

/** Runs transfers at once in a namespace, to their ends. */
export async function runTransfers(
  namespace: Namespace,
  transfers: readonly Transfer[],
): Promise<readonly TransferOutcome[]> {
  await using running = startTransfers(namespace, transfers);
  return await running.outcomes;
}

async function outcomesOf(started: StartedProcess): Promise<readonly TransferOutcome[]> {
  await started.exited;
  const line = started.output.split("\n").find((one) => one.startsWith("["));
  if (line === undefined) throw new Error(`the transfers ended without outcomes: ${started.output}`);
  return JSON.parse(line) as readonly TransferOutcome[];
}
