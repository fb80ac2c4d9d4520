/**
 * Link state: what this node knows of all nodes of its layer, and how it spreads. A machine: it is given messages of
 * neighbours and the time, and says what to send to whom.
 *
 *   message ─▶ compare with what is held ─▶ pending ─turn─▶ verify ─▶ store ─▶ to every other neighbour
 *
 * The control connections are ordered and reliable, so there are no acknowledgements. What a connection missed while it
 * was away, summaries find (after IS-IS, ISO/IEC 10589 section 7.3.15): each end shows its sequences, sends what it has
 * newer and asks for what it has older.
 */
import { DropCounters, earlier, type Instant } from "@flor/machine";
import type { AdvertisedAdjacency, ControlMessage, SignedAdvertisement } from "@flor/wire";
import { LinkStateDatabase, type OriginStanding } from "./database.ts";
import { carriesLess, type LinkStateEntry, parseEntry, sameServices } from "./entry.ts";
import { floodedAmong } from "./flooded-neighbours.ts";
import { NeighbourMessages } from "./neighbour-messages.ts";
import { NeighbourSync, WANTED_MAX } from "./neighbour-sync.ts";
import { Newcomers } from "./newcomers.ts";
import { shortNameOf } from "./node-key.ts";
import { OwnOrigins, type OwnOriginsOptions } from "./own-origins.ts";
import { parseNames, parseSummary, type Summary } from "./summary.ts";
import { Verification } from "./verification.ts";

/** Interval between whole summaries to each neighbour; they repair what other messages missed. */
const SUMMARY_INTERVAL_MS = 300_000;
const TICK_MS = 1000;
/** Processor time in microseconds, as measured. */
const COST = { advertisement: 15, octet: 0.01, name: 0.5 } as const;

/** Why something that a neighbour said about the layer was refused. */
export const LINK_STATE_REFUSALS = ["malformed", "bad-signature", "conflict", "not-a-member", "full"] as const;
/** See {@link LINK_STATE_REFUSALS}. */
export type LinkStateRefusal = (typeof LINK_STATE_REFUSALS)[number];

/** What happened. */
export type LinkStateEvent =
  /** What is known about other nodes changed, so paths may change. `isBad`: something that carried no longer does. */
  | { readonly type: "changed"; readonly isBad: boolean }
  /** A node publishes different services; no path depends on it. */
  | { readonly type: "services"; readonly origin: string }
  /** A node restarted and lost its state. */
  | { readonly type: "restarted"; readonly origin: string };

/** Options of a {@link LinkState}. */
export interface LinkStateOptions extends OwnOriginsOptions {
  readonly verify: (publicKey: Uint8Array, octets: Uint8Array, signature: Uint8Array) => boolean;
  readonly standing: OriginStanding;
  /** Reads an advertisement; a simulator of many nodes reads each once for all. @default {@link parseEntry} */
  readonly parse?: (signed: SignedAdvertisement) => LinkStateEntry | undefined;
  /** Whether an origin belongs to the layer. @default everybody that a neighbour tells of */
  readonly isMember?: (origin: string) => boolean;
  /** Whether a neighbour is told of an origin, which may belong to another network. @default everybody is told everything */
  readonly isTold?: (neighbour: string, origin: string) => boolean;
}

/** See the head of this file. */
export class LinkState {
  readonly database: LinkStateDatabase;
  readonly refusals: DropCounters<LinkStateRefusal> = new DropCounters(LINK_STATE_REFUSALS);
  /** Told of each refusal that is a neighbour's fault, and of whose: its node key. */
  onRefused: (neighbour: string, refusal: LinkStateRefusal, now: Instant) => void = () => {};
  /** Neighbours with something to send, for {@link pollTransmit}. */
  readonly ready: Set<string> = new Set();
  readonly #options: LinkStateOptions;
  readonly #own: OwnOrigins;
  readonly #neighbours = new Map<string, NeighbourSync>();
  readonly #newcomers = new Newcomers();
  /** Neighbours came or went since it was chosen who is flooded. */
  #areOthersOpen = false;
  readonly #messages: NeighbourMessages;
  readonly #verification: Verification;
  readonly #events: LinkStateEvent[] = [];
  #tickAt: Instant = Infinity;
  /** When neighbours outside the flooding set are next told of changes. */
  #announceAt: Instant = Infinity;

  constructor(options: LinkStateOptions) {
    this.#options = options;
    this.database = new LinkStateDatabase(options.standing);
    const tells = (neighbour: NeighbourSync, origin: string): boolean => this.#tells(neighbour, origin);
    this.#messages = new NeighbourMessages(this.database, options.isTold && tells);
    this.#own = new OwnOrigins(options, (signed, now) => this.#sayOwn(signed, now));
    this.#verification = new Verification({
      database: this.database,
      verify: options.verify,
      accept: (from, entry, now) => this.#accept(from, entry, now),
      refuse: (from, now) => this.#refuse(from, "bad-signature", now),
    });
  }

  get ownKey(): string {
    return this.#own.key;
  }

  /** What this node last advertised. */
  get own(): SignedAdvertisement | undefined {
    return this.#own.signed;
  }

  /** Signatures of others checked since the start. */
  get verifications(): number {
    return this.#verification.count;
  }

  /** Whether this node has that key, or had it and still says so. */
  isOwn(origin: string): boolean {
    return this.#own.has(origin);
  }

  /**
   * The node has another key. It stands in the layer under the keys before as well, with the same adjacencies and labels,
   * until {@link speakAsFormer} says otherwise: nodes that do not know the new key yet still find it.
   */
  takeKey(key: Pick<LinkStateOptions, "publicKey" | "sign">): void {
    this.#own.takeKey(key);
  }

  /** Whether the node speaks under the keys before as well; if not, what was said under them is withdrawn. */
  speakAsFormer(isSpeaking: boolean, now: Instant): void {
    this.#own.speakAsFormer(isSpeaking, now);
  }

  /** A former key is not valid any more. */
  dropKey(origin: string, now: Instant): void {
    this.#own.dropKey(origin, now);
  }

  /** Sets the adjacencies that this node advertises. */
  setAdjacencies(adjacencies: readonly AdvertisedAdjacency[]): void {
    this.#own.setAdjacencies(adjacencies);
  }

  /** Sets whether this node forwards for nobody: then it is an end of paths, and never in the middle. */
  setLeaf(leaf: boolean): void {
    this.#own.setLeaf(leaf);
  }

  /** Sets the encoded records of the services that this node tells of. @param urgent others send flows in vain until then */
  setServices(records: readonly Uint8Array[], urgent: boolean): void {
    this.#own.setServices(records, urgent);
  }

  /** Records of services that did not fit into what this node says of itself. */
  get servicesLeftOut(): number {
    return this.#own.servicesLeftOut;
  }

  /** The control connection with a neighbour is open. */
  open(key: string, now: Instant): void {
    const neighbour = this.#neighbours.get(key) ?? new NeighbourSync(key);
    this.#neighbours.set(key, neighbour);
    neighbour.open(now + SUMMARY_INTERVAL_MS);
    // A neighbour that does not know this node lacks its advertisement: sending it now saves a round trip.
    for (const key of this.#own.saidKeys) neighbour.toSend.add(key);
    this.#newcomers.add(neighbour, now);
    this.#setReady(neighbour);
    if (this.#tickAt === Infinity) this.#tickAt = now + TICK_MS;
    this.#areOthersOpen = true;
    // It is a neighbour's neighbour now, of those that hear of no others.
    if (this.database.get(key) !== undefined)
      for (const former of this.#neighbours.values())
        if (former.isFormerVersion && former.key !== key) this.#owe(former, key);
  }

  /** The control connection with a neighbour is gone. */
  close(key: string): void {
    const neighbour = this.#neighbours.get(key);
    if (neighbour === undefined) return;
    neighbour.close();
    this.#newcomers.delete(neighbour);
    this.ready.delete(key);
    this.#areOthersOpen = true;
  }

  /**
   * An open neighbour speaks version 1 of the control messages: it is told of this node and of its neighbours, as nodes of
   * that version tell each other, and never of anybody behind them.
   */
  takeFormerVersion(key: string): void {
    const former = this.#neighbours.get(key);
    if (former?.isOpen !== true || former.isFormerVersion) return;
    former.takeFormerVersion();
    for (const origin of this.#own.saidKeys) this.#owe(former, origin);
    for (const { key: origin, isOpen } of this.#neighbours.values())
      if (isOpen && origin !== key && this.database.get(origin) !== undefined) this.#owe(former, origin);
  }

  /** Whether a neighbour's messages may be read now; if not, they wait at its end. */
  canTake(key: string, now: Instant): boolean {
    return this.#neighbours.get(key)?.canTake(now) ?? true;
  }

  /**
   * Takes what a neighbour says of the layer; other messages are ignored.
   *
   * @returns false when it broke the protocol
   */
  handleMessage(key: string, message: ControlMessage, now: Instant): boolean {
    const neighbour = this.#neighbours.get(key);
    if (neighbour === undefined) return true;
    for (const signed of message.advertisements?.advertisements ?? [])
      this.#handleAdvertisement(neighbour, signed, now);
    if (message.summary) {
      const summary = parseSummary(message.summary);
      if (summary === undefined || !this.#handleSummary(neighbour, summary, now)) return false;
    }
    if (message.request) {
      const names = parseNames(message.request.names ?? new Uint8Array());
      if (names === undefined) return false;
      neighbour.allowance.spend(names.length * COST.advertisement, now);
      for (const name of names) this.#owe(neighbour, this.database.named(name)?.entry.origin);
    }
    return true;
  }

  /** The next message for a neighbour in {@link ready}; `undefined`: there is none now. */
  pollTransmit(key: string, now: Instant): ControlMessage | undefined {
    const neighbour = this.#neighbours.get(key);
    const message = neighbour?.isOpen === true ? this.#messages.next(neighbour, now) : undefined;
    if (message === undefined) {
      this.ready.delete(key);
      if (neighbour?.isOpen === true) this.#announceSoon(neighbour.toAnnounce, neighbour.nextAnnouncementAt, now);
    }
    return message;
  }

  pollEvent(): LinkStateEvent | undefined {
    return this.#events.shift();
  }

  nextTimeout(): Instant | undefined {
    const ticks = Math.min(this.#tickAt, this.#announceAt, this.#newcomers.nextTimeout());
    const next = Math.min(this.#own.nextTimeout(), this.#verification.dueAt, ticks);
    return earlier(this.database.nextTimeout(), next === Infinity ? undefined : next);
  }

  handleTimeout(now: Instant): void {
    this.#own.handleTimeout(now);
    if (this.database.handleTimeout(now).length > 0) this.#changed(true);
    this.#verification.handleTimeout(now);
    for (const neighbour of this.#newcomers.takeDue(now)) this.#setReady(neighbour);
    if (now >= this.#announceAt) this.#announceDue(now);
    if (now >= this.#tickAt) this.#tick(now);
  }

  /** Forgets an origin immediately. */
  forget(origin: string): void {
    if (this.database.delete(origin)) this.#changed(true);
  }

  /** A frame for that label of a neighbour did not fit there; whether the neighbour ever told of such a label. */
  handleTooBig(key: string, label: number, mtu: number): boolean {
    if (this.database.get(key)?.edges.some((edge) => edge.label === label) !== true) return false;
    if (this.database.lower(key, label, mtu)) this.#changed(true);
    return true;
  }

  /** Who is told of whom has changed: sends each neighbour a summary of what it may know. */
  retell(): void {
    for (const neighbour of this.#neighbours.values()) {
      if (!neighbour.isOpen) continue;
      neighbour.summaryFrom = "";
      this.#setReady(neighbour);
    }
  }

  /** The node stops, and says so to all neighbours in the next messages. */
  withdraw(now: Instant): void {
    this.#own.withdraw(now);
  }

  #handleAdvertisement(neighbour: NeighbourSync, signed: SignedAdvertisement, now: Instant): void {
    neighbour.allowance.spend(COST.advertisement + (signed.advertisement?.length ?? 0) * COST.octet, now);
    const copy = this.database.copyOf(signed);
    if (copy !== undefined) return neighbour.shows(shortNameOf(copy.origin), copy.origin, copy.sequence);
    const entry = (this.#options.parse ?? parseEntry)(signed);
    if (entry === undefined) return this.#refuse(neighbour, "malformed", now);
    if (this.#options.isMember?.(entry.origin) === false) return this.#refuse(neighbour, "not-a-member", now);
    const name = shortNameOf(entry.origin);
    const comparison = this.database.compare(entry);
    if (comparison === "same") return neighbour.shows(name, entry.origin, entry.sequence);
    // We know a newer one than the neighbour, or the origin behind it.
    if (comparison === "older") return this.#owe(neighbour, entry.origin);
    if (comparison === "conflict") return this.#refuseConflict(neighbour, entry.origin, now);
    this.#verification.add(neighbour, entry, now);
  }

  #accept(from: NeighbourSync, entry: LinkStateEntry, now: Instant): void {
    const { origin, sequence, instance } = entry;
    if (this.#own.outbid(origin, sequence)) return;
    const before = this.database.held(origin)?.entry;
    const hasNews = !sameServices(this.database.get(origin), entry);
    if (!this.database.store(entry, now)) return this.#refuse(from, "full", now);
    from.shows(shortNameOf(origin), origin, sequence);
    // This was the answer: the next one can be requested now.
    this.#messages.answered(shortNameOf(origin));
    // Nobody reaches a node that has only begun to find its neighbours: others hear of it with the first that it has.
    if (before !== undefined || entry.lifetimeMs === 0 || entry.edges.some(({ up }) => up))
      this.#spread(entry, from, now);
    if (hasNews) this.#events.push({ type: "services", origin });
    if (before !== undefined && before.instance !== instance) this.#events.push({ type: "restarted", origin });
    this.#changed(before !== undefined && carriesLess(before, entry));
  }

  #refuse({ key }: NeighbourSync, refusal: LinkStateRefusal, now: Instant): void {
    this.refusals.add(refusal);
    this.onRefused(key, refusal, now);
  }

  /** Who signs two for one sequence sends each to other neighbours, which cannot know of both: they are not to blame. */
  #refuseConflict(neighbour: NeighbourSync, origin: string, now: Instant): void {
    if (origin === neighbour.key) this.#refuse(neighbour, "conflict", now);
    else this.refusals.add("conflict");
  }

  /** Sends it to every neighbour that does not have it. */
  #spread({ origin, sequence }: LinkStateEntry, from: NeighbourSync | undefined, now: Instant): void {
    const name = shortNameOf(origin);
    if (this.#areOthersOpen) this.#chooseFlooded();
    for (const neighbour of this.#neighbours.values()) {
      if (!neighbour.isOpen || neighbour === from || neighbour.key === origin) continue;
      // It is about to be shown all there is, unless it knows no summaries.
      if (this.#newcomers.has(neighbour) && !neighbour.isFormerVersion) continue;
      if (!this.#tells(neighbour, origin)) continue;
      const shown = neighbour.wanted.get(name);
      if (shown !== undefined && shown >= sequence) neighbour.shows(name, origin, sequence);
      else if (neighbour.isFlooded || neighbour.isFormerVersion) this.#owe(neighbour, origin);
      else this.#announceSoon(neighbour.toAnnounce.add(name), neighbour.nextAnnouncementAt, now);
    }
  }

  #announceSoon(names: ReadonlySet<string>, at: Instant, now: Instant): void {
    if (names.size > 0) this.#announceAt = Math.min(this.#announceAt, Math.max(now, at));
  }

  #announceDue(now: Instant): void {
    this.#announceAt = Infinity;
    for (const neighbour of this.#neighbours.values()) {
      const { toAnnounce, nextAnnouncementAt } = neighbour;
      if (toAnnounce.size > 0 && nextAnnouncementAt <= now) this.#setReady(neighbour);
      else this.#announceSoon(toAnnounce, nextAnnouncementAt, now);
    }
  }

  #owe(neighbour: NeighbourSync, origin: string | undefined): void {
    if (origin === undefined || !this.#tells(neighbour, origin)) return;
    neighbour.toSend.add(origin);
    this.#setReady(neighbour);
  }

  /** There is something to say to a neighbour: now, or with the rest when it is no newcomer any more. */
  #setReady(neighbour: NeighbourSync): void {
    if (!this.#newcomers.has(neighbour)) this.ready.add(neighbour.key);
  }

  #tells({ key, isFormerVersion }: NeighbourSync, origin: string): boolean {
    if (this.isOwn(origin)) return true;
    if (isFormerVersion && this.#neighbours.get(origin)?.isOpen !== true) return false;
    return this.#options.isTold?.(key, origin) !== false;
  }

  /** @returns false when the neighbour shows more origins than there can be */
  #handleSummary(neighbour: NeighbourSync, summary: Summary, now: Instant): boolean {
    const { from, to, origins, partial } = summary;
    neighbour.allowance.spend(origins.size * COST.name, now);
    for (const [name, sequence] of origins) {
      const held = this.database.named(name)?.entry;
      if (held === undefined || held.sequence < sequence) neighbour.wanted.set(name, sequence);
      else if (held.sequence === sequence) neighbour.shows(name, held.origin, sequence);
      else this.#owe(neighbour, held.origin);
    }
    if (neighbour.wanted.size > 0) this.#setReady(neighbour);
    if (!partial) {
      for (const name of this.database.names()) {
        if (name < from || (to !== "" && name >= to) || origins.has(name)) continue;
        const held = this.database.named(name);
        if (held?.isGone === false) this.#owe(neighbour, held.entry.origin);
      }
    }
    return neighbour.wanted.size <= WANTED_MAX;
  }

  #sayOwn(signed: SignedAdvertisement, now: Instant): void {
    const entry = (this.#options.parse ?? parseEntry)(signed);
    if (entry === undefined) throw new Error("this node's own advertisement is malformed");
    this.database.store(entry, now);
    this.#spread(entry, undefined, now);
  }

  /** Looks after what waits for time to pass. */
  #tick(now: Instant): void {
    let isAnyOpen = false;
    this.#messages.tick(now);
    for (const neighbour of this.#neighbours.values()) {
      if (!neighbour.isOpen) continue;
      isAnyOpen = true;
      if (now >= neighbour.nextSummaryAt) {
        neighbour.nextSummaryAt = now + SUMMARY_INTERVAL_MS;
        neighbour.summaryFrom = "";
      }
      if (neighbour.wanted.size > 0 || neighbour.summaryFrom !== undefined) this.#setReady(neighbour);
    }
    this.#tickAt = isAnyOpen ? now + TICK_MS : Infinity;
  }

  #chooseFlooded(): void {
    this.#areOthersOpen = false;
    const open = [...this.#neighbours.values()].filter(({ isOpen }) => isOpen);
    const flooded = floodedAmong(
      this.ownKey,
      open.map(({ key }) => key),
    );
    for (const neighbour of open) neighbour.isFlooded = flooded.has(neighbour.key);
  }

  #changed(isBad: boolean): void {
    const last = this.#events.at(-1);
    if (last?.type !== "changed") this.#events.push({ type: "changed", isBad });
    else if (isBad && !last.isBad) this.#events[this.#events.length - 1] = { type: "changed", isBad };
  }
}
