/** Why a flow goes where it goes, and what a change would move: by the functions of the data path. */
import type { Instant } from "@flor/machine";
import { churnBetween, Service, type ServiceRecord, type ServiceState, type Verdict, WEIGHT_MAX } from "@flor/service";
import { originOf } from "./flow-origin.ts";
import type { NodeServices } from "./node-services.ts";
import { flowHash, flowKeyText } from "./service-route.ts";
import { sharesOf } from "./service-status.ts";

/** Whose flow is explained. */
export interface ExplainedClient {
  /** Address of the client; empty: none. */
  readonly address: string;
  readonly port: number;
  readonly user: string | undefined;
}

/** Why a flow goes where it goes. */
export interface ServiceExplanation {
  readonly name: string;
  readonly affinity: string;
  /** What is hashed. */
  readonly key: string;
  /** Hexadecimal. */
  readonly hash: string;
  /** Of the first level's table. */
  readonly slot: number;
  readonly slots: number;
  /** Whose slot it is. */
  readonly owner: string;
  /** Who would be asked now; empty: nobody can take it. */
  readonly picked: string;
  readonly isPanicking: boolean;
  readonly verdicts: readonly { readonly node: string; readonly verdict: Verdict; readonly state: ServiceState }[];
}

/** What a change would move. */
export interface ServiceSimulation {
  readonly name: string;
  readonly slots: number;
  /** Slots that would change hands, and those that would have to. */
  readonly moved: number;
  readonly unavoidable: number;
  /** Shares of the slots before and after, per cent. */
  readonly shares: readonly { readonly node: string; readonly before: number; readonly after: number }[];
}

/** A change to try: a publisher leaves, or takes another weight. */
export type ServiceChange = { readonly remove: string } | { readonly node: string; readonly weight: number };

/** Explains a flow of a client to a service. @throws Error when the name is none */
export function explainService(
  services: NodeServices,
  name: string,
  client: ExplainedClient,
  now: Instant,
): ServiceExplanation {
  const service = serviceOf(services, name, now);
  const { address, port, user } = client;
  const remote = address === "" ? undefined : { address, port };
  const origin = originOf({ user, socket: { remote } }, services.ownKey, 0);
  const hash = flowHash(service, origin);
  const picked = service.peek(hash, now);
  const [level] = service.levels;
  const slot = level === undefined ? 0 : hash % level.table.size;
  const owner = level?.backends[level.table.slots[slot] ?? -1];
  return {
    name: service.options.name,
    affinity: service.affinity,
    key: flowKeyText(service.affinity, origin),
    hash: hash.toString(16).padStart(8, "0"),
    slot,
    slots: level?.table.size ?? 0,
    owner: owner === undefined ? "" : services.nameOf(owner.record.publisher),
    picked: picked === undefined ? "" : services.nameOf(picked.record.publisher),
    isPanicking: service.isPanicking,
    verdicts: Array.from(service.backends, (backend) => ({
      node: services.nameOf(backend.record.publisher),
      verdict: service.verdictOf(backend, now),
      state: backend.record.state,
    })),
  };
}

/** What a change would move. @throws Error when the name or the node is none */
export function simulateService(
  services: NodeServices,
  name: string,
  change: ServiceChange,
  now: Instant,
): ServiceSimulation {
  const service = serviceOf(services, name, now);
  const records = Array.from(service.backends, ({ record }) => record);
  const node = "remove" in change ? change.remove : change.node;
  if (!records.some(({ publisher }) => services.nameOf(publisher) === node))
    throw new Error(`${node} does not publish ${name}`);
  const before = built(service.options, records, now);
  const after = built(
    service.options,
    changed(records, change, (key) => services.nameOf(key)),
    now,
  );
  const [a, b] = [before.levels[0], after.levels[0]];
  const isComparable = a !== undefined && b !== undefined && a.table.size === b.table.size;
  const keys = (level: typeof a): readonly string[] => level?.backends.map(({ key }) => key) ?? [];
  const churn = isComparable
    ? churnBetween(a.table, keys(a), b.table, keys(b))
    : { moved: a?.table.size ?? 0, unavoidable: a?.table.size ?? 0 };
  const [sharesBefore, sharesAfter] = [sharesOf(before), sharesOf(after)];
  return {
    name: service.options.name,
    slots: a?.table.size ?? 0,
    ...churn,
    shares: Array.from(before.backends, ({ key, record }) => ({
      node: services.nameOf(record.publisher),
      before: sharesBefore.get(key) ?? 0,
      after: sharesAfter.get(key) ?? 0,
    })),
  };
}

function serviceOf(services: NodeServices, name: string, now: Instant): Service {
  const found = services.directory.find(name, now);
  if (found.state === "found") return found.service;
  if (found.state === "unknown") throw new Error(found.text);
  const { networks } = services.directory.rules;
  throw new Error(
    networks.length === 0
      ? "this node has no services: add services: { network: team } to its configuration"
      : `${name} is not a name of ${networks.join(", ")}: routes decide where it goes`,
  );
}

function changed(
  records: readonly ServiceRecord[],
  change: ServiceChange,
  nameOf: (publisher: string) => string,
): readonly ServiceRecord[] {
  if ("remove" in change) return records.filter(({ publisher }) => nameOf(publisher) !== change.remove);
  const { node, weight } = change;
  if (!Number.isInteger(weight) || weight < 0 || weight > WEIGHT_MAX)
    throw new RangeError(`a weight is a whole number from 0 to ${WEIGHT_MAX}, not ${weight}`);
  return records.map((record) => (nameOf(record.publisher) === node ? { ...record, weight } : record));
}

function built(options: Service["options"], records: readonly ServiceRecord[], now: Instant): Service {
  const service = new Service(options);
  service.apply(records, now);
  while (service.nextTimeout() !== undefined) service.handleTimeout(Infinity);
  return service;
}
