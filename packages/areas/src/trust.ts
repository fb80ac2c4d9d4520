/** Whom this node believes what of networks: its own rosters, and what signed records show of hosts of others. */
import { hexOf, type Membership, Roster, splitRecords } from "@flor/membership";
import { type AreaSettings, type ForeignNetwork, GATEWAY, type OwnNetwork } from "./area-settings.ts";

/** Records in one message at most: a host's and its issuer's, and as many during a change. */
const RECORDS_MAX = 4;

/** Options of {@link Trust}. */
export interface TrustOptions {
  readonly verify: (publicKey: Uint8Array, octets: Uint8Array, signature: Uint8Array) => boolean;
  /** The wall clock. */
  readonly unixMs: () => number;
}

/** A host of a network of others, as its records show it, or why they do not. */
export type Shown = { readonly membership: Membership } | { readonly trouble: string };

/** See the head of this file. */
export class Trust {
  readonly #options: TrustOptions;
  #settings: AreaSettings;
  /** What is known of networks of others, by their root keys. */
  #rosters = new Map<string, Roster>();
  #foreign = new Map<string, ForeignNetwork>();

  constructor(options: TrustOptions, settings: AreaSettings) {
    this.#options = options;
    this.#settings = settings;
    this.apply(settings);
  }

  get settings(): AreaSettings {
    return this.#settings;
  }

  /** Takes other networks; what is known of those that stay is kept. */
  apply(settings: AreaSettings): void {
    this.#settings = settings;
    const before = this.#rosters;
    const { verify } = this.#options;
    this.#foreign = new Map(settings.foreign.map((network) => [hexOf(network.root), network]));
    this.#rosters = new Map(
      settings.foreign.map(({ root }) => [hexOf(root), before.get(hexOf(root)) ?? new Roster({ root, verify })]),
    );
  }

  /** The network of this node's own with that root key. */
  own(root: string): OwnNetwork | undefined {
    return this.#settings.networks.find(({ roster }) => roster.network === root);
  }

  foreign(root: string): ForeignNetwork | undefined {
    return this.#foreign.get(root);
  }

  foreignNamed(name: string): ForeignNetwork | undefined {
    return this.#settings.foreign.find((network) => network.name === name);
  }

  /** A key's membership of a network, of its own or others', as of now. */
  membershipOf(root: string, key: string): Membership | undefined {
    const roster = this.own(root)?.roster ?? this.#rosters.get(root);
    return roster?.isMember(key, this.#options.unixMs()) === true ? roster.membershipOf(key) : undefined;
  }

  /** Takes records of a network of others; those of no such network are not looked at. */
  take(root: string, octets: Uint8Array): void {
    const roster = this.#rosters.get(root);
    for (const record of (roster && splitRecords(octets, RECORDS_MAX)) ?? [])
      roster?.take(record, this.#options.unixMs());
  }

  /** What records show of a key that somebody brings as a host of a network of others. */
  show(root: string, key: string, records: Uint8Array): Shown {
    const network = this.foreign(root);
    if (network === undefined) return { trouble: "it is of a network that this node does not know" };
    this.take(root, records);
    const membership = this.membershipOf(root, key);
    if (membership !== undefined) return { membership };
    const isRevoked = this.#rosters.get(root)?.revocationOf(key) !== undefined;
    return {
      trouble: isRevoked ? `it is revoked in ${network.name}` : `nothing shows that it is a member of ${network.name}`,
    };
  }

  /** The key of the member of that name. */
  memberNamed({ roster }: OwnNetwork, name: string): string | undefined {
    return roster.keyNamed(name, this.#options.unixMs());
  }

  /** What shows to others that a key is a member of a network of this node's, or is revoked there. */
  proofOf(root: string, key: string): Uint8Array {
    const records = this.own(root)?.roster.proofOf(key) ?? [];
    const proof = new Uint8Array(records.reduce((length, { length: more }) => length + more, 0));
    let at = 0;
    for (const record of records) {
      proof.set(record, at);
      at += record.length;
    }
    return proof;
  }

  /** The peers that lead to a network of others, the preferred one first. */
  gatewaysTo({ gateways }: ForeignNetwork): readonly string[] {
    if (gateways.length > 0) return gateways;
    const now = this.#options.unixMs();
    const members = this.#settings.networks.flatMap(({ roster }) => roster.withRole(GATEWAY, now));
    return [...new Set(members)];
  }

  /** Whether a peer's word about hosts of a network of others is heard. */
  isGatewayOf(peer: string, network: ForeignNetwork): boolean {
    if (network.gateways.length > 0) return network.gateways.includes(peer);
    const now = this.#options.unixMs();
    return this.#settings.networks.some(
      ({ roster }) => roster.isMember(peer, now) && roster.membershipOf(peer)?.roles.includes(GATEWAY) === true,
    );
  }

  /** Forgets what is over. */
  sweep(): void {
    for (const roster of this.#rosters.values()) roster.sweep(this.#options.unixMs());
  }
}
