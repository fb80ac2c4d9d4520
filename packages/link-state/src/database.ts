/**
 * The newest advertisement of every origin of a layer.
 *
 *   held: alive ──lifetime or withdrawal──▶ tombstone ──24 h──▶ forgotten
 *
 * Age counts from when this node took an advertisement, on its own monotonic clock: no field of others, signed or not,
 * makes one older (RFC 7987). A tombstone keeps the sequence, so that an older copy brings nothing back.
 */
import type { Instant } from "@flor/machine";
import type { SignedAdvertisement } from "@flor/wire";
import { type LinkStateEntry, peekName } from "./entry.ts";
import { shortNameOf } from "./node-key.ts";
import { sameOctets } from "./same-octets.ts";

/** Origins alive at once at most. */
export const LINK_STATE_ORIGINS_MAX = 4096;
/** Octets of all their advertisements at most. */
export const LINK_STATE_MAX_OCTETS = 8_388_608;
/** Tombstones at most; the oldest is forgotten first. */
export const TOMBSTONES_MAX = 8192;
const TOMBSTONE_MS = 86_400_000;
const SWEEP_INTERVAL_MS = 10_000;

/** How an advertisement compares with what is held of its origin. */
export type Comparison = "newer" | "same" | "older" | "conflict";

/** Whom the database makes room for: own peers and neighbours before anybody else. */
export interface OriginStanding {
  /** Never forgotten to make room. */
  isOurs(origin: string): boolean;
  /** There is a path to it now. */
  isReachable(origin: string): boolean;
}

/** What is held of an origin. */
export interface Held {
  readonly entry: LinkStateEntry;
  readonly takenAt: Instant;
  /** A tombstone: of use only for its sequence. */
  readonly isGone: boolean;
}

/** It grew too old here: shown to nobody, or others would count its time from the start. */
export function isExpired({ isGone, entry }: Held): boolean {
  return isGone && entry.lifetimeMs > 0;
}

/** See the head of this file. */
export class LinkStateDatabase {
  readonly #held = new Map<string, Held>();
  readonly #byName = new Map<string, string>();
  readonly #standing: OriginStanding;
  #alive = 0;
  #octets = 0;
  #names: readonly string[] | undefined;
  #sweepAt: Instant | undefined;

  constructor(standing: OriginStanding) {
    this.#standing = standing;
  }

  /** Origins alive. */
  get size(): number {
    return this.#alive;
  }

  /** The advertisement of `origin`, unless it is withdrawn or too old. */
  get(origin: string): LinkStateEntry | undefined {
    const held = this.#held.get(origin);
    return held === undefined || held.isGone ? undefined : held.entry;
  }

  /** What is held of `origin`, tombstones included. */
  held(origin: string): Held | undefined {
    return this.#held.get(origin);
  }

  /** The origin of that {@link shortNameOf}. */
  named(name: string): Held | undefined {
    const origin = this.#byName.get(name);
    return origin === undefined ? undefined : this.#held.get(origin);
  }

  /** The names of all that is alive or withdrawn, sorted. */
  names(): readonly string[] {
    this.#names ??= [...this.#held.values()]
      .filter((held) => !isExpired(held))
      .map(({ entry }) => shortNameOf(entry.origin))
      .toSorted();
    return this.#names;
  }

  /** All advertisements alive. */
  *entries(): IterableIterator<LinkStateEntry> {
    for (const { entry, isGone } of this.#held.values()) if (!isGone) yield entry;
  }

  /** What is held, if it is octet by octet this: most of what arrives is, and need not be read. */
  copyOf(signed: SignedAdvertisement): LinkStateEntry | undefined {
    const name = peekName(signed.advertisement);
    const held = name === undefined ? undefined : this.named(name)?.entry;
    return held !== undefined && sameSigned(held.signed, signed) ? held : undefined;
  }

  /** Compares before anything is verified: a signature is checked once per origin and sequence. */
  compare(entry: LinkStateEntry): Comparison {
    const held = this.#held.get(entry.origin);
    if (held === undefined) return this.#byName.has(shortNameOf(entry.origin)) ? "conflict" : "newer";
    const { sequence, signed } = held.entry;
    if (entry.sequence !== sequence) return entry.sequence > sequence ? "newer" : "older";
    // A tie is never won by content (CVE-2017-3224): what is held stays.
    return sameSigned(entry.signed, signed) ? "same" : "conflict";
  }

  /**
   * Takes a verified advertisement that is newer.
   *
   * @returns false when there is no room for its origin
   */
  store(entry: LinkStateEntry, now: Instant): boolean {
    const isGone = entry.lifetimeMs === 0;
    if (!isGone && !this.#makeRoom(entry)) return false;
    this.#set({ entry, takenAt: now, isGone });
    if (isGone) this.#boundTombstones();
    this.#sweepAt ??= now + SWEEP_INTERVAL_MS;
    return true;
  }

  /** Lowers what fits an origin's edge of that label, until its next advertisement; whether it did. */
  lower(origin: string, label: number, mtu: number): boolean {
    const held = this.#held.get(origin);
    const edge = held?.entry.edges.find((one) => one.label === label && one.mtu > mtu);
    if (held === undefined || held.isGone || edge === undefined) return false;
    const lowered = { ...edge, mtu, segmentMtu: Math.min(edge.segmentMtu, mtu) };
    const edges = held.entry.edges.map((one) => (one === edge ? lowered : one));
    this.#held.set(origin, { ...held, entry: { ...held.entry, edges } });
    return true;
  }

  /** Forgets an origin at once, and for good: it is no member any more. */
  delete(origin: string): boolean {
    const held = this.#held.get(origin);
    if (held === undefined) return false;
    this.#remove(held);
    return !held.isGone;
  }

  nextTimeout(): Instant | undefined {
    return this.#sweepAt;
  }

  /** Turns what is too old into tombstones, and forgets old tombstones; returns the origins that ended. */
  handleTimeout(now: Instant): readonly string[] {
    if (this.#sweepAt === undefined || now < this.#sweepAt) return [];
    const ended: string[] = [];
    for (const held of this.#held.values()) {
      const age = now - held.takenAt;
      if (held.isGone && age >= TOMBSTONE_MS) this.#remove(held);
      if (held.isGone || age < held.entry.lifetimeMs) continue;
      if (held.entry.isFormerVersion && this.#standing.isReachable(held.entry.origin)) {
        // It never repeats itself: that its neighbours still tell of it has to do.
        this.#set({ ...held, takenAt: now });
        continue;
      }
      ended.push(held.entry.origin);
      this.#set({ entry: { ...held.entry, edges: [] }, takenAt: now, isGone: true });
    }
    this.#boundTombstones();
    this.#sweepAt = this.#held.size === 0 ? undefined : now + SWEEP_INTERVAL_MS;
    return ended;
  }

  #set(held: Held): void {
    const { origin } = held.entry;
    const before = this.#held.get(origin);
    if (before !== undefined) this.#remove(before);
    this.#held.set(origin, held);
    this.#byName.set(shortNameOf(origin), origin);
    this.#names = undefined;
    if (held.isGone) return;
    this.#alive += 1;
    this.#octets += octetsOf(held.entry);
  }

  #remove({ entry, isGone }: Held): void {
    this.#held.delete(entry.origin);
    this.#byName.delete(shortNameOf(entry.origin));
    this.#names = undefined;
    if (isGone) return;
    this.#alive -= 1;
    this.#octets -= octetsOf(entry);
  }

  /** Makes room. Others' advertisements go first, the unreachable one held longest before the rest; for our own, any goes. */
  #makeRoom(entry: LinkStateEntry): boolean {
    const before = this.get(entry.origin);
    const origins = (): number => this.#alive - (before === undefined ? 0 : 1);
    const octets = (): number => this.#octets + octetsOf(entry) - (before === undefined ? 0 : octetsOf(before));
    while (origins() >= LINK_STATE_ORIGINS_MAX || octets() > LINK_STATE_MAX_OCTETS) {
      const victim = this.#victim(entry.origin);
      if (victim === undefined) return false;
      this.#remove(victim);
    }
    return true;
  }

  #victim(newcomer: string): Held | undefined {
    let any: Held | undefined;
    for (const held of this.#held.values()) {
      const { origin } = held.entry;
      if (held.isGone || origin === newcomer || this.#standing.isOurs(origin)) continue;
      if (!this.#standing.isReachable(origin)) return held;
      any ??= held;
    }
    return this.#standing.isOurs(newcomer) ? any : undefined;
  }

  #boundTombstones(): void {
    let excess = this.#held.size - this.#alive - TOMBSTONES_MAX;
    for (const held of this.#held.values()) {
      if (excess <= 0) return;
      if (!held.isGone) continue;
      this.#remove(held);
      excess -= 1;
    }
  }
}

function octetsOf({ signed }: LinkStateEntry): number {
  return signed.advertisement?.length ?? 0;
}

function sameSigned(a: SignedAdvertisement, b: SignedAdvertisement): boolean {
  return sameOctets(a.advertisement, b.advertisement) && sameOctets(a.signature, b.signature);
}
