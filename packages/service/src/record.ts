/** What a publisher says about a service: one record per publisher and port. */
import type { Affinity } from "./flow-key.ts";
import { labelsError } from "./service-name.ts";

/** Maximum number of records that one node publishes. */
export const RECORDS_PER_NODE_MAX = 64;
/** Largest weight. */
export const WEIGHT_MAX = 1000;
/** Weight of a record that names none. */
export const WEIGHT_DEFAULT = 100;
/** Suffix of a UDP service's name: both protocols can serve one name. */
export const UDP_SUFFIX = "/udp";
/** Lowest priority; 0 is the highest. */
export const PRIORITY_MAX = 15;
/** Maximum number of tags of one record. */
export const TAGS_MAX = 8;
/** Maximum length of a tag, characters. */
export const TAG_MAX_CHARACTERS = 32;
const ZONE_MAX_CHARACTERS = 63;

/** "draining": no new flows; open ones continue. */
export type ServiceState = "up" | "down" | "draining";

/** One publisher of one service. */
export interface ServiceRecord {
  /** `db`, or `db.prod`; without the network. */
  readonly service: string;
  readonly network: string;
  readonly protocol: "tcp" | "udp";
  /** The port that clients name, for display; a client's own port does not matter. */
  readonly port: number;
  /** Public key of the publisher, 64 hexadecimal digits. */
  readonly publisher: string;
  /** Increases with every change that a publisher makes. */
  readonly serial: number;
  /** 0 to {@link WEIGHT_MAX}; 0 takes no new flows. */
  readonly weight: number;
  readonly state: ServiceState;
  readonly zone: string;
  /** 0 to {@link PRIORITY_MAX}. */
  readonly priority: number;
  readonly tags: readonly string[];
  /** Slots of the table that the publisher asks for, or 0. The largest of all records is taken. */
  readonly tableSize: number;
  /** What keeps flows together. If publishers differ, the one with the first key decides. */
  readonly affinity: Affinity;
  /** Per cent of the mean of open flows above which a backend is passed over; 0: never. */
  readonly boundedLoad: number;
  /** Its rules name users, so the ingress says who asks. */
  readonly wantsUser: boolean;
  /** Its target is told the client's address, which the ingress provides. */
  readonly wantsClient: boolean;
  /** Used only while no other publisher answers: its target is a service of another network. */
  readonly isFallback: boolean;
}

/** A service's name among others: `db.team`, of UDP `dns.team/udp`. */
export function recordName({
  service,
  network,
  protocol,
}: Pick<ServiceRecord, "service" | "network" | "protocol">): string {
  return nameOfProtocol(`${service}.${network}`, protocol);
}

/** The service that flows of a protocol find under a name. */
export function nameOfProtocol(name: string, protocol: ServiceRecord["protocol"]): string {
  return protocol === "udp" ? `${name}${UDP_SUFFIX}` : name;
}

/** Splits a service's name that {@link nameOfProtocol} made. */
export function protocolOfName(full: string): Pick<ServiceRecord, "protocol"> & { readonly name: string } {
  const isUdp = full.endsWith(UDP_SUFFIX);
  return isUdp ? { protocol: "udp", name: full.slice(0, -UDP_SUFFIX.length) } : { protocol: "tcp", name: full };
}

/** Tells records apart: one publisher may serve one name on several ports. */
export function recordKey(record: Pick<ServiceRecord, "publisher" | "port">): string {
  return `${record.publisher}/${record.port}`;
}

/** Why a record is refused, or `undefined`. Records from peers are checked by the same rules as a configuration. */
export function recordError(record: ServiceRecord): string | undefined {
  const { service, network, port, serial, weight, zone, priority, tags } = record;
  const name = labelsError(service) ?? labelsError(network);
  if (name !== undefined) return name;
  if (!isWithin(port, 1, 65_535)) return `port ${port} is not from 1 to 65535`;
  if (!isWithin(serial, 0, Number.MAX_SAFE_INTEGER)) return `serial ${serial} is not a whole number`;
  if (!isWithin(weight, 0, WEIGHT_MAX)) return `weight ${weight} is not from 0 to ${WEIGHT_MAX}`;
  if (!isWithin(priority, 0, PRIORITY_MAX)) return `priority ${priority} is not from 0 to ${PRIORITY_MAX}`;
  if (zone !== "" && (zone.length > ZONE_MAX_CHARACTERS || labelsError(zone) !== undefined))
    return `zone ${zone} is not a name`;
  if (tags.length > TAGS_MAX) return `${tags.length} tags are more than ${TAGS_MAX}`;
  const tag = tags.find((one) => one.length > TAG_MAX_CHARACTERS || labelsError(one) !== undefined);
  return tag === undefined ? undefined : `tag ${tag} is not a name of at most ${TAG_MAX_CHARACTERS} characters`;
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
