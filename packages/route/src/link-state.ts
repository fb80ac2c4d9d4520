import { type Advertisement, type SignedAdvertisement, decodeAdvertisement, LABEL_MAX } from "@flor/wire";

/** Octets of one encoded advertisement at most. */
export const ADVERTISEMENT_MAX_OCTETS = 32_768;

/** Adjacencies in one advertisement at most. */
export const ADVERTISED_ADJACENCIES_MAX = 256;

/** Origins remembered at most; further ones are refused. */
export const LINK_STATE_ORIGINS_MAX = 1024;

const PUBLIC_KEY_OCTETS = 32;
const INSTANCE_OCTETS = 16;

/** One adjacency of an origin, with the label by which the origin sends over it. */
export interface LinkStateEdge {
  /** {@link nodeKeyOf} the neighbour. */
  readonly neighbour: string;
  readonly label: number;
  /** Largest frame, header included, octets. */
  readonly mtu: number;
  /** Largest frame that crosses unsegmented, octets. */
  readonly segmentMtu: number;
  readonly metric: number;
  readonly up: boolean;
}

/** What an origin said of itself last. */
export interface LinkStateEntry {
  readonly origin: string;
  readonly publicKey: Uint8Array;
  /** Hex of the 16-octet instance id: another one means that the origin started anew. */
  readonly instance: string;
  readonly sequence: number;
  readonly deliveryLabel: number;
  readonly edges: readonly LinkStateEdge[];
  readonly signed: SignedAdvertisement;
}

/** Outcome of {@link LinkStateDatabase.offer}. */
export type OfferOutcome =
  | { readonly outcome: "fresh"; readonly entry: LinkStateEntry; readonly previous: LinkStateEntry | undefined }
  /** "of-no-use": true perhaps, but of a node that is none of ours. */
  | { readonly outcome: "known" | "of-no-use" | "malformed" | "bad-signature" | "full" };

/** The map key of a node: its public key in hex. */
export function nodeKeyOf(publicKey: Uint8Array): string {
  let hex = "";
  for (const octet of publicKey) hex += octet.toString(16).padStart(2, "0");
  return hex;
}

/** The latest advertisement of every origin of the layer. */
export class LinkStateDatabase {
  #entries = new Map<string, LinkStateEntry>();
  #verify: (publicKey: Uint8Array, octets: Uint8Array, signature: Uint8Array) => boolean;
  #isOfUse: (origin: string) => boolean;

  /**
   * @param verify checks the origin's signature over the encoded advertisement
   * @param isOfUse whether an origin, by its node key, is kept: anybody can make up any number of keys
   */
  constructor(
    verify: (publicKey: Uint8Array, octets: Uint8Array, signature: Uint8Array) => boolean,
    isOfUse: (origin: string) => boolean,
  ) {
    this.#verify = verify;
    this.#isOfUse = isOfUse;
  }

  /**
   * Takes an advertisement if it is newer than the one held. Never throws.
   *
   * @param sentBy node key of the authenticated neighbour that sent it: when that is the origin itself, a new instance
   *   counts as newer whatever its sequence number (the origin's clock may have gone back)
   */
  offer(signed: SignedAdvertisement, sentBy: string): OfferOutcome {
    const entry = parseEntry(signed);
    if (entry === undefined) return { outcome: "malformed" };
    if (!this.#isOfUse(entry.origin)) return { outcome: "of-no-use" };
    const previous = this.#entries.get(entry.origin);
    if (previous !== undefined && !isNewer(entry, previous, entry.origin === sentBy)) return { outcome: "known" };
    if (previous === undefined && this.#entries.size >= LINK_STATE_ORIGINS_MAX) return { outcome: "full" };
    if (
      !this.#verify(entry.publicKey, signed.advertisement ?? new Uint8Array(), signed.signature ?? new Uint8Array())
    ) {
      return { outcome: "bad-signature" };
    }
    this.#entries.set(entry.origin, entry);
    return { outcome: "fresh", entry, previous };
  }

  get(origin: string): LinkStateEntry | undefined {
    return this.#entries.get(origin);
  }

  /** Forgets an origin. */
  delete(origin: string): void {
    this.#entries.delete(origin);
  }

  entries(): IterableIterator<LinkStateEntry> {
    return this.#entries.values();
  }
}

function isNewer(entry: LinkStateEntry, previous: LinkStateEntry, authoritative: boolean): boolean {
  if (entry.sequence > previous.sequence) return true;
  return authoritative && entry.instance !== previous.instance;
}

function parseEntry(signed: SignedAdvertisement): LinkStateEntry | undefined {
  const octets = signed.advertisement;
  if (!octets || octets.length > ADVERTISEMENT_MAX_OCTETS || signed.signature?.length !== 64) return undefined;
  const advertisement: Advertisement | undefined = decodeAdvertisement(octets);
  if (advertisement === undefined) return undefined;
  const { origin, instance, adjacencies } = advertisement;
  if (origin?.length !== PUBLIC_KEY_OCTETS || instance?.length !== INSTANCE_OCTETS) return undefined;
  if ((adjacencies?.length ?? 0) > ADVERTISED_ADJACENCIES_MAX) return undefined;
  if ((advertisement.deliveryLabel ?? 0) > LABEL_MAX) return undefined;
  return {
    origin: nodeKeyOf(origin),
    publicKey: origin.slice(),
    instance: nodeKeyOf(instance),
    sequence: advertisement.sequence ?? 0,
    deliveryLabel: advertisement.deliveryLabel ?? 0,
    edges: (adjacencies ?? []).flatMap((edge) => parseEdge(edge) ?? []),
    signed: { advertisement: octets.slice(), signature: signed.signature.slice() },
  };
}

function parseEdge(edge: NonNullable<Advertisement["adjacencies"]>[number]): LinkStateEdge | undefined {
  if (edge.neighbour?.length !== PUBLIC_KEY_OCTETS || (edge.label ?? 0) > LABEL_MAX) return undefined;
  const mtu = edge.mtu ?? 0;
  return {
    neighbour: nodeKeyOf(edge.neighbour),
    label: edge.label ?? 0,
    mtu,
    segmentMtu: Math.min(edge.segmentMtu ?? mtu, mtu),
    metric: Math.max(1, edge.cost ?? 1),
    up: edge.up ?? false,
  };
}
