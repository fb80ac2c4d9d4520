/** Puts a node together, in the order in which its parts need each other, and takes it apart. */
import type { Config } from "@flor/config";
import { DatagramClient } from "@flor/flows";
import { createLog, HandedSockets, type Log, LogRing, placeName } from "@flor/host";
import { nodeKeyOf } from "@flor/link-state";
import { coreStatusOf, type NetworkTime, type NodeStatus, servicesStatusOf } from "@flor/node";
import { linkControlOf } from "./links/link-control.ts";
import { doubtText } from "./networks/clock-text.ts";
import { networkControlOf } from "./networks/network-control.ts";
import { NodeCore } from "./node-core.ts";
import { ProcessCare } from "./process-care.ts";
import { FileWatch } from "./reload/file-watch.ts";
import { startConfigOf } from "./reload/kept-config.ts";
import { Reloader } from "./reload/reloader.ts";
import type { RunningNode, RunNodeOptions } from "./running-node.ts";
import { RunningParts } from "./running-parts.ts";
import { Seeing } from "./seeing/seeing.ts";
import { takenRoute } from "./seeing/taken-route.ts";
import { serviceControlOf } from "./services/service-control.ts";

/** A stopping node says farewell to its peers for this long. */
const FAREWELL_MS = 50;
/** Before that, a publisher of services waits so long: others have heard by then that it takes no more. */
const DRAIN_MS = 200;

/** All that a running node consists of. */
interface Assembly {
  readonly version: string;
  readonly core: NodeCore;
  readonly parts: RunningParts;
  readonly reloader: Reloader;
  readonly care: ProcessCare;
}

/** Starts the node of a configuration, or of what was before it, when nobody confirmed that change. */
export async function runNode(asked: Config, options: RunNodeOptions): Promise<RunningNode> {
  const { version, handed = new HandedSockets(), begun, joining } = options;
  const { config, problem } = startConfigOf(asked);
  const recentLog = new LogRing();
  const log = logOf(config, recentLog, options);
  const { createOpensslProvider: createProvider } = await import("@flor/host/openssl");
  const core = new NodeCore({
    config,
    log,
    joining,
    createProvider,
    ownPorts: (protocol) => parts.ownPorts(protocol),
    setNeighbours: (link, wanted) => parts.links.setNeighbours(link, wanted),
  });
  const parts: RunningParts = new RunningParts(core, { version, handed, begun, status: () => statusOf(assembly) });
  const reloader = new Reloader({ config, problem, log, apply: (wanted) => parts.apply(wanted) });
  core.keys.onTaken = (identity) => {
    reloader.takeIdentity(identity);
    const renewed = reloader.inTurn(() => parts.links.renewCredentials());
    void renewed.catch((error: unknown) => {
      log.write("warn", "link-keeps-certificate", { problem: (error as Error).message });
    });
  };
  const care = new ProcessCare(log, options.ownsProcess === true);
  const assembly: Assembly = { version, core, parts, reloader, care };
  if (problem !== undefined) log.write("warn", "reload-refused", { problem });
  try {
    await parts.start(config);
  } catch (error) {
    await closeAll(assembly);
    throw error;
  } finally {
    begun?.[Symbol.dispose]();
  }
  warnOfUnused(handed, log);
  core.wake();
  care.outliveMistakes();
  const watch = options.watchesFile === true ? watchOf(config.file, reloader) : undefined;
  return {
    ...doorsOf(assembly),
    recentLog,
    close: () => {
      watch?.[Symbol.dispose]();
      return closeAll(assembly);
    },
  };
}

function logOf(config: Config, keep: LogRing, { logLevel: level, logTo = {} }: RunNodeOptions): Log {
  // What a link writes is capped for each link.
  return createLog({ keep, level, fields: { node: config.name }, uncapped: ["link-log"], ...logTo });
}

/** What others may ask of the node and do with it. */
function doorsOf(assembly: Assembly): Omit<RunningNode, "close" | "recentLog"> {
  const { core, parts, reloader } = assembly;
  const { node, driver, keeper, services, log } = core;
  const now = (): number => core.now();
  const wake = (): void => core.wake();
  let seenTurns = -1;
  return {
    log,
    isAtWork: () => {
      const isNew = driver.turns !== seenTurns;
      seenTurns = driver.turns;
      wake();
      return isNew;
    },
    peers: parts.peers,
    forwards: parts.forwards,
    links: linkControlOf(parts.links.running),
    networks: networkControlOf(keeper, () => core.rules.config, {
      isReachable: core.isReachable,
      links: () => Array.from(parts.links.running.values(), (link) => link.status()),
    }),
    services: serviceControlOf(node, services, { now, wake }),
    serve: (publication, handle) => {
      const serving = services.serveHere(publication, handle);
      wake();
      return serving;
    },
    seeing: new Seeing(node, { now, wake, routeFor: (to) => takenRoute(core.rules.config, to) }),
    request: (request) => void node.request(request, now()),
    openDatagrams: (receiver, user) => new DatagramClient({ router: node.ingress, receiver, user }),
    reload: (how) => reloader.reload(how),
    confirm: (connectedAt) => reloader.confirm(connectedAt),
    status: () => statusOf(assembly),
    metrics: async () =>
      (await (await import("./metrics/exposition.ts")).expositionOf(statusOf(assembly), "prometheus")).text,
  };
}

function statusOf({ version, core, parts, reloader, care }: Assembly): NodeStatus {
  const { config, node } = core;
  const { problem, unconfirmedMs } = reloader;
  const { place } = parts.metrics;
  const hasServices = node.services.directory.rules.networks.length > 0;
  return {
    name: config.name,
    id: node.identity.id,
    instance: nodeKeyOf(node.topology.instance),
    version,
    uptimeMs: Math.round(core.now() - node.startedAt),
    ...care.status(),
    ...clockStatusOf(core.keeper.time),
    ...(problem !== undefined && { reloadProblem: problem }),
    ...(unconfirmedMs !== undefined && { unconfirmedMs }),
    ...(place !== undefined && { metrics: place }),
    inbounds: [...parts.inbounds.status(), ...parts.forwards.status()],
    links: parts.links.status(),
    ...coreStatusOf(node, core.now()),
    ...(core.keeper.networks.length > 0 && { networks: core.keeper.status(core.isReachable) }),
    ...(hasServices && { services: servicesStatusOf(node.services, core.now()) }),
  };
}

async function closeAll({ core, parts, reloader, care }: Assembly): Promise<void> {
  const { node } = core;
  core.keys.stop();
  await reloader.close();
  if (node.services.publications.size > 0) {
    // Nothing new comes here once others have heard.
    node.services.publications.drainAll();
    core.wake();
    await new Promise((resolve) => setTimeout(resolve, DRAIN_MS));
  }
  node.close();
  core.wake();
  await new Promise((resolve) => setTimeout(resolve, FAREWELL_MS));
  await parts.close();
  core.stop();
  care.stop();
}

/** Reloads whenever the file becomes another, and no change waits to be confirmed. */
function watchOf(file: string, reloader: Reloader): FileWatch {
  return new FileWatch(file, async () => {
    if (reloader.unconfirmedMs !== undefined) return false;
    await reloader.reload().catch(() => {});
    return true;
  });
}

function warnOfUnused(handed: HandedSockets, log: Log): void {
  for (const { name, place } of handed.left) {
    const where = place === undefined ? "no listening TCP or Unix socket" : placeName(place);
    const advice = "give an inbound exactly this address, or remove it from the .socket unit";
    log.write("warn", "socket-unused", { name, where, advice });
  }
}

function clockStatusOf(time: NetworkTime): Pick<NodeStatus, "clockBehindSeconds" | "clockDoubt"> {
  const clockBehindSeconds = Math.round(time.offsetMs / 1000);
  if (time.doubt !== undefined) return { clockDoubt: doubtText(time.doubt) };
  return clockBehindSeconds === 0 ? {} : { clockBehindSeconds };
}
