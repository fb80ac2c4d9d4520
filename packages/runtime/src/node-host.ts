import { randomFillSync } from "node:crypto";
import type { DatagramEgress, Dialler, Log } from "@flor/host";
import type { DialOutcome, HostTarget, NetworkTime, NodeHost, WantedNeighbour } from "@flor/node";
import type { RunningServices } from "./services/running-services.ts";

/** Options of {@link createNodeHost}. */
export interface NodeHostOptions {
  readonly dialler: Dialler;
  readonly datagrams: DatagramEgress;
  readonly log: Log;
  readonly wake: () => void;
  readonly now: () => number;
  readonly networkTime: NetworkTime;
  readonly services: Pick<RunningServices, "handleProgramClient" | "handleOwnRecords">;
  readonly setNeighbours: (link: string, neighbours: readonly WantedNeighbour[]) => void;
}

/** What a node needs of this machine. */
export function createNodeHost(options: NodeHostOptions): NodeHost {
  const { dialler, datagrams, log, now, networkTime, wake, services, setNeighbours } = options;
  return {
    randomFill: (octets) => void randomFillSync(octets),
    now,
    unixSeconds: () => Math.floor(networkTime.saidMs() / 1000),
    networkTime,
    dial: (destination, peer, outcome) => dial((signal) => dialler.dial(destination, peer, signal), outcome),
    dialTarget: (target, client, drop, outcome) => {
      if (target.kind === "udp")
        return openDatagrams(() => datagrams.openTarget(target.destination, client.node, drop), outcome);
      if (target.kind !== "program") return dialTarget(dialler, target, client.node, outcome);
      services.handleProgramClient(target.name, client, outcome);
      return () => {};
    },
    handleOwnRecords: (records) => services.handleOwnRecords(records),
    openDatagrams: (destination, peer, drop, outcome) =>
      openDatagrams(() => datagrams.open(destination, peer, drop), outcome),
    setNeighbours,
    wake,
    log: (level, step, fields) => log.write(level, step, fields),
  };
}

function dialTarget(
  dialler: Dialler,
  target: Exclude<HostTarget, { kind: "program" | "udp" }>,
  peer: string,
  outcome: DialOutcome,
): () => void {
  const place = target.kind === "unix" ? target.path : target.destination;
  return dial((signal) => dialler.dialTarget(place, peer, signal), outcome);
}

/** Dials; the result abandons the dial, and nothing is reported after it. */
function dial(start: (signal: AbortSignal) => ReturnType<Dialler["dial"]>, outcome: DialOutcome): () => void {
  const abandoned = new AbortController();
  void report(start(abandoned.signal), abandoned.signal, outcome);
  return () => abandoned.abort();
}

/** Opens a UDP socket; the result abandons it, and nothing is reported after it. */
function openDatagrams(start: () => ReturnType<DatagramEgress["open"]>, outcome: DialOutcome): () => void {
  let isAbandoned = false;
  const open = async (): Promise<void> => {
    const result = await start();
    if ("cause" in result) {
      if (!isAbandoned) outcome.failed(result.cause, result.text);
    } else if (isAbandoned) result.end.reset();
    else outcome.connected(result.end, result.boundAddress, result.boundPort);
  };
  void open();
  return () => {
    isAbandoned = true;
  };
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
