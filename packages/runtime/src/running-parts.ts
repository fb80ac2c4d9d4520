import type { Config, InboundConfig } from "@flor/config";
import type { BegunChildren, HandedSockets } from "@flor/host";
import { UDP_INBOUND } from "@flor/inbounds";
import { nodeKeyOf } from "@flor/link-state";
import type { NodeStatus } from "@flor/node";
import { AllowedPeers } from "@flor/quic";
import { openDatagramInbound } from "./datagram-inbound.ts";
import { Forwards } from "./forwards.ts";
import { openInbound, type RunningInbound } from "./inbounds.ts";
import { createLink } from "./links/create-link.ts";
import type { NodeCore } from "./node-core.ts";
import { Inbounds } from "./parts/inbounds.ts";
import { Links } from "./parts/links.ts";
import { applyTo, atOnce, type LiveKey, type LivePart } from "./parts/live-part.ts";
import { Metrics } from "./parts/metrics.ts";
import { Northbounds } from "./parts/northbounds.ts";
import { PeerSources } from "./peer-sources.ts";

/** The source of the peers that the file lists. */
const FILE_PEERS = "file";

/** What the parts are made of, beside the core. */
export interface RunningPartsOptions {
  readonly version: string;
  /** Listening sockets of the service manager. */
  readonly handed: HandedSockets;
  /** Processes of links that load already. */
  readonly begun: BegunChildren | undefined;
  /** What the metrics say. */
  readonly status: () => NodeStatus;
}

/** What of a running node listens, dials or follows its configuration. */
export class RunningParts {
  readonly peers: PeerSources;
  readonly inbounds: Inbounds;
  readonly forwards: Forwards;
  readonly links: Links;
  readonly northbounds: Northbounds;
  readonly metrics: Metrics;
  readonly #core: NodeCore;
  readonly #handed: HandedSockets;
  /** Whether peers' flows leave here. */
  #isEgress = false;

  constructor(core: NodeCore, { version, handed, begun, status }: RunningPartsOptions) {
    this.#core = core;
    this.#handed = handed;
    const { node, log, keeper } = core;
    this.peers = new PeerSources({ log, apply: (wanted) => core.setPeers(wanted) });
    keeper.onMembersChanged = () => this.peers.again();
    this.inbounds = new Inbounds((inbound) => this.#openInbound(inbound));
    this.forwards = new Forwards((inbound) => this.#openInbound(inbound), {
      handleChanged: () => this.#shareDescriptors(),
    });
    this.links = this.#createLinks(begun);
    this.northbounds = new Northbounds({
      node,
      links: this.links.running,
      ancestry: () => this.#nodesBeneath(),
      version,
      log,
      wake: () => core.wake(),
    });
    this.metrics = new Metrics(status);
  }

  /** Ports that this node listens on itself, where its outbounds never lead. */
  ownPorts(protocol: "tcp" | "udp"): readonly number[] {
    const { inbounds, forwards, metrics } = this;
    if (protocol === "udp") return [...inbounds.udpPorts, ...forwards.portsOf("udp")];
    return [...inbounds.ports, ...metrics.ports, ...forwards.portsOf("tcp")];
  }

  /** Takes the first configuration: peers and routes are there before the first client comes. */
  async start(config: Config): Promise<void> {
    await applyTo(Object.values(this.#rules()), config);
    this.#isEgress = letsOut(config);
    // Inbounds for UDP take none.
    const inbounds = config.inbounds.filter(({ kind }) => kind !== UDP_INBOUND);
    this.#core.shares.divide(inbounds.length, this.#isEgress);
    await this.apply(config);
  }

  /** Brings all parts to a configuration, or none. @throws Error that says what to do */
  async apply(wanted: Config): Promise<void> {
    const { links, inbounds, northbounds, metrics } = this;
    const { services } = this.#core;
    // Rules first: a client that comes meanwhile finds peers and routes.
    const parts: Readonly<Record<LiveKey, LivePart>> = {
      ...this.#rules(),
      services,
      links,
      inbounds,
      northbounds,
      metrics,
    };
    await applyTo(Object.values(parts), wanted);
    this.#isEgress = letsOut(wanted);
    this.#shareDescriptors();
    this.#core.wake();
  }

  /** One that cannot be closed in order, as by a full disk, keeps no other from it. */
  async close(): Promise<void> {
    const { forwards, inbounds, northbounds, links, metrics } = this;
    const all = [forwards, inbounds, northbounds, links, metrics, this.#core.services];
    await Promise.allSettled(all.map((part) => part.close()));
  }

  #rules(): Readonly<Record<RuleKey, LivePart>> {
    return {
      ...this.#core.rules.parts,
      idleTimeoutMs: atOnce(({ idleTimeoutMs }) => (this.#core.node.sessions.idleTimeoutMs = idleTimeoutMs)),
      transit: atOnce(({ transit }) => this.#core.node.setTransit(transit, this.#core.now())),
      // Before peers: members are some of them.
      networks: this.#core.networks,
      peers: atOnce((wanted) => this.peers.set(FILE_PEERS, wanted.peers), checkPeers),
      // Behind peers, some of whom are gateways; one call takes both.
      foreign: atOnce(() => this.#core.applyAreas()),
      crossings: atOnce(() => {}),
    };
  }

  #openInbound(inbound: InboundConfig): Promise<RunningInbound> {
    const { node, shares } = this.#core;
    if (inbound.kind === UDP_INBOUND) return openDatagramInbound(node, inbound);
    return openInbound(node, inbound, shares.now.clientsOfInbound, this.#handed);
  }

  /** Inbounds, forwards or outbounds are others now: each inbound, and the egress, gets its share. */
  #shareDescriptors(): void {
    const all = [...this.inbounds.running, ...this.forwards.running].filter(({ takesDescriptors }) => takesDescriptors);
    const { clientsOfInbound } = this.#core.shares.divide(all.length, this.#isEgress);
    for (const inbound of all) inbound.setDescriptors(clientsOfInbound);
    this.#core.boundEgress();
  }

  #createLinks(begun: BegunChildren | undefined): Links {
    const core = this.#core;
    const { node, config, log } = core;
    const surroundings = {
      node,
      config,
      log,
      begun,
      wake: () => core.wake(),
      handleAncestryChanged: () => this.northbounds.handleAncestryChanged(),
      handleLayersChanged: () => this.northbounds.handleLayersChanged(),
    };
    return new Links({ node, create: (link) => createLink(link, surroundings) });
  }

  /** Instance ids, each once: two links may lead to one node. */
  #nodesBeneath(): readonly Uint8Array[] {
    const all = Array.from(this.links.running.values(), ({ ancestry }) => ancestry).flat();
    return [...new Map(all.map((id) => [nodeKeyOf(id), id])).values()];
  }
}

/** The keys whose parts are rules: they listen nowhere. */
type RuleKey = "routes" | "outbounds" | "networks" | "peers" | "foreign" | "crossings" | "idleTimeoutMs" | "transit";

function letsOut({ outbounds, services }: Config): boolean {
  return outbounds.length > 0 || services !== undefined;
}

/** @throws RangeError when two peers cannot be told apart */
function checkPeers({ identity, peers }: Config): void {
  const allowed = new AllowedPeers(identity);
  for (const { publicKey } of peers) allowed.add(publicKey);
}
