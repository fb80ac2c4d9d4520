/** What a node says of services: the answers behind `flor services`, `flor lookup` and `flor lb`. Plain JSON values only. */
import type { Instant } from "@flor/machine";
import type { Affinity, Service, ServiceRecord, ServiceState, Verdict } from "@flor/service";
import type { NodeServices } from "./node-services.ts";
import type { Publication } from "./publication.ts";

/** Names listed at most. */
export const SERVICES_LISTED_MAX = 4096;

/** Services as one node sees them. */
export interface ServicesStatus {
  /** Last labels of names that are services. */
  readonly networks: readonly string[];
  readonly zone: string;
  /** At most {@link SERVICES_LISTED_MAX}. */
  readonly found: readonly FoundService[];
  readonly published: readonly PublishedService[];
  /** Records of others that were none, or of more than may be. */
  readonly badRecords: number;
  /** The last of them; empty: there was none. */
  readonly lastBadRecord: string;
  /** Records there was no room for. */
  readonly leftOut: number;
  /** Records of this node's own that did not fit into its advertisement. */
  readonly ownLeftOut: number;
}

/** A name that somebody publishes. */
export interface FoundService {
  /** `db.team` */
  readonly name: string;
  readonly publishers: readonly FoundPublisher[];
  /** What flows from here came to; absent: nobody asked here yet. */
  readonly use?: ServiceUse;
}

/** One publisher of a name. */
export interface FoundPublisher {
  /** The node's name here, or the beginning of its key. */
  readonly node: string;
  readonly state: ServiceState;
  readonly weight: number;
  readonly zone: string;
  readonly priority: number;
  readonly tags: readonly string[];
  readonly port: number;
  /** It takes clients only while no other publisher does, and passes them on to another network. */
  readonly isFallback: boolean;
  /** Its records count here. */
  readonly isGranted: boolean;
}

/** How a service is used from here. */
export interface ServiceUse {
  readonly affinity: Affinity;
  readonly opened: number;
  readonly retries: number;
  /** Passed on to another network, as nobody of this one was left. */
  readonly tromboned: number;
  /** By cause. */
  readonly failed: Readonly<Record<string, number>>;
  /** Most of the live weight is gone: publishers' word on their health is not believed. */
  readonly isPanicking: boolean;
  readonly panicPicks: number;
  readonly table: TableStatus;
  /** Why the size that a publisher asks for is not taken; empty: it is. */
  readonly sizeError: string;
  readonly backends: readonly BackendStatus[];
}

/** The table that flows are spread by; of the first level where there are several. */
export interface TableStatus {
  readonly revision: number;
  readonly builds: number;
  readonly slots: number;
  readonly entriesMin: number;
  readonly entriesMax: number;
  /** Slots that changed hands at the last build, and those that had to. */
  readonly moved: number;
  readonly unavoidable: number;
  /** The same at every ingress that knows the same records. */
  readonly hash: string;
}

/** A publisher as flows from here see it. */
export interface BackendStatus {
  readonly node: string;
  /** Why it would not be taken now, or "taken". */
  readonly verdict: Verdict;
  readonly openFlows: number;
  readonly opens: number;
  readonly failures: number;
  readonly ejections: number;
  /** Of late; absent: it has opened none. */
  readonly openMsP50?: number;
  readonly openMsP99?: number;
  /** Of the slots, per cent. */
  readonly share: number;
}

/** A service of this node. */
export interface PublishedService {
  readonly name: string;
  readonly target: string;
  readonly state: ServiceState;
  /** Why it is down, or what the last check said; empty: nothing. */
  readonly reason: string;
  readonly weight: number;
  readonly allow: readonly string[];
  readonly from: "configuration" | "run-time";
  readonly openFlows: number;
  readonly opened: number;
  readonly refused: number;
  readonly failed: number;
}

/** All of it. */
export function servicesStatusOf(services: NodeServices, now: Instant): ServicesStatus {
  const { directory, publications } = services;
  return {
    networks: directory.rules.networks,
    zone: directory.rules.zone,
    found: directory
      .names()
      .slice(0, SERVICES_LISTED_MAX)
      .map((name) => foundServiceOf(services, name, now)),
    published: Array.from(publications.all(), publishedOf),
    badRecords: services.badRecords,
    lastBadRecord: services.lastBadRecord,
    leftOut: directory.leftOut,
    ownLeftOut: services.ownLeftOut,
  };
}

/** One name. */
export function foundServiceOf(services: NodeServices, name: string, now: Instant): FoundService {
  const { directory } = services;
  const service = directory.inUse(name);
  const publisherOf = (record: ServiceRecord, isGranted: boolean): FoundPublisher => {
    const { state, weight, zone, priority, tags, port, publisher, isFallback } = record;
    return { node: services.nameOf(publisher), state, weight, zone, priority, tags, port, isFallback, isGranted };
  };
  const publishers = [
    ...directory.granted(name).map((record) => publisherOf(record, true)),
    ...directory.ungranted(name).map((record) => publisherOf(record, false)),
  ].toSorted((a, b) => (a.node < b.node ? -1 : 1));
  return { name, publishers, ...(service === undefined ? {} : { use: useOf(services, service, now) }) };
}

function useOf(services: NodeServices, service: Service, now: Instant): ServiceUse {
  const { opened, retries, tromboned, failed } = services.countsOf(service);
  const { revision, builds, size, entriesMin, entriesMax, churn } = service.figures;
  const shares = sharesOf(service);
  return {
    affinity: service.affinity,
    opened,
    retries,
    tromboned,
    failed,
    isPanicking: service.isPanicking,
    panicPicks: service.panicPicks,
    table: { revision, builds, slots: size, entriesMin, entriesMax, ...churn, hash: service.tableHash() },
    sizeError: service.sizeError ?? "",
    backends: Array.from(service.backends, (backend) => {
      const { openFlows, opens, failures, ejections, latencies, record } = backend;
      const [p50, p99] = [latencies.percentile(0.5), latencies.percentile(0.99)];
      return {
        node: services.nameOf(record.publisher),
        verdict: service.verdictOf(backend, now),
        openFlows,
        opens,
        failures,
        ejections,
        ...(p50 === undefined || p99 === undefined ? {} : { openMsP50: p50, openMsP99: p99 }),
        share: shares.get(backend.key) ?? 0,
      };
    }),
  };
}

/** Shares of the first level's slots, per cent, by key. */
export function sharesOf({ levels }: Service): ReadonlyMap<string, number> {
  const [level] = levels;
  if (level === undefined) return new Map();
  const { entries, size } = level.table;
  return new Map(level.backends.map(({ key }, index) => [key, (100 * (entries[index] ?? 0)) / size]));
}

function publishedOf(publication: Publication): PublishedService {
  const { name, state, reason, opened, refused, failed, flows, settings } = publication;
  const { targetText: target, allowText: allow, from } = settings;
  const weight = publication.weight ?? settings.weight;
  return { name, target, state, reason, weight, allow, from, openFlows: flows.size, opened, refused, failed };
}
