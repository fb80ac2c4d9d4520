/**
 * Puts a node together: core, clock, egress, links, inbounds, northbounds. Pure above the core's constructor,
 * system-changing below.
 */
import type { Config, InboundConfig, PublicationConfig } from "@flor/config";
import {
  createDriverClock,
  createLog,
  createSigner,
  DatagramEgress,
  descriptorLimit,
  Dialler,
  HandedSockets,
  type Log,
  type LogLevel,
  type LogOptions,
  LogRing,
  LoopDelay,
  Mistakes,
  OrphanReaper,
  placeName,
  shareDescriptors,
  verifySignature,
} from "@flor/host";
import {
  coreStatusOf,
  Driver,
  type EgressFlows,
  EGRESS_FLOWS_MAX,
  EGRESS_FLOWS_PER_PEER_MAX,
  FlorNode,
  type Joining,
  type NodeStatus,
  servicesStatusOf,
} from "@flor/node";
import { AllowedPeers, createCredentials } from "@flor/quic";
import { engineMaker } from "@flor/quic/engine";
import { DatagramClient, type DatagramReceiver, type Request } from "@flor/flows";
import { UDP_INBOUND } from "@flor/inbounds";
import { nodeKeyOf } from "@flor/link-state";
import { NetworkKeeper } from "./networks/network-keeper.ts";
import { type NetworkControl, networkControlOf } from "./networks/network-control.ts";
import type { Who } from "@flor/route";
import { createLink } from "./links/create-link.ts";
import { openDatagramInbound } from "./datagram-inbound.ts";
import { Forwards } from "./forwards.ts";
import { openInbound, type RunningInbound } from "./inbounds.ts";
import { type LinkControl, linkControlOf } from "./links/link-control.ts";
import { createNodeHost } from "./node-host.ts";
import { datagramRulesOf, egressPolicyOf, nodeSettingsOf } from "./node-settings.ts";
import { Inbounds } from "./parts/inbounds.ts";
import { Links } from "./parts/links.ts";
import { Metrics } from "./parts/metrics.ts";
import { applyTo, atOnce, type LiveKey, type LivePart } from "./parts/live-part.ts";
import { Northbounds } from "./parts/northbounds.ts";
import { PeerSources } from "./peer-sources.ts";
import { type Seeing, seeingOf } from "./seeing/seeing.ts";
import { startConfigOf } from "./reload/kept-config.ts";
import { FileWatch } from "./reload/file-watch.ts";
import { Reloader, type ReloadOptions, type ReloadReport } from "./reload/reloader.ts";
import { RouteBalancer } from "./route-balancer.ts";
import { RunningServices, type ServeHere, type Serving } from "./services/running-services.ts";
import { type ServiceControl, serviceControlOf } from "./services/service-control.ts";
import type { RunningLink } from "./links/running-link.ts";

/** How a node is run. */
export interface RunNodeOptions {
  /** Nothing but this node runs in this process: it outlives mistakes, and is process 1 where it must. @default false */
  readonly ownsProcess?: boolean;
  /** Reloads whenever the file becomes another. @default false */
  readonly watchesFile?: boolean;
  readonly version: string;
  readonly logLevel: LogLevel;
  /** Listening sockets of the service manager that started this process. @default none */
  readonly handed?: HandedSockets;
  /** Where the log goes instead of stderr as lines of JSON. */
  readonly logTo?: Pick<LogOptions, "stream">;
  /** It is no member yet, and asks to become one. */
  readonly joining?: Joining;
}

/** A node at work. */
export interface RunningNode {
  readonly log: Log;
  /** What was logged of late. */
  readonly recentLog: LogRing;
  /** Whether it took a turn since it was asked last; it is asked to take one. */
  isAtWork(): boolean;
  readonly links: LinkControl;
  readonly services: ServiceControl;
  /** Publishes a service whose clients this program takes, until that is closed. @throws Error that says what to do */
  serve(publication: PublicationConfig, handle: ServeHere): Serving;
  /** What it knows of its layer, and echoes through it. */
  readonly seeing: Seeing;
  status(): NodeStatus;
  /** The networks that it belongs to. */
  readonly networks: NetworkControl;
  /**
   * Brings the node to what its file says by now, as far as that can be while it runs: all of it, or nothing.
   *
   * @throws Error with all that is wrong with the file
   */
  reload(options?: ReloadOptions): Promise<ReloadReport>;
  /** See {@link Reloader.confirm}. */
  confirm(connectedAt: number): Promise<void>;
  /** Its peers; those of its file are the source "file". */
  readonly peers: PeerSources;
  /** Opens a flow for somebody in this process, as an inbound does for its clients. */
  request(request: Request): void;
  /** Joins somebody in this process who sends and receives datagrams. @param user matched against routes */
  openDatagrams(receiver: DatagramReceiver, user: string | undefined): DatagramClient;
  /** Inbounds for as long as somebody keeps them. */
  readonly forwards: Forwards;
  /** All metrics as text, for `flor metrics`. */
  metrics(): Promise<string>;
  /** Ends its flows with RST, its links and its listeners; resolves when all are gone. */
  close(): Promise<void>;
}

/** The source of the peers that the file lists. */
const FILE_PEERS = "file";
/** Below this many flows at once, the log says why. */
const FEW_FLOWS = 256;
/** Memberships that begin, end or are to be renewed are looked at this often. */
const KEEPER_INTERVAL_MS = 5000;
/** A stopping node says farewell to its peers for this long. */
const FAREWELL_MS = 50;
/** Before that, a publisher of services waits so long: others have heard by then that it takes no more. */
const DRAIN_MS = 200;

/** Starts the node of a configuration, or of what was before it, when nobody confirmed that change. */
export async function runNode(asked: Config, options: RunNodeOptions): Promise<RunningNode> {
  const { logLevel: level, logTo = {}, handed = new HandedSockets() } = options;
  const { config, problem } = startConfigOf(asked);
  // What a link writes is capped for each link.
  const recentLog = new LogRing();
  const log = createLog({ keep: recentLog, level, fields: { node: config.name }, uncapped: ["link-log"], ...logTo });
  const { createOpensslProvider } = await import("@flor/host/openssl");
  const crypto = createOpensslProvider({
    credentials: createCredentials(config.identity, createSigner(config.identity)),
  });
  const balancer = new RouteBalancer((name) => {
    const peer = node.sessions.named(name);
    return peer?.session?.connection.statistics().rttMs ?? peer?.path?.nextHop.best?.rttMs;
  });
  const keeper = new NetworkKeeper({ config, log: (...line) => log.write(...line) });
  const whoOf = (peer: string): Who => keeper.whoOf(peer);
  const { joining } = options;
  const made = { engines: engineMaker({ crypto }), live: () => live, balancer, networks: keeper, joining };
  const settings = nodeSettingsOf(config, made);
  let live = config;
  let policy = egressPolicyOf(config);
  let datagramRules = datagramRulesOf(config, whoOf);
  const clock = createDriverClock();
  const dialler = new Dialler({
    policy: (peer) => policy.for(whoOf(peer)),
    ownPorts: () => [...inbounds.ports, ...metrics.ports, ...forwards.portsOf("tcp")],
  });
  const datagrams = new DatagramEgress({
    rules: () => datagramRules,
    ownPorts: () => [...inbounds.udpPorts, ...forwards.portsOf("udp")],
  });
  const wake = (): void => driver.wake();
  const setNeighbours: Links["setNeighbours"] = (name, wanted) => links.setNeighbours(name, wanted);
  const now = (): number => clock.now();
  const services = new RunningServices({
    node: () => node,
    now,
    log,
    sign: createSigner(config.identity),
    verify: verifySignature,
    rolesOf: (peer) => keeper.whoOf(peer).roles,
  });
  const host = createNodeHost({ dialler, datagrams, log, now, wake, setNeighbours, services });
  const node = new FlorNode(settings, host, now());
  const driver = new Driver(node, clock);
  const loopDelay = new LoopDelay();
  const mistakes = new Mistakes(log);
  const reaper = new OrphanReaper(options.ownsProcess === true && process.pid === 1);

  const users = {
    inbounds: config.inbounds.length,
    isEgress: config.outbounds.length > 0 || config.services !== undefined,
  };
  const shares = shareDescriptors(descriptorLimit() ?? Infinity, users);
  if (shares.egressFlows < FEW_FLOWS) log.write("warn", "few-descriptors", { ...shares, advice: "raise ulimit -n" });
  keeper.onMembersChanged = () => peers.again();
  keeper.onInvitesChanged = () => node.control.guests.setKeys(keeper.guests());
  keeper.onInvitesChanged();
  const keeping = setInterval(() => {
    keeper.tick();
    driver.wake();
  }, KEEPER_INTERVAL_MS).unref();
  const peers = new PeerSources({
    log,
    apply: (wanted) => {
      const all = keeper.peersOf(wanted, config.name);
      node.setPeers(all, clock.now());
      node.egress.bounds = egressBounds(shares.egressFlows, all.length);
      wantEgresses(node, live, keeper);
    },
  });
  const openAny = (inbound: InboundConfig): Promise<RunningInbound> =>
    inbound.kind === UDP_INBOUND
      ? openDatagramInbound(node, inbound, shares.clientsOfInbound)
      : openInbound(node, inbound, shares.clientsOfInbound, handed);
  const inbounds = new Inbounds(openAny);
  const forwards = new Forwards(openAny);
  const links = new Links({
    node,
    create: (link) =>
      createLink(link, {
        node,
        config,
        log,
        wake,
        handleAncestryChanged: () => northbounds.handleAncestryChanged(),
        handleLayersChanged: () => northbounds.handleLayersChanged(),
      }),
  });
  const ancestry = (): readonly Uint8Array[] => nodesBeneath(links.running.values());
  const { version } = options;
  const northbounds = new Northbounds({ node, links: links.running, ancestry, version, log, wake });
  const metrics = new Metrics(() => status());
  const rules: Readonly<Record<"routes" | "outbounds" | "peers", LivePart>> = {
    routes: atOnce((wanted) => void (live = wanted)),
    outbounds: atOnce((wanted) => {
      policy = egressPolicyOf(wanted);
      datagramRules = datagramRulesOf(wanted, whoOf);
    }),
    peers: atOnce((wanted) => peers.set(FILE_PEERS, wanted.peers), checkPeers),
  };
  // What is here has its say in this order: a client that comes meanwhile finds peers and routes.
  const parts: Readonly<Record<LiveKey, LivePart>> = { ...rules, services, links, inbounds, northbounds, metrics };
  const apply = async (wanted: Config): Promise<void> => {
    await applyTo(Object.values(parts), wanted);
    driver.wake();
  };
  const reloader = new Reloader({ config, problem, log, apply });
  if (problem !== undefined) log.write("warn", "reload-refused", { problem });
  let watch: FileWatch | undefined;

  const status = (): NodeStatus => ({
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
    ...(reloader.unconfirmedMs === undefined ? {} : { unconfirmedMs: reloader.unconfirmedMs }),
    ...(metrics.place === undefined ? {} : { metrics: metrics.place }),
    inbounds: [...inbounds.status(), ...forwards.status()],
    links: links.status(),
    ...coreStatusOf(node, clock.now()),
    ...(node.services.directory.rules.networks.length === 0
      ? {}
      : { services: servicesStatusOf(node.services, now()) }),
  });

  const close = async (): Promise<void> => {
    watch?.[Symbol.dispose]();
    reloader.close();
    if (node.services.publications.size > 0) {
      // Nothing new comes here once others have heard.
      node.services.publications.drainAll();
      driver.wake();
      await new Promise((resolve) => setTimeout(resolve, DRAIN_MS));
    }
    node.close();
    driver.wake();
    await new Promise((resolve) => setTimeout(resolve, FAREWELL_MS));
    // One that cannot be closed in order, as by a full disk, keeps no other from it.
    await Promise.allSettled([
      forwards.close(),
      inbounds.close(),
      northbounds.close(),
      links.close(),
      metrics.close(),
      services.close(),
    ]);
    datagrams.close();
    clearInterval(keeping);
    keeper.close();
    driver.stop();
    loopDelay.close();
    reaper.stop();
    mistakes.stop();
  };
  try {
    await applyTo(Object.values(rules), config);
    await apply(config);
  } catch (error) {
    await close();
    throw error;
  }
  for (const { name, place } of handed.left) {
    const where = place === undefined ? "no listening TCP or Unix socket" : placeName(place);
    const advice = "give an inbound exactly this address, or take it out of the .socket unit";
    log.write("warn", "socket-unused", { name, where, advice });
  }
  driver.wake();
  if (options.ownsProcess === true) mistakes.outlive();
  if (options.watchesFile === true)
    watch = new FileWatch(config.file, async () => {
      if (reloader.unconfirmedMs !== undefined) return false;
      await reloader.reload().catch(() => {});
      return true;
    });

  let seenTurns = -1;
  return {
    log,
    recentLog,
    isAtWork: () => {
      const isNew = driver.turns !== seenTurns;
      seenTurns = driver.turns;
      driver.wake();
      return isNew;
    },
    close,
    peers,
    networks: networkControlOf(
      keeper,
      () => live,
      (key) => node.topology.peerPaths.isReachable(key),
    ),
    reload: (how) => reloader.reload(how),
    confirm: (connectedAt) => reloader.confirm(connectedAt),
    request: (request) => void node.request(request, clock.now()),
    openDatagrams: (receiver, user) => new DatagramClient({ router: node.ingress, receiver, user }),
    forwards,
    seeing: seeingOf(node, { now: () => clock.now(), wake }),
    links: linkControlOf(links.running),
    services: serviceControlOf(node, services, { now, wake }),
    serve: (publication, handle) => {
      const serving = services.serveHere(publication, handle);
      driver.wake();
      return serving;
    },
    status,
    metrics: async () => (await (await import("./metrics/exposition.ts")).expositionOf(status(), "prometheus")).text,
  };
}

/** @throws RangeError when two peers cannot be told apart */
function checkPeers({ identity, peers }: Config): void {
  const allowed = new AllowedPeers(identity);
  for (const { publicKey } of peers) allowed.add(publicKey);
}

/** Holds a session with every peer that clients may be sent through. */
function wantEgresses(node: FlorNode, { routes }: Config, keeper: NetworkKeeper): void {
  const names = routes.flatMap(({ through }) => through).flatMap((name) => keeper.namesOf(name));
  for (const name of names) node.sessions.want(name);
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
