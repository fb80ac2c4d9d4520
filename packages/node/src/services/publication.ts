/** One service that this node publishes, and the flows that came for it. */
import type { Destination } from "@flor/wire";
import { recordName, type ServiceRecord, type ServiceState } from "@flor/service";

/**
 * Where a published service's flows go: an address and port of this machine's choice, a Unix socket, this program, or a
 * service of another network that this node is in, too.
 */
export type ServiceTarget =
  | { readonly kind: "tcp" | "udp"; readonly destination: Destination }
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "program"; readonly name: string }
  | { readonly kind: "service"; readonly name: string };

/** Who asks for a service. */
export interface ServiceClient {
  /** The ingress node's name here; of this node itself, its own. */
  readonly node: string;
  /** In the ingress's words; empty: nobody in particular. */
  readonly user: string;
}

/** Whether somebody may, and by which rule, as written; `undefined`: by none. */
export interface ServiceDecision {
  readonly allowed: boolean;
  readonly rule: string | undefined;
}

/** What a node publishes under one name. */
export interface PublicationSettings extends Pick<
  ServiceRecord,
  | "service"
  | "network"
  | "protocol"
  | "port"
  | "weight"
  | "zone"
  | "priority"
  | "tags"
  | "tableSize"
  | "affinity"
  | "boundedLoad"
  | "wantsUser"
> {
  readonly target: ServiceTarget;
  /** Where the target is, for people. */
  readonly targetText: string;
  /** Its target is told of each client by a PROXY protocol header, version 2. */
  readonly proxyProtocol: boolean;
  /** Down until a check says otherwise. */
  readonly isChecked: boolean;
  /** Who may use it, as written, for people. */
  readonly allowText: readonly string[];
  readonly decide: (client: ServiceClient) => ServiceDecision;
  /** Who published it: the configuration, or somebody at run time. */
  readonly from: "configuration" | "run-time";
}

/** A published service. */
export class Publication {
  settings: PublicationSettings;
  /** Rises with every change. */
  serial: number;
  isUp: boolean;
  isDraining = false;
  /** Set at run time, in place of what the settings say. */
  weight: number | undefined;
  /** Why it is down, for people; empty: it is not. */
  reason = "";
  opened = 0;
  refused = 0;
  failed = 0;
  /** Open flows, each with what ends it. */
  readonly flows: Map<object, () => void> = new Map();

  constructor(settings: PublicationSettings, serial: number) {
    this.settings = settings;
    this.serial = serial;
    this.isUp = !settings.isChecked;
    if (settings.isChecked) this.reason = "not checked yet";
  }

  /** `db.team`, of UDP `dns.team/udp`. */
  get name(): string {
    return recordName(this.settings);
  }

  get state(): ServiceState {
    if (this.isDraining) return "draining";
    return this.isUp ? "up" : "down";
  }

  /** What others are told. @param publisher this node's public key, 64 hexadecimal digits */
  record(publisher: string): ServiceRecord {
    const { service, network, protocol, port, zone, priority, tags, tableSize } = this.settings;
    const { affinity, boundedLoad, wantsUser, proxyProtocol: wantsClient } = this.settings;
    const { serial, state } = this;
    const weight = this.weight ?? this.settings.weight;
    const own = { service, network, protocol, port, zone, priority, tags, tableSize, affinity, boundedLoad };
    const isFallback = this.settings.target.kind === "service";
    return { ...own, wantsUser, wantsClient, isFallback, publisher, serial, weight, state };
  }
}
