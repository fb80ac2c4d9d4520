import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { NodeStatus } from "@flor/node";
import { CommandError } from "../command-error.ts";
import { writeDemoConfigs } from "./demo-config.ts";
import { startDemoNode, type DemoNode } from "./demo-node.ts";
import { freeTcpPort, freeUdpPort } from "./free-port.ts";

/** How long the two nodes may take to find each other. */
const READY_TIMEOUT_MS = 20_000;
const POLL_MS = 50;

/** What the demo needs to know to start. */
export interface DemoNetworkOptions {
  /** Wanted SOCKS5 port; the next free one when it is taken. */
  readonly port: number;
  /** The only local ports that the far node lets clients reach. */
  readonly allowed: readonly number[];
  readonly environment: NodeJS.ProcessEnv;
}

/** Two nodes on this machine, each with a link process of its own. */
export interface DemoNetwork {
  readonly socksPort: number;
  readonly near: DemoNode;
  readonly far: DemoNode;
  /** Settles when a node ends by itself, with the reason. */
  readonly ended: Promise<CommandError>;
  /** Ends both nodes with their links, and removes every file. */
  stop(): Promise<void>;
}

/**
 * Starts both nodes and waits until they reach each other, or `cancelled` settles.
 *
 * @throws CommandError that says which did not and why; nothing is left behind then
 */
export async function startDemoNetwork(options: DemoNetworkOptions, cancelled: Promise<void>): Promise<DemoNetwork> {
  const folder = mkdtempSync(join(tmpdir(), "flor-demo-"));
  const nodes: DemoNode[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const socksPort = await freeTcpPort(options.port);
    const ports = { socks: socksPort, far: await freeUdpPort(), allowed: options.allowed };
    const written = writeDemoConfigs(folder, ports);
    const start = (config: typeof written.near): DemoNode => {
      const node = startDemoNode(config, options.environment);
      nodes.push(node);
      return node;
    };
    const network = { socksPort, far: start(written.far), near: start(written.near), stop };
    const ended = Promise.race(nodes.map((node) => node.ended));
    const problem = await Promise.race([ended, cancelled, waitUntilReady(network.near)]);
    if (problem !== undefined) throw problem;
    return { ...network, ended };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function waitUntilReady(near: DemoNode): Promise<CommandError | undefined> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  let last: NodeStatus | undefined;
  while (performance.now() < deadline) {
    last = (await statusIfAny(near)) ?? last;
    if (last?.peers.every(({ state }) => state === "up" || state === "idle") === true) return undefined;
    await sleep(POLL_MS);
  }
  const reason = last?.peers
    .map((peer) => `${peer.name} is ${peer.state}: ${peer.reason ?? "no reason known"}`)
    .join("; ");
  return new CommandError(
    `the nodes did not reach each other in ${READY_TIMEOUT_MS / 1000} s; ${reason ?? "no answer"}`,
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
