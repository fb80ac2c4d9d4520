import { randomFillSync } from "node:crypto";
import type { Dialler, Log } from "@flor/host";
import type { DialOutcome, NodeHost, WantedNeighbour } from "@flor/node";
import type { Destination } from "@flor/wire";

/** Options of {@link createNodeHost}. */
export interface NodeHostOptions {
  readonly dialler: Dialler;
  readonly log: Log;
  readonly wake: () => void;
  readonly setNeighbours: (link: string, neighbours: readonly WantedNeighbour[]) => void;
}

/** What a node needs of this machine. */
export function createNodeHost({ dialler, log, wake, setNeighbours }: NodeHostOptions): NodeHost {
  return {
    randomFill: (octets) => void randomFillSync(octets),
    unixSeconds: () => Math.floor(Date.now() / 1000),
    dial: (destination, peer, outcome) => dial(dialler, destination, peer, outcome),
    setNeighbours,
    wake,
    log: (level, step, fields) => log.write(level, step, fields),
  };
}

/** Dials; the result abandons the dial, and nothing is reported after it. */
function dial(dialler: Dialler, destination: Destination, peer: string, outcome: DialOutcome): () => void {
  const abandoned = new AbortController();
  void report(dialler.dial(destination, peer, abandoned.signal), abandoned.signal, outcome);
  return () => abandoned.abort();
}

async function report(
  dialling: ReturnType<Dialler["dial"]>,
  abandoned: AbortSignal,
  outcome: DialOutcome,
): Promise<void> {
  const result = await dialling;
  if ("cause" in result) {
    if (!abandoned.aborted) outcome.failed(result.cause, result.text);
  } else if (abandoned.aborted) result.stream.reset();
  else outcome.connected(result.stream, result.boundAddress, result.boundPort);
}
