/**
 * What this node knows of services: records of advertisements, of a registry and its own, joined by name. A name's table
 * is built when it is looked up for the first time.
 */
import { earlier, type Instant } from "@flor/machine";
import {
  nameOfProtocol,
  parseServiceName,
  protocolOfName,
  recordKey,
  type Reach,
  recordName,
  Service,
  type ServiceRecord,
} from "@flor/service";

/** Services whose table is kept at most; one that nobody uses makes room. */
export const SERVICES_IN_USE_MAX = 4096;
/** Records of all sources together at most. */
export const SERVICE_RECORDS_MAX = 131_072;
/** A source of records: this node, a registry, or the node key of the origin of an advertisement. */
export type RecordSource = "own" | "registry" | (string & {});

/** Who may publish what, and what a name belongs to. */
export interface ServiceRules {
  /** Names of the networks this node is in: their names are services and nothing else. */
  readonly networks: readonly string[];
  /** The zone this node is in; empty: zones do not matter. */
  readonly zone: string;
  /** Whether the node of that key may publish `db` in the network. */
  readonly mayPublish: (publisher: string, service: string, network: string) => boolean;
}

/** What a name stands for. */
export type Lookup =
  /** No name of a known network: routes say. */
  | { readonly state: "foreign" }
  | { readonly state: "unknown"; readonly text: string }
  | { readonly state: "found"; readonly service: Service };

/** Options of a {@link ServiceDirectory}. */
export interface ServiceDirectoryOptions {
  readonly ownKey: string;
  /** How flows get to the node of that key now. */
  readonly reachOf: (publisher: string) => Reach;
  /** A name of the node of that key, for people. */
  readonly nameOf: (publisher: string) => string;
  /** Services whose table is kept. @default {@link SERVICES_IN_USE_MAX} */
  readonly inUseMax?: number;
}

const FOREIGN: Lookup = { state: "foreign" };
const NO_RULES: ServiceRules = { networks: [], zone: "", mayPublish: () => false };

/** See the head of this file. */
export class ServiceDirectory {
  rules: ServiceRules = NO_RULES;
  /** This node's key now. */
  ownKey: string;
  /** Records that there was no room for. */
  leftOut = 0;
  readonly inUseMax: number;
  readonly #options: ServiceDirectoryOptions;
  readonly #bySource = new Map<RecordSource, readonly ServiceRecord[]>();
  /** By name, then source and key. */
  readonly #byName = new Map<string, Map<string, ServiceRecord>>();
  /** Looked up, the least recently first. */
  readonly #inUse = new Map<string, Service>();
  /** Tables of these are to be built. */
  readonly #building = new Set<Service>();
  #size = 0;

  constructor(options: ServiceDirectoryOptions) {
    this.#options = options;
    this.ownKey = options.ownKey;
    this.inUseMax = options.inUseMax ?? SERVICES_IN_USE_MAX;
  }

  /** Names that somebody publishes, granted or not, sorted. */
  names(): readonly string[] {
    return [...this.#byName.keys()].toSorted();
  }

  /** Takes other rules. */
  setRules(rules: ServiceRules, now: Instant): void {
    const isMoved = rules.zone !== this.rules.zone;
    this.rules = rules;
    if (isMoved) this.#inUse.clear();
    for (const name of this.#inUse.keys()) this.#apply(name, now);
  }

  /** Takes all records of a source, in place of what it said before. */
  set(source: RecordSource, records: readonly ServiceRecord[], now: Instant): void {
    const before = this.#bySource.get(source) ?? [];
    if (before.length === 0 && records.length === 0) return;
    const names = new Set<string>();
    for (const record of before) names.add(this.#remove(source, record));
    const room = SERVICE_RECORDS_MAX - this.#size;
    if (records.length > room) this.leftOut += records.length - room;
    const taken = records.slice(0, Math.max(0, room));
    for (const record of taken) names.add(this.#add(source, record));
    if (taken.length === 0) this.#bySource.delete(source);
    else this.#bySource.set(source, taken);
    for (const name of names) if (this.#inUse.has(name)) this.#apply(name, now);
  }

  /** What a client's name stands for, `db.team` or `DB.team.`; nothing is resolved for it. */
  lookup(text: string, protocol: ServiceRecord["protocol"], now: Instant): Lookup {
    const plain = (text.endsWith(".") ? text.slice(0, -1) : text).toLowerCase();
    const network = plain.slice(plain.lastIndexOf(".") + 1);
    if (!this.rules.networks.includes(network)) return FOREIGN;
    const name = nameOfProtocol(plain, protocol);
    const known = this.#inUse.get(name);
    if (known !== undefined) return this.#found(name, known);
    const parsed = parseServiceName(plain);
    if ("error" in parsed) return { state: "unknown", text: parsed.error };
    const records = this.granted(name);
    if (records.length === 0) return { state: "unknown", text: this.#whyUnknown(name, parsed.network) };
    const service = this.#enter(name);
    this.#apply(name, now);
    // Nothing can be picked before the first table.
    while (service.levels.length === 0 && service.nextTimeout() !== undefined) service.handleTimeout(now);
    return this.#found(name, service);
  }

  /** What the full name of a service stands for, `dns.team/udp` of UDP. */
  find(full: string, now: Instant): Lookup {
    const { name, protocol } = protocolOfName(full);
    return this.lookup(name, protocol, now);
  }

  /** Whether somebody would take a flow for a full name: granted, up and reached. */
  isServed(full: string): boolean {
    return this.granted(full).some(({ state, publisher }) => state === "up" && this.#reachOf(publisher) !== "none");
  }

  /** The records of a name that count: granted, and of each publisher the newest. */
  granted(name: string): readonly ServiceRecord[] {
    const newest = new Map<string, ServiceRecord>();
    for (const record of this.#byName.get(name)?.values() ?? []) {
      const other = newest.get(recordKey(record));
      if ((other === undefined || other.serial < record.serial) && this.isGranted(record))
        newest.set(recordKey(record), record);
    }
    return [...newest.values()];
  }

  /** Records of a name whose publisher may not publish it. */
  ungranted(name: string): readonly ServiceRecord[] {
    return [...(this.#byName.get(name)?.values() ?? [])].filter((record) => !this.isGranted(record));
  }

  isGranted({ publisher, service, network }: ServiceRecord): boolean {
    return publisher === this.ownKey || this.rules.mayPublish(publisher, service, network);
  }

  /** The service of a name, if it was looked up. */
  inUse(name: string): Service | undefined {
    return this.#inUse.get(name);
  }

  /** How flows get to nodes changed. */
  refreshReach(): void {
    for (const service of this.#inUse.values()) this.#refresh(service);
  }

  nextTimeout(): Instant | undefined {
    let next: Instant | undefined;
    for (const service of this.#building) next = earlier(next, service.nextTimeout());
    return next;
  }

  /** Builds a slice of each table that is due. */
  handleTimeout(now: Instant): void {
    for (const service of this.#building) {
      service.handleTimeout(now);
      if (service.nextTimeout() === undefined) this.#building.delete(service);
    }
  }

  #found(name: string, service: Service): Lookup {
    this.#inUse.delete(name);
    this.#inUse.set(name, service);
    for (const _ of service.backends) return { state: "found", service };
    const { name: plain } = protocolOfName(name);
    return { state: "unknown", text: this.#whyUnknown(name, plain.slice(plain.lastIndexOf(".") + 1)) };
  }

  #whyUnknown(name: string, network: string): string {
    const [record] = this.ungranted(name);
    if (record === undefined) return `nobody in ${network} publishes ${name}`;
    const publisher = this.#options.nameOf(record.publisher);
    return `${publisher} publishes ${name} without being trusted for it: see services.trust`;
  }

  #enter(name: string): Service {
    if (this.#inUse.size >= this.inUseMax) {
      for (const [oldest, { backends }] of this.#inUse) {
        if ([...backends].some(({ openFlows }) => openFlows > 0)) continue;
        this.#inUse.delete(oldest);
        break;
      }
    }
    const service = new Service({ name, zone: this.rules.zone });
    this.#inUse.set(name, service);
    return service;
  }

  #apply(name: string, now: Instant): void {
    const service = this.#inUse.get(name);
    if (service === undefined) return;
    service.apply(this.granted(name), now);
    this.#refresh(service);
    if (service.nextTimeout() !== undefined) this.#building.add(service);
  }

  #refresh(service: Service): void {
    for (const { record, reach } of service.backends) {
      const now = this.#reachOf(record.publisher);
      if (now !== reach) service.setReach(record.publisher, now);
    }
  }

  #reachOf(publisher: string): Reach {
    return publisher === this.ownKey ? "alive" : this.#options.reachOf(publisher);
  }

  #add(source: RecordSource, record: ServiceRecord): string {
    const name = recordName(record);
    const records = this.#byName.get(name) ?? new Map<string, ServiceRecord>();
    const key = `${source} ${recordKey(record)}`;
    if (!records.has(key)) this.#size += 1;
    records.set(key, record);
    this.#byName.set(name, records);
    return name;
  }

  #remove(source: RecordSource, record: ServiceRecord): string {
    const name = recordName(record);
    const records = this.#byName.get(name);
    if (records?.delete(`${source} ${recordKey(record)}`) === true) this.#size -= 1;
    if (records?.size === 0) this.#byName.delete(name);
    return name;
  }
}
