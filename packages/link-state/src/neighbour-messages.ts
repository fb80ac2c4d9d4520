/** What a neighbour is sent of the layer: requests first, then advertisements, summaries and announcements. */
import type { Instant } from "@flor/machine";
import type { ControlMessage, SignedAdvertisement } from "@flor/wire";
import { isExpired, type LinkStateDatabase } from "./database.ts";
import type { NeighbourSync } from "./neighbour-sync.ts";
import { octetsOfHex } from "./node-key.ts";
import { encodeNames, encodeOrigins, REQUEST_NAMES_MAX, SUMMARY_ORIGINS_MAX } from "./summary.ts";

/** Neighbours that are not flooded hear of changes this often at most. */
const ANNOUNCE_INTERVAL_MS = 400;
/** An advertisement that was asked for is asked for elsewhere after this time. */
const ASK_AGAIN_MS = 2000;
/** Octets of advertisements in one message, unless a single one is longer. */
const BATCH_OCTETS = 16_384;

/** See the head of this file. */
export class NeighbourMessages {
  readonly #database: LinkStateDatabase;
  readonly #tells: ((neighbour: NeighbourSync, origin: string) => boolean) | undefined;
  /** Name → when it may be asked for again. */
  readonly #asked = new Map<string, Instant>();

  /** @param tells whether a neighbour hears of an origin; absent: all hear of all */
  constructor(database: LinkStateDatabase, tells?: (neighbour: NeighbourSync, origin: string) => boolean) {
    this.#database = database;
    this.#tells = tells;
  }

  /** The next message for an open neighbour; `undefined`: there is none now. */
  next(neighbour: NeighbourSync, now: Instant): ControlMessage | undefined {
    if (neighbour.isFormerVersion) return this.#advertisements(neighbour);
    return (
      this.#request(neighbour, now) ??
      this.#advertisements(neighbour) ??
      this.#summary(neighbour) ??
      this.#announcement(neighbour, now)
    );
  }

  /** What was asked for came: the next change of it may be asked for at once. */
  answered(name: string): void {
    this.#asked.delete(name);
  }

  /** Forgets who was asked long ago. */
  tick(now: Instant): void {
    for (const [name, until] of this.#asked) if (until <= now) this.#asked.delete(name);
  }

  /** Asks for what the neighbour has newer and nobody else was asked for just now. */
  #request(neighbour: NeighbourSync, now: Instant): ControlMessage | undefined {
    const names: string[] = [];
    for (const [name, sequence] of neighbour.wanted) {
      if (names.length === REQUEST_NAMES_MAX) break;
      const held = this.#database.named(name)?.entry.sequence ?? -1;
      if (held >= sequence) neighbour.wanted.delete(name);
      else if ((this.#asked.get(name) ?? -Infinity) <= now) names.push(name);
    }
    if (names.length === 0) return undefined;
    for (const name of names) {
      this.#asked.set(name, now + ASK_AGAIN_MS);
      neighbour.wanted.delete(name);
    }
    return { request: { names: encodeNames(names) } };
  }

  #advertisements(neighbour: NeighbourSync): ControlMessage | undefined {
    const advertisements: SignedAdvertisement[] = [];
    let octets = 0;
    for (const origin of neighbour.toSend) {
      const held = this.#database.held(origin);
      const length = held?.entry.signed.advertisement?.length ?? 0;
      if (octets > 0 && octets + length > BATCH_OCTETS) break;
      neighbour.toSend.delete(origin);
      // Its origin must hear even of one that is too old: it has to be newer.
      if (held === undefined || (isExpired(held) && neighbour.key !== origin)) continue;
      octets += length;
      advertisements.push(held.entry.signed);
    }
    return advertisements.length === 0 ? undefined : { advertisements: { advertisements } };
  }

  #summary(neighbour: NeighbourSync): ControlMessage | undefined {
    const from = neighbour.summaryFrom;
    if (from === undefined) return undefined;
    const names = this.#namesFor(neighbour);
    const first = names.findIndex((name) => name >= from);
    const listed = first < 0 ? [] : names.slice(first, first + SUMMARY_ORIGINS_MAX);
    const next = first < 0 ? undefined : names[first + SUMMARY_ORIGINS_MAX];
    neighbour.summaryFrom = next;
    const origins = encodeOrigins(this.#database, listed);
    return { summary: { from: octetsOfHex(from), to: octetsOfHex(next ?? ""), origins } };
  }

  #namesFor(neighbour: NeighbourSync): readonly string[] {
    const names = this.#database.names();
    const tells = this.#tells;
    if (tells === undefined) return names;
    return names.filter((name) => tells(neighbour, this.#database.named(name)?.entry.origin ?? ""));
  }

  #announcement(neighbour: NeighbourSync, now: Instant): ControlMessage | undefined {
    if (neighbour.toAnnounce.size === 0 || now < neighbour.nextAnnouncementAt) return undefined;
    const names = [...neighbour.toAnnounce].slice(0, SUMMARY_ORIGINS_MAX);
    for (const name of names) neighbour.toAnnounce.delete(name);
    neighbour.nextAnnouncementAt = now + ANNOUNCE_INTERVAL_MS;
    return { summary: { origins: encodeOrigins(this.#database, names), partial: true } };
  }
}
