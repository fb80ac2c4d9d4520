/** What an origin says of itself (proto/control.proto, Advertisement), checked as far as its octets alone allow. */
import { type Advertisement, type SignedAdvertisement, decodeAdvertisement, LABEL_MAX } from "@flor/wire";
import { COST_DEFAULT, COST_MAX } from "./adjacency-cost.ts";
import { nodeKeyOf } from "./node-key.ts";
import { sameOctets } from "./same-octets.ts";

/** Octets of one encoded advertisement at most. */
export const ADVERTISEMENT_MAX_OCTETS = 61_440;
/** Adjacencies in one advertisement at most. */
export const ADVERTISED_ADJACENCIES_MAX = 1024;
/** Bounds of the time after which an advertisement is forgotten, seconds; others are moved to the nearer one. */
export const LIFETIME_MIN_SECONDS = 900;
/** See {@link LIFETIME_MIN_SECONDS}. */
export const LIFETIME_MAX_SECONDS = 86_400;

/** Records of services in one advertisement at most, and their octets; what is beyond is not looked at. */
export const ADVERTISED_SERVICES_MAX = 64;
/** See {@link ADVERTISED_SERVICES_MAX}. */
export const ADVERTISED_SERVICES_MAX_OCTETS = 16_384;

const NO_SERVICES: readonly Uint8Array[] = [];
const PUBLIC_KEY_OCTETS = 32;
/** Field 1, length-delimited. */
const ORIGIN_TAG = 0x0a;
const INSTANCE_OCTETS = 16;
const SIGNATURE_OCTETS = 64;
/** Of both formats: nodes of version 1 understand the octets of version 2, and skip the fields that they do not know. */
const SIGNATURE_LABEL = "flor advertisement 1";

/** One adjacency of an origin, with the label by which the origin sends over it. */
export interface LinkStateEdge {
  /** {@link nodeKeyOf} the neighbour. */
  readonly neighbour: string;
  readonly label: number;
  /** Largest frame, header included, octets. */
  readonly mtu: number;
  /** Largest frame that crosses unsegmented, octets. */
  readonly segmentMtu: number;
  /** 1 to {@link COST_MAX}. */
  readonly cost: number;
  readonly up: boolean;
  /** The recent minimum round trip that the origin reports, microseconds; 0: unknown. For display. */
  readonly rttUs: number;
  /** Of what it sends over it, as the origin says, what is lost, parts in a million. For people. */
  readonly lossPpm: number;
}

/** One advertisement. */
export interface LinkStateEntry {
  readonly origin: string;
  readonly publicKey: Uint8Array;
  /** Hex of the 16-octet instance id: another one means that the origin restarted. */
  readonly instance: string;
  readonly sequence: number;
  readonly deliveryLabel: number;
  readonly edges: readonly LinkStateEdge[];
  /** Forwards for nobody. */
  readonly leaf: boolean;
  /** Answers echoes. */
  readonly echo: boolean;
  /** How long a receiver keeps it, milliseconds; 0: the origin withdraws itself. */
  readonly lifetimeMs: number;
  /** The origin speaks version 1: it says no lifetime, and does not repeat what it said. */
  readonly isFormerVersion: boolean;
  /** Encoded records of the services that it publishes; not looked at here. */
  readonly services: readonly Uint8Array[];
  /** Records beyond the bounds. */
  readonly servicesLeftOut: number;
  readonly signed: SignedAdvertisement;
}

/** The octets that an origin signs: a label, so that a signature serves no other purpose, and the advertisement. */
export function signedOctets(advertisement: Uint8Array): Uint8Array {
  const octets = new Uint8Array(SIGNATURE_LABEL.length + advertisement.length);
  for (let i = 0; i < SIGNATURE_LABEL.length; i += 1) octets[i] = SIGNATURE_LABEL.charCodeAt(i);
  octets.set(advertisement, SIGNATURE_LABEL.length);
  return octets;
}

/** The origin's {@link shortNameOf}, where the encoded advertisement begins with it as encoders write it. */
export function peekName(advertisement: Uint8Array | null | undefined): string | undefined {
  if (!advertisement || advertisement[0] !== ORIGIN_TAG || advertisement[1] !== PUBLIC_KEY_OCTETS) return undefined;
  return nodeKeyOf(advertisement.subarray(2, 10));
}

/** Reads an advertisement; `undefined`: malformed. Its octets are copied. The signature is not checked. */
export function parseEntry(signed: SignedAdvertisement): LinkStateEntry | undefined {
  const octets = signed.advertisement;
  if (!octets || octets.length > ADVERTISEMENT_MAX_OCTETS) return undefined;
  if (signed.signature?.length !== SIGNATURE_OCTETS) return undefined;
  const advertisement: Advertisement | undefined = decodeAdvertisement(octets);
  if (advertisement === undefined) return undefined;
  const { origin, instance, sequence = 0, deliveryLabel = 0, adjacencies, lifetime = 0 } = advertisement;
  if (origin?.length !== PUBLIC_KEY_OCTETS || instance?.length !== INSTANCE_OCTETS) return undefined;
  if (!Number.isSafeInteger(sequence) || (deliveryLabel ?? 0) > LABEL_MAX) return undefined;
  const isFormerVersion = (advertisement.issued ?? 0) === 0;
  const edges = parseEdges(adjacencies ?? [], isFormerVersion ? COST_DEFAULT : 1);
  if (edges === undefined) return undefined;
  return {
    origin: nodeKeyOf(origin),
    publicKey: origin.slice(),
    instance: nodeKeyOf(instance),
    sequence: sequence ?? 0,
    deliveryLabel: deliveryLabel ?? 0,
    edges,
    leaf: advertisement.leaf ?? false,
    echo: advertisement.echo ?? false,
    lifetimeMs: isFormerVersion ? LIFETIME_MAX_SECONDS * 1000 : lifetimeMsOf(lifetime ?? 0),
    isFormerVersion,
    ...fittingServices(advertisement.services ?? NO_SERVICES),
    signed: { advertisement: octets.slice(), signature: signed.signature.slice() },
  };
}

/** Whether an origin says that frames cross one of its edges no more, or smaller ones only. */
export function carriesLess(before: LinkStateEntry, after: LinkStateEntry): boolean {
  if (after.leaf && !before.leaf) return true;
  let byNeighbour: ReadonlyMap<string, LinkStateEdge> | undefined;
  return before.edges.some(({ neighbour, up, mtu, label }, index) => {
    // Most edges stay in their places.
    let now = after.edges[index];
    if (now?.neighbour !== neighbour) {
      byNeighbour ??= new Map(after.edges.map((edge) => [edge.neighbour, edge]));
      now = byNeighbour.get(neighbour);
    }
    return up && (now?.up !== true || now.mtu < mtu || now.label !== label);
  });
}

/** Whether two advertisements of one origin tell of the same services, octet by octet; `undefined` tells of none. */
export function sameServices(before: LinkStateEntry | undefined, after: LinkStateEntry): boolean {
  const known = before?.services ?? NO_SERVICES;
  return (
    known.length === after.services.length && known.every((record, index) => sameOctets(record, after.services[index]))
  );
}

/** The first records that fit the bounds, copied. */
export function fittingServices(all: readonly Uint8Array[]): Pick<LinkStateEntry, "services" | "servicesLeftOut"> {
  if (all.length === 0) return { services: NO_SERVICES, servicesLeftOut: 0 };
  const services: Uint8Array[] = [];
  let octets = 0;
  for (const record of all.slice(0, ADVERTISED_SERVICES_MAX)) {
    octets += record.length;
    if (octets > ADVERTISED_SERVICES_MAX_OCTETS) break;
    services.push(record.slice());
  }
  return { services, servicesLeftOut: all.length - services.length };
}

function lifetimeMsOf(seconds: number): number {
  if (seconds === 0) return 0;
  return 1000 * Math.min(LIFETIME_MAX_SECONDS, Math.max(LIFETIME_MIN_SECONDS, seconds));
}

/**
 * The first edge to each neighbour; `undefined`: too many, or one that is none.
 *
 * @param costUnit tenths of a millisecond of cost 1: in version 1, which measures nothing, each edge costs 1
 */
function parseEdges(
  adjacencies: NonNullable<Advertisement["adjacencies"]>,
  costUnit: number,
): readonly LinkStateEdge[] | undefined {
  if (adjacencies.length > ADVERTISED_ADJACENCIES_MAX) return undefined;
  const edges = new Map<string, LinkStateEdge>();
  for (const adjacency of adjacencies) {
    const { neighbour, label, mtu, segmentMtu, cost, up, rttUs, lossPpm } = adjacency;
    if (neighbour?.length !== PUBLIC_KEY_OCTETS || (label ?? 0) > LABEL_MAX) return undefined;
    const key = nodeKeyOf(neighbour);
    if (edges.has(key)) continue;
    edges.set(key, {
      neighbour: key,
      label: label ?? 0,
      mtu: mtu ?? 0,
      segmentMtu: Math.min(segmentMtu ?? 0, mtu ?? 0),
      cost: Math.min(COST_MAX, Math.max(1, cost ?? 1) * costUnit),
      up: up ?? false,
      rttUs: rttUs ?? 0,
      lossPpm: Math.min(1_000_000, lossPpm ?? 0),
    });
  }
  return [...edges.values()];
}
