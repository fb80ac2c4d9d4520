/**
 * What this node says of itself, and when: bad news at once, an adjacency that is back soon, other good news at a pace
 * that falls while changes keep coming, news of services within half a second, and the same again before receivers
 * forget it.
 */
import { earlier, type Instant } from "@flor/machine";
import { type AdvertisedAdjacency, encodeAdvertisement, type SignedAdvertisement } from "@flor/wire";
import { COST_MAX } from "./adjacency-cost.ts";
import { ADVERTISED_ADJACENCIES_MAX, ADVERTISEMENT_MAX_OCTETS, fittingServices, signedOctets } from "./entry.ts";
import { Pace } from "./pace.ts";
import { sameOctets } from "./same-octets.ts";

/** How long others keep an advertisement, seconds. */
export const LIFETIME_SECONDS = 3600;
/** It is said again after a quarter of that, less up to a quarter at random. */
const REFRESH_MS = (LIFETIME_SECONDS * 1000) / 4;
/** Pauses between advertisements while changes keep coming. */
const PAUSES_MS = [50, 200, 1000, 5000];
/** The same while this node's services keep changing: every other node must know within a second. */
const SERVICES_PAUSES_MS = [50, 200, 500];
const QUIET_MS = 10_000;
/** An adjacency that comes up more often than this before it is quiet waits for the pace like other good news. */
const QUICK_RETURNS = 3;
/** One that comes up more often than this flaps. */
const PACED_RETURNS = 6;
/**
 * That one that flaps is back is said this long after the last advertisement, which is less than it takes to be quiet: it will be
 * down again, and that is said at once.
 */
const FLAPPING_MS = 8500;
/** From so many adjacencies on, good news waits this long for each: all of them are told to as many neighbours. */
const MANY_ADJACENCIES = 40;
const GOOD_NEWS_MS_PER_ADJACENCY = 5;

/** Options of an {@link Origination}. */
export interface OriginationOptions {
  readonly publicKey: Uint8Array;
  /** 16 octets, fresh at each start. */
  readonly instance: Uint8Array;
  readonly deliveryLabel: number;
  /** Forwards for nobody at first, see {@link Origination.setLeaf}. */
  readonly leaf: boolean;
  /** The first sequence, so that it rises over restarts: wall-clock milliseconds. */
  readonly sequence: number;
  /** The signature over `octets`, 64 octets. */
  readonly sign: (octets: Uint8Array) => Uint8Array;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Wall-clock seconds since 1970. */
  readonly unixSeconds: () => number;
}

/** See the head of this file. */
export class Origination {
  readonly #options: OriginationOptions;
  readonly #pace = new Pace(PAUSES_MS, QUIET_MS);
  readonly #servicesPace = new Pace(SERVICES_PAUSES_MS, QUIET_MS);
  /** How often each adjacency came up since the last quiet time, by label. */
  readonly #returns = new Map<number, number>();
  #actedAt: Instant = -Infinity;
  #sequence: number;
  #adjacencies: readonly AdvertisedAdjacency[] = [];
  /** What was said of them last. */
  #said: readonly AdvertisedAdjacency[] = [];
  /** When that they changed goes out; `undefined`: they are as was said. */
  #adjacenciesAt: Instant | undefined;
  /** When what else changed goes out; `undefined`: nothing did. */
  #changeAt: Instant | undefined;
  #refreshAt: Instant = Infinity;
  /** Adjacencies that did not fit. */
  leftOut = 0;
  /** Records of services that did not fit. */
  servicesLeftOut = 0;
  #services: readonly Uint8Array[] = [];
  /** They are others than were said last. */
  #areServicesNew = false;
  #leaf: boolean;

  constructor(options: OriginationOptions) {
    this.#options = options;
    this.#sequence = options.sequence;
    this.#leaf = options.leaf;
    this.#changeAt = -Infinity;
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** Sets what is said from now on, those up first; does nothing when it is what is said already. */
  set(adjacencies: readonly AdvertisedAdjacency[]): void {
    const before = this.#adjacencies;
    const fitting = fit(adjacencies);
    this.leftOut = adjacencies.length - fitting.length;
    if (sameAdjacencies(before, fitting)) return;
    this.#adjacencies = fitting;
    const dueAt = this.#dueAt(before, fitting);
    // What came and went before it was said is no news.
    if (sameAdjacencies(this.#said, fitting)) this.#adjacenciesAt = undefined;
    else this.#adjacenciesAt = earlier(this.#adjacenciesAt, dueAt);
  }

  /** Sets the records of services that are said from now on. @param urgent others send flows where none are taken */
  setServices(records: readonly Uint8Array[], urgent: boolean): void {
    const { services, servicesLeftOut } = fittingServices(records);
    this.#services = services;
    this.servicesLeftOut = servicesLeftOut;
    this.#areServicesNew = true;
    const due = urgent ? this.#servicesPace.soonAt : this.#servicesPace.dueAt;
    this.#changeAt = earlier(this.#changeAt, Math.max(due, this.#pace.urgentAt));
  }

  /** Sets whether the node forwards for nobody. That it does not any more is bad news; that it does again is not urgent. */
  setLeaf(leaf: boolean): void {
    if (leaf === this.#leaf) return;
    this.#leaf = leaf;
    this.#changeAt = earlier(this.#changeAt, leaf ? this.#pace.urgentAt : this.#pace.dueAt);
  }

  /** Somebody remembers an earlier run of this node: be newer (RFC 2328 section 13.4). */
  outbid(sequence: number): void {
    if (sequence < this.#sequence) return;
    this.#sequence = sequence;
    // Should another node have our key, the two outbid each other at the slowest pace.
    this.#changeAt = earlier(this.#changeAt, this.#pace.dueAt);
  }

  nextTimeout(): Instant {
    return Math.min(this.#adjacenciesAt ?? Infinity, this.#changeAt ?? Infinity, this.#refreshAt);
  }

  #dueAt(before: readonly AdvertisedAdjacency[], after: readonly AdvertisedAdjacency[]): Instant {
    const { urgentAt, soonAt, dueAt } = this.#pace;
    const returns = this.#takeReturns(before, after);
    if (isBadNews(this.#said, after)) return urgentAt;
    if (returns === "none") return dueAt;
    if (returns === "flapping") return Math.max(dueAt, this.#actedAt + FLAPPING_MS);
    const share = after.length < MANY_ADJACENCIES ? 0 : after.length * GOOD_NEWS_MS_PER_ADJACENCY;
    return Math.max(soonAt, this.#actedAt + share);
  }

  /** The advertisement that is due, if one is. */
  handleTimeout(now: Instant): SignedAdvertisement | undefined {
    if (now < this.nextTimeout()) return undefined;
    this.#changeAt = undefined;
    this.#adjacenciesAt = undefined;
    this.#said = this.#adjacencies;
    if (now - this.#actedAt >= QUIET_MS) this.#returns.clear();
    this.#actedAt = now;
    this.#pace.acted(now);
    if (this.#areServicesNew) this.#servicesPace.acted(now);
    this.#areServicesNew = false;
    this.#refreshAt = now + REFRESH_MS * (0.75 + this.#options.random() / 4);
    return this.#sign(LIFETIME_SECONDS);
  }

  /** The advertisement that takes back all earlier ones: the node stops. */
  withdraw(): SignedAdvertisement {
    this.#changeAt = undefined;
    this.#adjacenciesAt = undefined;
    this.#refreshAt = Infinity;
    this.#adjacencies = [];
    this.#said = [];
    this.#services = [];
    return this.#sign(0);
  }

  /**
   * Whether an adjacency came up, and one that does not flap: it may be the only way left for frames of others, as after a
   * NAT changed under all adjacencies of a node at once.
   */
  #takeReturns(
    before: readonly AdvertisedAdjacency[],
    after: readonly AdvertisedAdjacency[],
  ): "none" | "flapping" | "soon" {
    const wasUp = new Set(before.filter(({ up }) => up === true).map(({ label }) => label));
    let returns: "none" | "flapping" | "soon" = "none";
    for (const { label, up, cost } of after) {
      if (up !== true || typeof label !== "number" || wasUp.has(label)) continue;
      const count = this.#returns.get(label) ?? 0;
      this.#returns.set(label, count + 1);
      if (count < QUICK_RETURNS && cost !== COST_MAX) returns = "soon";
      else if (count >= PACED_RETURNS && returns === "none") returns = "flapping";
    }
    return returns;
  }

  #sign(lifetime: number): SignedAdvertisement {
    const { sign } = this.#options;
    this.#sequence += 1;
    let advertisement = this.#encode(lifetime);
    // With very many neighbours there is no room for services: paths come first.
    while (advertisement.length > ADVERTISEMENT_MAX_OCTETS && this.#services.length > 0) {
      this.#services = this.#services.slice(0, -1);
      this.servicesLeftOut += 1;
      advertisement = this.#encode(lifetime);
    }
    return { advertisement, signature: sign(signedOctets(advertisement)) };
  }

  #encode(lifetime: number): Uint8Array {
    const { publicKey: origin, instance, deliveryLabel, unixSeconds } = this.#options;
    return encodeAdvertisement({
      origin,
      instance,
      sequence: this.#sequence,
      deliveryLabel,
      adjacencies: [...this.#adjacencies],
      // 0 is what version 1 says, which knows no lifetime.
      issued: Math.max(1, Math.floor(unixSeconds())),
      lifetime,
      leaf: this.#leaf,
      echo: true,
      services: [...this.#services],
    });
  }
}

/** At most {@link ADVERTISED_ADJACENCIES_MAX}, those that carry first, then the cheaper ones. */
function fit(adjacencies: readonly AdvertisedAdjacency[]): readonly AdvertisedAdjacency[] {
  if (adjacencies.length <= ADVERTISED_ADJACENCIES_MAX) return adjacencies;
  const rank = ({ up, cost }: AdvertisedAdjacency): number => (up ? 0 : 2 ** 20) + (cost ?? 0);
  return adjacencies.toSorted((a, b) => rank(a) - rank(b)).slice(0, ADVERTISED_ADJACENCIES_MAX);
}

/** An adjacency that carried does not, or carries less. */
function isBadNews(before: readonly AdvertisedAdjacency[], after: readonly AdvertisedAdjacency[]): boolean {
  const byLabel = new Map(after.map((adjacency) => [adjacency.label, adjacency]));
  return before.some(({ label, up, mtu }) => {
    const now = byLabel.get(label);
    return up === true && (now?.up !== true || (now.mtu ?? 0) < (mtu ?? 0));
  });
}

function sameAdjacencies(a: readonly AdvertisedAdjacency[], b: readonly AdvertisedAdjacency[]): boolean {
  const isSame = (x: AdvertisedAdjacency, y: AdvertisedAdjacency | undefined): boolean =>
    sameOctets(x.neighbour, y?.neighbour) &&
    x.label === y?.label &&
    x.mtu === y?.mtu &&
    x.segmentMtu === y?.segmentMtu &&
    x.cost === y?.cost &&
    x.up === y?.up;
  return a.length === b.length && a.every((adjacency, index) => isSame(adjacency, b[index]));
}
