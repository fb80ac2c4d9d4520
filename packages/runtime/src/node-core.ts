import type { Config } from "@flor/config";
import { createDriverClock, DatagramEgress, descriptorLimit, Dialler, type Log, verifySignature } from "@flor/host";
import type { createOpensslProvider } from "@flor/host/openssl";
import {
  Driver,
  type DriverClock,
  type EgressFlows,
  EGRESS_FLOWS_MAX,
  EGRESS_FLOWS_PER_PEER_MAX,
  FlorNode,
  type Joining,
  type NodeHost,
  type PeerSettings,
} from "@flor/node";
import type { Who } from "@flor/route";
import { LiveRules } from "./live-rules.ts";
import { LiveShares } from "./live-shares.ts";
import { areaSettingsOf } from "./networks/area-settings.ts";
import { NetworkKeeper } from "./networks/network-keeper.ts";
import { createNodeHost } from "./node-host.ts";
import { nodeSettingsOf } from "./node-settings.ts";
import { ownKeyOf, OwnKeys } from "./own-keys.ts";
import type { LivePart } from "./parts/live-part.ts";
import { RouteBalancer } from "./route-balancer.ts";
import { RunningServices } from "./services/running-services.ts";

/** Memberships that begin, end or are to be renewed are looked at this often. */
const KEEPER_INTERVAL_MS = 5000;

/** What a core is made of. */
export interface NodeCoreOptions {
  readonly config: Config;
  readonly log: Log;
  readonly joining: Joining | undefined;
  readonly createProvider: typeof createOpensslProvider;
  /** Ports that this node listens on itself, where its outbounds never lead. */
  readonly ownPorts: (protocol: "tcp" | "udp") => readonly number[];
  readonly setNeighbours: NodeHost["setNeighbours"];
}

/** A node's machine and driver, with what both stand on. It listens nowhere, and has no link yet. */
export class NodeCore {
  readonly config: Config;
  readonly log: Log;
  readonly node: FlorNode;
  readonly driver: Driver;
  readonly rules: LiveRules;
  readonly keeper: NetworkKeeper;
  readonly services: RunningServices;
  readonly shares: LiveShares;
  /** The key that it has, and those before it. */
  readonly keys: OwnKeys;
  readonly #clock: DriverClock = createDriverClock();
  readonly #datagrams: DatagramEgress;
  readonly #keeping: NodeJS.Timeout;
  #peers = 0;

  constructor({ config, log, joining, createProvider, ownPorts, setNeighbours }: NodeCoreOptions) {
    this.config = config;
    this.log = log;
    this.keeper = new NetworkKeeper({
      config,
      log: (...line) => log.write(...line),
      ...(joining?.time && { time: joining.time }),
    });
    // Who is a member depends on it; not in the midst of the packet that tells it.
    this.keeper.time.onTaken = () => void setImmediate(() => this.keeper.onMembersChanged());
    this.rules = new LiveRules(config, (peer) => this.#whoOf(peer));
    this.services = new RunningServices({
      node: () => this.node,
      now: () => this.now(),
      log,
      sign: (octets) => this.keys.sign(octets),
      verify: verifySignature,
      whoOf: (peer) => this.#whoOf(peer),
    });
    const dialler = new Dialler({
      policy: (peer) => this.rules.policy.for(this.#whoOf(peer)),
      ownPorts: () => ownPorts("tcp"),
    });
    this.#datagrams = new DatagramEgress({
      rules: () => this.rules.datagrams,
      ownPorts: () => ownPorts("udp"),
    });
    const host = createNodeHost({
      dialler,
      datagrams: this.#datagrams,
      log,
      now: () => this.now(),
      networkTime: this.keeper.time,
      wake: () => this.wake(),
      setNeighbours,
      services: this.services,
    });
    const settings = nodeSettingsOf(config, {
      key: ownKeyOf(config.identity, createProvider),
      live: () => this.rules.config,
      balancer: new RouteBalancer((name) => this.#roundTripMs(name)),
      networks: this.keeper,
      joining,
    });
    this.node = new FlorNode(settings, host, this.now());
    this.driver = new Driver(this.node, this.#clock);
    this.shares = new LiveShares(descriptorLimit() ?? Infinity, log);
    this.keeper.onInvitesChanged = () => this.node.control.guests.setKeys(this.keeper.guests());
    this.keeper.onInvitesChanged();
    this.keys = new OwnKeys({
      config,
      createProvider,
      node: this.node,
      keeper: this.keeper,
      log,
      now: () => this.now(),
    });
    this.#keeping = setInterval(() => this.#keep(), KEEPER_INTERVAL_MS).unref();
  }

  now(): number {
    return this.#clock.now();
  }

  wake(): void {
    this.driver.wake();
  }

  /** Whether a path leads to a node, by its key. */
  readonly isReachable: (key: string) => boolean = (key) => this.node.isReached(key);

  /** How its networks follow the configuration; the peers that follow from them come with {@link setPeers}. */
  readonly networks: LivePart = {
    prepare: async ({ networks }) => {
      const take = this.keeper.prepare(networks);
      const commit = async (): Promise<void> => {
        // Who may hear of whom has changed, for those who were neighbours before as well.
        if (take()) this.node.topology.linkState.retell();
      };
      return { commit, abandon: async () => {} };
    },
  };

  /** Takes the peers that the file and others list, and the members of its networks. */
  setPeers(listed: readonly PeerSettings[]): void {
    const all = this.keeper.peersOf(listed, this.config.name);
    this.node.setPeers(all, this.now());
    this.applyAreas();
    this.#peers = all.length;
    this.boundEgress();
    // A session is held with every peer that clients may be sent through; while one changes its key, with the new one.
    const names = this.rules.config.routes.flatMap(({ through }) => through);
    for (const name of names) this.node.sessions.want(this.keeper.namesOf(name)[0] ?? name);
    // It may be this node that is known by another key now.
    setImmediate(() => this.keys.review());
  }

  /** Takes what the configuration says of networks of others, with the peers and members of now. */
  applyAreas(): void {
    const { config } = this.rules;
    const namesOf = (name: string): readonly string[] => this.keeper.namesOf(name);
    this.node.setAreas(areaSettingsOf(config, this.keeper.networks, this.node.peers, namesOf), this.now());
  }

  /** What peers may have open follows their number, and their share of the descriptors. */
  boundEgress(): void {
    this.node.egress.bounds = egressBounds(this.shares.now.egressFlows, this.#peers);
  }

  /** Nothing turns any more. */
  stop(): void {
    this.#datagrams.close();
    clearInterval(this.#keeping);
    this.keeper.close();
    this.driver.stop();
  }

  /** Who a peer is, for rules: a host of another network has no roles here. */
  #whoOf(peer: string): Who {
    const network = this.node.sessions.named(peer)?.settings.network;
    return network === undefined ? this.keeper.whoOf(peer) : { node: peer, roles: [], network };
  }

  #keep(): void {
    this.keeper.tick();
    this.keys.review();
    this.wake();
  }

  #roundTripMs(name: string): number | undefined {
    const peer = this.node.sessions.named(name);
    return peer?.session?.connection.statistics().rttMs ?? peer?.path?.nextHop.best?.rttMs;
  }
}

/** What the egress lets peers have open; one of several peers never has all that the descriptors allow. */
function egressBounds(flows: number, peers: number): EgressFlows {
  const ofPeer = peers > 1 ? Math.ceil((flows * 2) / 3) : flows;
  return { all: Math.min(flows, EGRESS_FLOWS_MAX), ofPeer: Math.min(ofPeer, EGRESS_FLOWS_PER_PEER_MAX) };
}
