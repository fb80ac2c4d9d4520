/**
 * The services of a node: what it publishes, what others publish, and where flows for a name go. Names of a known network
 * are services and nothing else: a name that nobody publishes leaves through no exit.
 */
import { ADVERTISED_SERVICES_MAX, type LinkStateEntry } from "@flor/link-state";
import type { Request } from "@flor/flows";
import type { Instant } from "@flor/machine";
import { decodeRecordOf, encodeOwnRecord, type Service, type ServiceRecord } from "@flor/service";
import type { NodeHost } from "../node-host.ts";
import type { Sessions } from "../sessions.ts";
import type { Topology } from "../topology.ts";
import { type FlowOrigin, originOf } from "./flow-origin.ts";
import { Publications } from "./publications.ts";
import { ServiceDirectory, type ServiceRules } from "./service-directory.ts";
import { type ServiceCounts, ServiceRoute } from "./service-route.ts";

/** How a node takes part in services. */
export interface ServicesSettings extends ServiceRules {
  /** Its own records go with its advertisements; else the host puts them into a registry. */
  readonly isFlooded: boolean;
}

/** Options of {@link NodeServices}. */
export interface NodeServicesOptions {
  readonly ownKey: string;
  readonly ownName: string;
  readonly sessions: Sessions;
  readonly topology: Topology;
  readonly host: NodeHost;
}

const NO_RECORDS: readonly ServiceRecord[] = [];

/** See the head of this file. */
export class NodeServices {
  readonly directory: ServiceDirectory;
  readonly publications: Publications;
  /** Records of advertisements that were none, or another's. */
  badRecords = 0;
  /** The last of them, for people. */
  lastBadRecord = "";
  readonly #options: NodeServicesOptions;
  #ownKey: string;
  readonly #counts = new WeakMap<Service, ServiceCounts>();
  /** The advertised records that were taken, by origin. */
  readonly #taken = new Map<string, readonly Uint8Array[]>();
  #isFlooded = true;
  #flows = 0;
  #now: Instant = 0;

  constructor(options: NodeServicesOptions) {
    this.#options = options;
    const { ownKey, ownName, sessions } = options;
    this.#ownKey = ownKey;
    this.directory = new ServiceDirectory({
      ownKey,
      reachOf: (key) => {
        const path = sessions.peers.get(key)?.path;
        if (path === undefined) return "none";
        return path.nextHop.isHeard ? "alive" : "silent";
      },
      nameOf: (key) => (key === this.#ownKey ? ownName : (sessions.peers.get(key)?.settings.name ?? key.slice(0, 8))),
    });
    this.publications = new Publications(ownKey, this.#serial, (isUrgent) => this.#tellOthers(isUrgent));
  }

  /** The time is another one. */
  handleClockSet(): void {
    this.publications.raiseSerial(this.#serial);
  }

  get ownKey(): string {
    return this.#ownKey;
  }

  /** The node has another key, and publishes under that one from now on. */
  takeKey(ownKey: string, now: Instant): void {
    this.#now = now;
    this.#ownKey = ownKey;
    this.directory.ownKey = ownKey;
    this.publications.setPublisher(ownKey);
  }

  /** Records of this node's own that did not fit into its advertisement. */
  get ownLeftOut(): number {
    return this.#options.topology.linkState.servicesLeftOut;
  }

  /** The name of a publisher here; of an unlisted node the beginning of its key. */
  nameOf(publisher: string): string {
    const { ownName, sessions } = this.#options;
    if (publisher === this.#ownKey) return ownName;
    return sessions.peers.get(publisher)?.settings.name ?? publisher.slice(0, 8);
  }

  /** Takes other settings, while the node runs. */
  configure({ isFlooded, ...rules }: ServicesSettings, now: Instant): void {
    this.#now = now;
    const wasFlooded = this.#isFlooded;
    this.#isFlooded = isFlooded;
    this.directory.setRules(rules, now);
    this.publications.move(rules.zone);
    // What this node publishes is told in the other place now, and in the one before no more.
    if (wasFlooded !== isFlooded) this.#flood(isFlooded ? this.publications.records() : NO_RECORDS, false);
    // Records of a network that was unknown were left.
    this.#taken.clear();
    this.handleLayerChanged(now);
  }

  /** All records that a registry has. */
  setRegistryRecords(records: readonly ServiceRecord[], now: Instant): void {
    const { networks } = this.directory.rules;
    this.directory.set(
      "registry",
      // What this node publishes is known here first-hand.
      records.filter(({ network, publisher }) => networks.includes(network) && publisher !== this.ownKey),
      now,
    );
    this.#refreshFallbacks();
    this.#options.host.wake();
  }

  /** Advertisements or paths changed. */
  handleLayerChanged(now: Instant): void {
    this.#now = now;
    const gone = new Set(this.#taken.keys());
    for (const entry of this.#options.topology.database.entries()) {
      gone.delete(entry.origin);
      if (!this.#isOwn(entry.origin)) this.#take(entry, now);
    }
    for (const origin of gone) this.#drop(origin, now);
    this.directory.refreshReach();
    this.#refreshFallbacks();
  }

  /** A node publishes other services than before: that waits for no path, as clients may be on their way there. */
  handleNews(origin: string, now: Instant): void {
    this.#now = now;
    if (this.#isOwn(origin)) return;
    const entry = this.#options.topology.database.get(origin);
    if (entry === undefined) this.#drop(origin, now);
    else this.#take(entry, now);
    this.#refreshFallbacks();
  }

  /** Where a request goes that names a service; in words, why nowhere; `undefined`: routes say. */
  routeOf(request: Request, now: Instant): ServiceRoute | { readonly unknown: string } | undefined {
    const { target } = request.destination;
    if (target.kind !== "domain") return undefined;
    const found = this.directory.lookup(target.name, request.network, now);
    if (found.state === "foreign") return undefined;
    if (found.state === "unknown") return { unknown: found.text };
    return new ServiceRoute(found.service, this.countsOf(found.service), this.#originOf(request), now);
  }

  /** What flows to a service have come to. */
  countsOf(service: Service): ServiceCounts {
    const known = this.#counts.get(service) ?? { opened: 0, retries: 0, tromboned: 0, failed: {} };
    this.#counts.set(service, known);
    return known;
  }

  nextTimeout(): Instant | undefined {
    return this.directory.nextTimeout();
  }

  handleTimeout(now: Instant): void {
    this.#now = now;
    this.directory.handleTimeout(now);
  }

  #originOf(request: Request): FlowOrigin {
    this.#flows += 1;
    return originOf(request, this.ownKey, this.#flows);
  }

  /** The first serial of a run, so that serials rise over restarts. */
  get #serial(): number {
    return Math.max(0, Math.floor(this.#options.host.unixSeconds())) * 1000;
  }

  #isOwn(origin: string): boolean {
    return this.#options.topology.linkState.isOwn(origin);
  }

  #take({ origin, services, servicesLeftOut }: LinkStateEntry, now: Instant): void {
    const before = this.#taken.get(origin);
    if (before === services || (before === undefined && services.length === 0)) return;
    this.#taken.set(origin, services);
    const { networks } = this.directory.rules;
    const records: ServiceRecord[] = [];
    for (const octets of services) {
      const decoded = decodeRecordOf(origin, octets);
      if ("error" in decoded) this.#refuse(origin, decoded.error);
      else if (networks.includes(decoded.record.network)) records.push(decoded.record);
    }
    if (servicesLeftOut > 0) this.#refuse(origin, `more than ${ADVERTISED_SERVICES_MAX} records`);
    this.directory.set(origin, records, now);
  }

  #drop(origin: string, now: Instant): void {
    if (this.#taken.delete(origin)) this.directory.set(origin, NO_RECORDS, now);
  }

  #refuse(origin: string, error: string): void {
    this.badRecords += 1;
    this.lastBadRecord = `${this.nameOf(origin)}: ${error}`;
  }

  /** What stands in for a service of another network is up while that one is served. */
  #refreshFallbacks(): void {
    for (const { name, settings } of this.publications.all()) {
      const { target } = settings;
      if (target.kind !== "service") continue;
      const isServed = this.directory.isServed(target.name);
      this.publications.setUp(name, isServed, isServed ? "" : `nobody serves ${target.name} now`);
    }
  }

  #tellOthers(isUrgent: boolean): void {
    this.directory.set("own", this.publications.records(), this.#now);
    // It may change what is told.
    this.#refreshFallbacks();
    const records = this.publications.records();
    const { host } = this.#options;
    if (this.#isFlooded) this.#flood(records, isUrgent);
    host.handleOwnRecords(records);
    host.wake();
  }

  #flood(records: readonly ServiceRecord[], isUrgent: boolean): void {
    this.#options.topology.linkState.setServices(records.map(encodeOwnRecord), isUrgent);
  }
}
