/**
 * Puts a node together: core, clock, egress, inbounds, links. Pure above the core's constructor, system-changing below.
 */
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Config, LinkConfig } from "@flor/config";
import { createDriverClock, Dialler } from "@flor/host";
import { coreStatusOf, Driver, FlorNode, type NodeStatus } from "@flor/node";
import { nodeKeyOf } from "@flor/route";
import { destination, pino, type Logger } from "pino";
import { AttachedLink } from "./attached-link.ts";
import { openInbound, type RunningInbound } from "./inbounds.ts";
import { createNodeHost } from "./node-host.ts";
import { egressPolicyOf, nodeSettingsOf } from "./node-settings.ts";

/** How a node is run. */
export interface RunNodeOptions {
  readonly version: string;
  readonly logLevel: "error" | "warn" | "info" | "debug";
  readonly builtinLinkCommand: (kind: "udp") => readonly [string, ...string[]];
}

/** A node at work. */
export interface RunningNode {
  status(): NodeStatus;
  /** Ends its flows with RST, its links and its listeners; resolves when all are gone. */
  close(): Promise<void>;
}

/** A stopping node says farewell to its peers for this long. */
const FAREWELL_MS = 50;
const STDERR = 2;

/** Starts the node of a configuration. */
export async function runNode(config: Config, options: RunNodeOptions): Promise<RunningNode> {
  const log = pino(
    { level: options.logLevel, base: { node: config.name } },
    destination({ dest: STDERR, sync: false }),
  );
  const settings = await nodeSettingsOf(config);
  const clock = createDriverClock();
  const inbounds: RunningInbound[] = [];
  const links = new Map<string, AttachedLink>();
  const ownPorts = (): number[] => inbounds.map(({ listener }) => listener.port);
  const dialler = new Dialler({ policy: egressPolicyOf(config), ownPorts });
  const wake = (): void => driver.wake();
  const setNeighbours: Parameters<typeof createNodeHost>[0]["setNeighbours"] = (name, neighbours) =>
    links.get(name)?.setNeighbours(neighbours);
  const node = new FlorNode(settings, createNodeHost({ dialler, log, wake, setNeighbours }), clock.now());
  const driver = new Driver(node, clock);
  for (const { through } of config.routes) node.sessions.want(through);

  for (const link of config.links) links.set(link.name, attach(node, config, link, options, log, wake));
  for (const link of links.values()) link.start();
  try {
    for (const inbound of config.inbounds) inbounds.push(await openInbound(node, inbound));
  } catch (error) {
    await Promise.all([...links.values()].map((link) => link.stop()));
    throw error;
  }
  driver.wake();

  return {
    status: () => ({
      name: config.name,
      id: config.identity.id,
      instance: nodeKeyOf(node.topology.instance),
      version: options.version,
      pid: process.pid,
      uptimeMs: Math.round(clock.now() - node.startedAt),
      memory: memoryNow(),
      inbounds: inbounds.map((inbound) => inbound.status()),
      links: [...links.values()].map((link) => link.status()),
      ...coreStatusOf(node, clock.now()),
    }),
    async close() {
      node.close();
      driver.wake();
      await new Promise((resolve) => setTimeout(resolve, FAREWELL_MS));
      await Promise.all([
        ...inbounds.map(({ listener }) => listener.close()),
        ...[...links.values()].map((link) => link.stop()),
      ]);
      driver.stop();
      log.flush();
    },
  };
}

function attach(
  node: FlorNode,
  config: Config,
  link: LinkConfig,
  { builtinLinkCommand }: RunNodeOptions,
  log: Logger,
  wake: () => void,
): AttachedLink {
  const { name, kind } = link;
  const shared = { name, kind, stateDir: stateFolder(config.name, name), log, wake };
  switch (link.kind) {
    case "udp": {
      const { listen, mtu, segments, gso } = link;
      return new AttachedLink(node, {
        ...shared,
        command: builtinLinkCommand("udp"),
        config: { listen, mtu, segments, gso },
        environment: {},
      });
    }
    case "process":
      return new AttachedLink(node, { ...shared, command: link.command, config: link.config, environment: link.env });
    case "native":
      throw new Error(`link ${name}: kind native is not there yet`);
  }
}

/** A folder of the link's own, mode 0700: `$XDG_STATE_HOME/flor/NODE/LINK`, or below `~/.local/state`. */
function stateFolder(node: string, link: string): string {
  const folder = join(process.env["XDG_STATE_HOME"] ?? join(homedir(), ".local/state"), "flor", node, link);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  } catch {
    // A read-only home: the link works without memory of its last run.
    return "";
  }
}

function memoryNow(): NodeStatus["memory"] {
  const { rss, heapUsed } = process.memoryUsage();
  return { residentOctets: rss, heapOctets: heapUsed };
}
