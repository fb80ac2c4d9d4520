/**
 * Puts a node together: core, clock, egress, links, inbounds, northbounds. Pure above the core's constructor,
 * system-changing below.
 */
import type { Config } from "@flor/config";
import {
  createDriverClock,
  createLog,
  createSigner,
  descriptorLimit,
  Dialler,
  type Log,
  type LogLevel,
  type LogOptions,
  LoopDelay,
  Mistakes,
  OrphanReaper,
  shareDescriptors,
} from "@flor/host";
import {
  coreStatusOf,
  Driver,
  type EgressFlows,
  EGRESS_FLOWS_MAX,
  EGRESS_FLOWS_PER_PEER_MAX,
  FlorNode,
  type LayerStatus,
  type NodeStatus,
} from "@flor/node";
import { createCredentials } from "@flor/quic";
import { engineMaker } from "@flor/quic/engine";
import type { Request } from "@flor/flows";
import { nodeKeyOf } from "@flor/link-state";
import { Cause } from "@flor/wire";
import { createLink } from "./links/create-link.ts";
import { openInbound, type RunningInbound } from "./inbounds.ts";
import { layersAsOne, layersBeneath } from "./northbound/layers-beneath.ts";
import { type LinkControl, linkControlOf } from "./links/link-control.ts";
import { createNodeHost, type NodeHostOptions } from "./node-host.ts";
import { egressPolicyOf, nodeSettingsOf } from "./node-settings.ts";
import { NorthboundServer } from "./northbound/northbound-server.ts";
import { northboundSocketOf } from "./northbound/northbound-socket.ts";
import { PeerSources } from "./peer-sources.ts";
import { type Seeing, seeingOf } from "./seeing/seeing.ts";
import { matchInbounds } from "./reload/reload-plan.ts";
import { Reloader, type ReloadReport } from "./reload/reloader.ts";
import type { RunningLink } from "./links/running-link.ts";

/** How a node is run. */
export interface RunNodeOptions {
  /** Nothing but this node runs in this process: it outlives mistakes, and is process 1 where it must. @default false */
  readonly ownsProcess?: boolean;
  readonly version: string;
  readonly logLevel: LogLevel;
  /** Where the log goes instead of stderr as lines of JSON. */
  readonly logTo?: Pick<LogOptions, "stream">;
}

/** A node at work. */
export interface RunningNode {
  readonly log: Log;
  /** Whether it took a turn since it was asked last; it is asked to take one. */
  isAtWork(): boolean;
  readonly links: LinkControl;
  /** What it knows of its layer, and echoes through it. */
  readonly seeing: Seeing;
  status(): NodeStatus;
  /**
   * Brings the node to what its file says by now, as far as that can be while it runs: all of it, or nothing.
   *
   * @param isDryRun only says what would change
   * @throws Error with all that is wrong with the file
   */
  reload(isDryRun: boolean): Promise<ReloadReport>;
  /** Its peers; those of its file are the source "file". */
  readonly peers: PeerSources;
  /** Opens a flow for somebody in this process, as an inbound does for its clients. */
  request(request: Request): void;
  /** Ends its flows with RST, its links and its listeners; resolves when all are gone. */
  close(): Promise<void>;
}

/** The source of the peers that the file lists. */
const FILE_PEERS = "file";
/** Below this many flows at once, the log says why. */
const FEW_FLOWS = 256;
/** A stopping node says farewell to its peers for this long. */
const FAREWELL_MS = 50;

/** Starts the node of a configuration. */
export async function runNode(config: Config, options: RunNodeOptions): Promise<RunningNode> {
  const { logLevel: level, logTo = {} } = options;
  // What a link writes is capped for each link.
  const log = createLog({ level, fields: { node: config.name }, uncapped: ["link-log"], ...logTo });
  const { createOpensslProvider } = await import("@flor/host/openssl");
  const crypto = createOpensslProvider({
    credentials: createCredentials(config.identity, createSigner(config.identity)),
  });
  const settings = nodeSettingsOf(config, engineMaker({ crypto }), () => live);
  let live = config;
  let policy = egressPolicyOf(config);
  const clock = createDriverClock();
  const links = new Map<string, RunningLink>();
  let inbounds: readonly RunningInbound[] = [];
  const closing: RunningInbound[] = [];
  const northbounds: NorthboundServer[] = [];
  const ownPorts = (): number[] => inbounds.map(({ listener }) => listener.port);
  const dialler = new Dialler({ policy: (peer) => policy.for({ node: peer, roles: [] }), ownPorts });
  const wake = (): void => driver.wake();
  const setNeighbours: NodeHostOptions["setNeighbours"] = (name, wanted) => links.get(name)?.setNeighbours(wanted);
  const node = new FlorNode(
    settings,
    createNodeHost({
      dialler,
      log,
      wake,
      setNeighbours,
      serveHere: (name, _client, outcome) => outcome.failed(Cause.CONNECTION_REFUSED, `nothing serves ${name}`),
      handleOwnRecords: () => {},
    }),
    clock.now(),
  );
  const driver = new Driver(node, clock);
  const loopDelay = new LoopDelay();
  const mistakes = new Mistakes(log);
  const reaper = new OrphanReaper(options.ownsProcess === true && process.pid === 1);

  const peers = new PeerSources({
    log,
    apply: (wanted) => {
      node.setPeers(wanted, clock.now());
      if (egressFlows !== undefined) node.egress.bounds = egressBounds(egressFlows, wanted.length);
      wantEgresses(node, live);
    },
  });
  let egressFlows: number | undefined;
  let clientsOfInbound = 1;

  /** What can change while the node runs: all of it, or nothing when an inbound cannot be opened. */
  const apply = async (wanted: Config): Promise<void> => {
    const { pairs, removed } = matchInbounds(inbounds, wanted.inbounds, ({ place }) => place);
    const opened: RunningInbound[] = [];
    try {
      for (const [running, inbound] of pairs)
        if (running === undefined) opened.push(await openInbound(node, inbound, clientsOfInbound));
      peers.set(FILE_PEERS, wanted.peers);
    } catch (error) {
      await Promise.all(opened.map(({ listener }) => listener.close()));
      throw error;
    }
    inbounds = pairs.map(([running, inbound]) => {
      running?.change(inbound);
      return running ?? opened.shift()!;
    });
    for (const { listener } of removed) listener.stopAccepting();
    closing.push(...removed);
    live = wanted;
    policy = egressPolicyOf(wanted);
    wantEgresses(node, wanted);
    driver.wake();
  };
  const reloader = new Reloader({ config, log, apply });

  const close = async (): Promise<void> => {
    node.close();
    driver.wake();
    await new Promise((resolve) => setTimeout(resolve, FAREWELL_MS));
    const parts = [...[...inbounds, ...closing].map(({ listener }) => listener), ...northbounds];
    // One that cannot be closed in order, as by a full disk, keeps no other from it.
    await Promise.allSettled([
      ...parts.map((part) => part.close()),
      ...Array.from(links.values(), (link) => link.stop()),
    ]);
    driver.stop();
    loopDelay.close();
    reaper.stop();
    mistakes.stop();
  };
  try {
    const users = { inbounds: config.inbounds.length, isEgress: config.outbounds.length > 0 };
    const shares = shareDescriptors(descriptorLimit() ?? Infinity, users);
    egressFlows = shares.egressFlows;
    peers.set(FILE_PEERS, config.peers);
    if (shares.egressFlows < FEW_FLOWS) log.write("warn", "few-descriptors", { ...shares, advice: "raise ulimit -n" });
    clientsOfInbound = shares.clientsOfInbound;
    for (const inbound of config.inbounds) inbounds = [...inbounds, await openInbound(node, inbound, clientsOfInbound)];
    const ancestry = (): readonly Uint8Array[] => nodesBeneath(links.values());
    for (const [index, northbound] of node.northbounds.entries()) {
      const socket = northboundSocketOf(config.name, config.northbounds[index]!);
      const { version } = options;
      const layers = (): readonly LayerStatus[] => {
        const all = layersBeneath(config.name, northbound, links);
        // Members of a group are other users: what this user's nodes stand on is not theirs to know.
        return socket.group === undefined ? all : layersAsOne(all);
      };
      const server = { node, northbound, socket, ancestry, layers, version, log, wake };
      northbounds.push(await NorthboundServer.open(server));
    }
    const handleAncestryChanged = (): void => {
      for (const northbound of northbounds) northbound.handleAncestryChanged();
    };
    const handleLayersChanged = (): void => {
      for (const northbound of northbounds) northbound.handleLayersChanged();
    };
    const beneath = { handleAncestryChanged, handleLayersChanged };
    const surroundings = { node, config, log, wake, ...beneath };
    for (const link of config.links) links.set(link.name, createLink(link, surroundings));
    for (const link of links.values()) link.start();
  } catch (error) {
    await close();
    throw error;
  }
  driver.wake();
  if (options.ownsProcess === true) mistakes.outlive();

  let seenTurns = -1;
  return {
    log,
    isAtWork: () => {
      const isNew = driver.turns !== seenTurns;
      seenTurns = driver.turns;
      driver.wake();
      return isNew;
    },
    close,
    peers,
    reload: (isDryRun) => reloader.reload(isDryRun),
    links: linkControlOf(links),
    request: (request) => void node.request(request, clock.now()),
    seeing: seeingOf(node, { now: () => clock.now(), wake }),
    status: () => ({
      name: config.name,
      id: config.identity.id,
      instance: nodeKeyOf(node.topology.instance),
      version: options.version,
      pid: process.pid,
      uptimeMs: Math.round(clock.now() - node.startedAt),
      memory: memoryNow(),
      loopDelayMs: loopDelay.status(),
      mistakes: mistakes.counts,
      ...(reloader.problem === undefined ? {} : { reloadProblem: reloader.problem }),
      inbounds: inbounds.map((inbound) => inbound.status()),
      links: Array.from(links.values(), (link) => link.status()),
      ...coreStatusOf(node, clock.now()),
    }),
  };
}

/** Holds a session with every peer that clients may be sent through. */
function wantEgresses(node: FlorNode, { routes }: Config): void {
  for (const { through } of routes) for (const peer of through) node.sessions.want(peer);
}

/** Instance ids, each once: two links may lead to one node. */
function nodesBeneath(links: Iterable<RunningLink>): readonly Uint8Array[] {
  const all = Array.from(links, ({ ancestry }) => ancestry).flat();
  return [...new Map(all.map((id) => [nodeKeyOf(id), id])).values()];
}

/** What the egress lets peers have open; one of several peers never has all that the descriptors allow. */
function egressBounds(flows: number, peers: number): EgressFlows {
  const ofPeer = peers > 1 ? Math.ceil((flows * 2) / 3) : flows;
  return { all: Math.min(flows, EGRESS_FLOWS_MAX), ofPeer: Math.min(ofPeer, EGRESS_FLOWS_PER_PEER_MAX) };
}

/** Zeros where the system does not tell: reading it takes a descriptor. */
function memoryNow(): NodeStatus["memory"] {
  try {
    const { rss, heapUsed } = process.memoryUsage();
    return { residentOctets: rss, heapOctets: heapUsed };
  } catch {
    return { residentOctets: 0, heapOctets: 0 };
  }
}
