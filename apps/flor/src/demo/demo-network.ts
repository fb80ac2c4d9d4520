import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { NodeStatus } from "@flor/node";
import { CommandError } from "../command-error.ts";
import { type WrittenConfig, writeDemoConfigs } from "./demo-config.ts";
import { makeDemoFolder, removeLeftovers } from "./demo-folder.ts";
import { startDemoNode, type DemoNode } from "./demo-node.ts";
import { type ClaimedPort, claimTcpPort, freeUdpPort, isTcpPortFree } from "./free-port.ts";

/** How long the two nodes of a layer may take to find each other, when those beneath have: a busy machine needs its time. */
const READY_TIMEOUT_MS = 120_000;
const POLL_MS = 50;

/** What the demo needs to know to start. */
export interface DemoNetworkOptions {
  /** Wanted SOCKS5 port. */
  readonly port: number;
  /** No other port will do. */
  readonly isPortFixed: boolean;
  /** The only local ports that the exit lets clients reach. */
  readonly allowed: readonly number[];
  /** Nodes on top of each other on each side, at least 1. */
  readonly layers: number;
  readonly environment: NodeJS.ProcessEnv;
}

/** Two nodes on this machine, each with a link process of its own, or two stacks of nodes on such two. */
export interface DemoNetwork {
  readonly socksPort: number;
  /** Lowest first. */
  readonly layers: readonly DemoLayer[];
  /** Where clients come in. */
  readonly ingress: DemoNode;
  /** Settles when a node ends by itself, with the reason. */
  readonly ended: Promise<CommandError>;
  /** Ends all nodes with their links, and removes every file. */
  stop(): Promise<void>;
}

/** The two nodes of one layer. */
export interface DemoLayer {
  readonly near: DemoNode;
  readonly far: DemoNode;
}

/**
 * Starts all nodes at once, and waits until the highest two reach each other; `undefined` when `stopped` settles before.
 *
 * @throws CommandError that says which did not and why; nothing is left behind then
 */
export async function startDemoNetwork(
  options: DemoNetworkOptions,
  stopped: Promise<void>,
): Promise<DemoNetwork | undefined> {
  removeLeftovers(tmpdir());
  const folder = makeDemoFolder(tmpdir());
  const nodes: DemoNode[] = [];
  let claim: ClaimedPort | undefined;
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  // A second Ctrl-C and a reader of standard output that goes away end this process at once, and the nodes soon after.
  process.once("exit", removeFolder);
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()));
    claim?.release();
    process.off("exit", removeFolder);
    removeFolder();
  };
  try {
    if (!options.isPortFixed) claim = await claimTcpPort(options.port);
    const socksPort = claim?.port ?? (await takenOr(options.port));
    const ports = { socks: socksPort, far: await freeUdpPort(), allowed: options.allowed };
    const written = writeDemoConfigs(folder, { layers: options.layers, ports });
    // What links remember from run to run goes with the demo too.
    const environment = { ...options.environment, XDG_STATE_HOME: join(folder, "state") };
    const start = (config: WrittenConfig): DemoNode => {
      const node = startDemoNode(config, environment);
      nodes.push(node);
      return node;
    };
    const layers = written.map(({ near, far }) => ({ far: start(far), near: start(near) }));
    const ingress = layers.at(-1)!.near;
    const ended = Promise.race(nodes.map((node) => node.ended));
    if (await isReadyBefore(layers, ended, stopped)) {
      // The nodes have read them, and a demo that is killed leaves no key behind.
      for (const file of written.flatMap(({ near, far }) => [...near.files, ...far.files])) rmSync(file);
      return { socksPort, layers, ingress, ended, stop };
    }
  } catch (error) {
    await stop();
    throw error;
  }
  await stop();
  return undefined;
}

async function takenOr(port: number): Promise<number> {
  if (await isTcpPortFree(port)) return port;
  throw new CommandError(`port ${port} is in use`, { advice: "choose another, or omit --port for a free one" });
}

/** Whether all nodes reached their peers before the user asked to stop; throws when a node ends, or time is over. */
async function isReadyBefore(
  layers: readonly DemoLayer[],
  ended: Promise<CommandError>,
  stopped: Promise<void>,
): Promise<boolean> {
  const given = new AbortController();
  try {
    const ready = waitUntilReady(layers, given.signal);
    const outcome = await Promise.race([ended, ready, stopped.then(() => "stopped" as const)]);
    if (outcome instanceof CommandError) throw outcome;
    return outcome === "ready";
  } finally {
    given.abort();
  }
}

/** Layer by layer, from the lowest: so the one that is named is the one that is at fault. */
async function waitUntilReady(
  layers: readonly DemoLayer[],
  given: AbortSignal,
): Promise<"ready" | "given up" | CommandError> {
  for (const { near } of layers) {
    const outcome = await waitUntilReached(near, given);
    if (outcome !== "ready") return outcome;
  }
  return "ready";
}

async function waitUntilReached(near: DemoNode, given: AbortSignal): Promise<"ready" | "given up" | CommandError> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  let last: NodeStatus | undefined;
  while (performance.now() < deadline && !given.aborted) {
    last = (await statusIfAny(near)) ?? last;
    if (last?.peers.every(({ state }) => state === "up" || state === "idle") === true) return "ready";
    await sleep(POLL_MS);
  }
  if (given.aborted) return "given up";
  const links = last?.links.flatMap(({ name, lastError }) =>
    lastError === undefined ? [] : [`link ${name}: ${lastError}`],
  );
  const peers = last?.peers.map((peer) => `${peer.name} is ${peer.state}: ${peer.reason ?? "no reason known"}`);
  const reasons = [...(links ?? []), ...(peers ?? [])];
  return new CommandError(
    `node ${near.name} did not reach its peer in ${READY_TIMEOUT_MS / 1000} s; ${reasons.join("; ") || "no answer"}`,
  );
}

// While it starts, a node does not answer.
async function statusIfAny(node: DemoNode): Promise<NodeStatus | undefined> {
  try {
    return await node.status();
  } catch {
    return undefined;
  }
}
