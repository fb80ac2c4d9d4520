/**
 * How records of networks spread: over the control connections, before link state, revocations before all else.
 *
 *   connection opens ─▶ summary of the ids held ─▶ the other end sends what the summary lacks
 *   fresh record ─▶ stored ─▶ to every other neighbour that belongs to its network
 *
 * Records do not change, so ids are enough: nobody asks, and what one lacks the other sends. A neighbour hears of a
 * network only when it belongs to it, or has shown that it knows it.
 */
import { Allowance, Deadlines, DropCounters, type Instant } from "@flor/machine";
import type { ControlMessage } from "@flor/wire";
import { octetsOfHex, hexOf } from "./octets.ts";
import { rankOf, type SignedRecord, splitRecords } from "./record.ts";
import { MEMBERSHIP_REFUSALS, type MembershipRefusal, type Roster } from "./roster.ts";

/** Networks of one node at most. */
export const NETWORKS_MAX = 16;
/** Ids in one summary message at most. */
export const SUMMARY_IDS_MAX = 2000;
/** Records in one message at most: each may cost a signature. */
export const RECORDS_PER_MESSAGE_MAX = 64;
/** Octets of records in one message, unless a single one is longer. */
const BATCH_OCTETS = 16_384;
/** Signatures checked before a neighbour is read from again, a quarter of a millisecond each. */
const VERIFICATIONS_AT_ONCE = 32;
/** The pause after them: the turns of others. */
const PAUSE_MS = 20;
/** Records of one neighbour that are taken or sent back a second. */
export const RECORDS_PER_SECOND = 1000;
/** Those at once: a full roster and its revocations, both ways, as at a first meeting. */
export const RECORDS_AT_ONCE = 16_384;
/** Neighbours whose allowance is remembered. */
const ALLOWANCES_MAX = 4096;
/** A whole summary goes to each neighbour this often: it mends what no message says. */
const SUMMARY_INTERVAL_MS = 300_000;
const NETWORK_NAME_OCTETS = 8;
const ID_OCTETS = 8;

/** What happened: a record is fresh, and held by now. */
export interface FreshRecord {
  readonly roster: Roster;
  readonly signed: SignedRecord;
}

/** Options of a {@link MembershipFlooding}. */
export interface MembershipFloodingOptions {
  /** Wall clock, milliseconds since 1970. */
  readonly unixMs: () => number;
}

interface Neighbour {
  readonly key: string;
  /** Networks that it is told of, and what it is owed of each: ids. */
  readonly networks: Map<Roster, Sync>;
}

interface Sync {
  readonly toSend: Set<string>;
  /** Where the summary goes on; `undefined`: none is under way. */
  summaryFrom: string | undefined;
}

/** See the head of this file. */
export class MembershipFlooding {
  readonly rosters: Roster[] = [];
  /** Records that were refused, of all networks that count here. */
  readonly refusals: DropCounters<MembershipRefusal> = new DropCounters(MEMBERSHIP_REFUSALS);
  /** Told of each record that was refused, and whose word it was: a neighbour's node key. */
  onRefused: (neighbour: string, refusal: MembershipRefusal, now: Instant) => void = () => {};
  /** Neighbours with something to send, for {@link pollTransmit}. */
  readonly ready: Set<string> = new Set();
  readonly #options: MembershipFloodingOptions;
  readonly #neighbours = new Map<string, Neighbour>();
  /** When each is told next what is held, by its key. */
  readonly #summaries = new Deadlines<string>();
  #fresh: FreshRecord[] = [];
  /** Neighbours that are not read from before then. */
  readonly #busyUntil = new Map<string, Instant>();

  /** By neighbour: a new connection refills nothing. */
  readonly #allowances = new Map<string, Allowance>();

  constructor(options: MembershipFloodingOptions) {
    this.#options = options;
  }

  /** Spreads the records of another network. */
  add(roster: Roster): void {
    this.rosters.push(roster);
  }

  /** Spreads the records of a network no more, and forgets what was not acted on. */
  remove(roster: Roster): void {
    const at = this.rosters.indexOf(roster);
    if (at >= 0) this.rosters.splice(at, 1);
    for (const { networks } of this.#neighbours.values()) networks.delete(roster);
    this.#fresh = this.#fresh.filter((fresh) => fresh.roster !== roster);
  }

  /** There is a control connection with a neighbour. */
  open(key: string, now: Instant): void {
    this.#neighbours.set(key, { key, networks: new Map() });
    this.#summaries.set(key, now + SUMMARY_INTERVAL_MS);
    for (const roster of this.rosters) if (roster.isMember(key, this.#options.unixMs())) this.#tell(key, roster);
  }

  /** There is none any more. */
  close(key: string): void {
    this.#neighbours.delete(key);
    this.#summaries.delete(key);
    this.#busyUntil.delete(key);
    this.ready.delete(key);
  }

  /** Whether a neighbour's messages may be read now; if not, they wait at its end. */
  canTake(key: string, now: Instant): boolean {
    return (this.#busyUntil.get(key) ?? -Infinity) <= now && this.#allowanceOf(key).isSolvent(now);
  }

  /**
   * Takes what a neighbour says of networks; other messages are not for here.
   *
   * @returns false when it broke the protocol
   */
  handleMessage(key: string, message: ControlMessage, now: Instant): boolean {
    if (message.membershipSummary) return this.#handleSummary(key, message.membershipSummary, now);
    if (!message.membership) return true;
    const records = splitRecords(message.membership.records ?? new Uint8Array(), RECORDS_PER_MESSAGE_MAX);
    if (records === undefined) return false;
    const roster = this.#named(message.membership.network);
    if (roster === undefined) return true;
    this.#tell(key, roster);
    const before = roster.verifications;
    for (const octets of records) {
      const taken = this.take(roster, octets, key);
      if (taken !== "fresh" && taken !== "known") this.onRefused(key, taken, now);
    }
    this.#allowanceOf(key).spend(records.length, now);
    if (roster.verifications - before >= VERIFICATIONS_AT_ONCE) this.#busyUntil.set(key, now + PAUSE_MS);
    return true;
  }

  /** Takes a record, from a neighbour or from an issuer here, and passes it on when it is fresh. */
  take(roster: Roster, octets: Uint8Array, from?: string): ReturnType<Roster["take"]> {
    const taken = roster.take(octets, this.#options.unixMs());
    const signed = taken === "fresh" ? roster.lastFresh : undefined;
    if (signed === undefined) return taken;
    this.#fresh.push({ roster, signed });
    this.#spread(roster, signed, from);
    return taken;
  }

  /** What is held since the last call, for who keeps it and acts on it. */
  takeFresh(): readonly FreshRecord[] {
    return this.#fresh.splice(0);
  }

  /** The next message for a neighbour in {@link ready}; `undefined`: there is none now. */
  pollTransmit(key: string): ControlMessage | undefined {
    for (const [roster, sync] of this.#neighbours.get(key)?.networks ?? []) {
      const message = this.#records(roster, sync) ?? this.#summary(roster, sync);
      if (message !== undefined) return message;
    }
    this.ready.delete(key);
    return undefined;
  }

  nextTimeout(): Instant | undefined {
    return this.#summaries.next;
  }

  handleTimeout(now: Instant): void {
    for (let key = this.#summaries.takeDue(now); key !== undefined; key = this.#summaries.takeDue(now)) {
      this.#summaries.set(key, now + SUMMARY_INTERVAL_MS);
      const networks = this.#neighbours.get(key)?.networks ?? new Map<Roster, Sync>();
      for (const sync of networks.values()) sync.summaryFrom = "";
      if (networks.size > 0) this.ready.add(key);
    }
  }

  /** Neighbours that became members meanwhile are told of the network. */
  handleMembersChanged(): void {
    const unixMs = this.#options.unixMs();
    for (const key of this.#neighbours.keys())
      for (const roster of this.rosters) if (roster.isMember(key, unixMs)) this.#tell(key, roster);
  }

  #allowanceOf(key: string): Allowance {
    const known = this.#allowances.get(key);
    // Who was heard last stands last.
    this.#allowances.delete(key);
    const [oldest] = this.#allowances.keys();
    if (this.#allowances.size >= ALLOWANCES_MAX && oldest !== undefined) this.#allowances.delete(oldest);
    const allowance = known ?? new Allowance(RECORDS_PER_SECOND, RECORDS_AT_ONCE);
    this.#allowances.set(key, allowance);
    return allowance;
  }

  #tell(key: string, roster: Roster): void {
    const neighbour = this.#neighbours.get(key);
    if (neighbour === undefined || neighbour.networks.has(roster)) return;
    neighbour.networks.set(roster, { toSend: new Set(), summaryFrom: "" });
    this.ready.add(key);
  }

  #spread(roster: Roster, { id }: SignedRecord, from: string | undefined): void {
    for (const { key, networks } of this.#neighbours.values()) {
      const sync = key === from ? undefined : networks.get(roster);
      if (sync === undefined) continue;
      sync.toSend.add(id);
      this.ready.add(key);
    }
  }

  /** What the other end does not list in a range of ids, it is sent. */
  #handleSummary(key: string, summary: NonNullable<ControlMessage["membershipSummary"]>, now: Instant): boolean {
    const { from, to, ids = new Uint8Array() } = summary;
    if (!ids || ids.length % ID_OCTETS !== 0 || ids.length > SUMMARY_IDS_MAX * ID_OCTETS) return false;
    const roster = this.#named(summary.network);
    if (roster === undefined) return true;
    this.#tell(key, roster);
    const sync = this.#neighbours.get(key)?.networks.get(roster);
    const [first, end] = [hexOf(from ?? new Uint8Array()), hexOf(to ?? new Uint8Array())];
    const listed = new Set<string>();
    for (let at = 0; at < ids.length; at += ID_OCTETS) listed.add(hexOf(ids.subarray(at, at + ID_OCTETS)));
    for (const id of roster.records.keys()) {
      if (listed.has(id)) sync?.toSend.delete(id);
      else if (id >= first && (end === "" || id < end)) sync?.toSend.add(id);
    }
    const owed = sync?.toSend.size ?? 0;
    this.#allowanceOf(key).spend(1 + owed, now);
    if (owed > 0) this.ready.add(key);
    return true;
  }

  /** Revocations first, then issuers, then whom they let in: nobody is refused for what comes behind. */
  #records(roster: Roster, sync: Sync): ControlMessage | undefined {
    const owed: SignedRecord[] = [];
    for (const id of sync.toSend) {
      const signed = roster.records.get(id);
      // Something newer took its place, and is owed as well.
      if (signed === undefined) sync.toSend.delete(id);
      else owed.push(signed);
    }
    if (owed.length === 0) return undefined;
    const batch: SignedRecord[] = [];
    let octets = 0;
    for (const signed of owed.toSorted((a, b) => rankOf(a.record) - rankOf(b.record))) {
      const isFull = batch.length === RECORDS_PER_MESSAGE_MAX || octets + signed.octets.length > BATCH_OCTETS;
      if (batch.length > 0 && isFull) break;
      batch.push(signed);
      octets += signed.octets.length;
      sync.toSend.delete(signed.id);
    }
    return { membership: { network: networkName(roster), records: joined(batch, octets) } };
  }

  #summary(roster: Roster, sync: Sync): ControlMessage | undefined {
    const from = sync.summaryFrom;
    if (from === undefined) return undefined;
    const ids = [...roster.records.keys()].filter((id) => id >= from).toSorted();
    const next = ids[SUMMARY_IDS_MAX];
    sync.summaryFrom = next;
    const listed = octetsOfHex(ids.slice(0, SUMMARY_IDS_MAX).join(""));
    const range = { from: octetsOfHex(from), to: octetsOfHex(next ?? "") };
    return { membershipSummary: { network: networkName(roster), ...range, ids: listed } };
  }

  #named(name: Uint8Array | null | undefined): Roster | undefined {
    const hex = name ? hexOf(name) : "";
    if (hex.length !== 2 * NETWORK_NAME_OCTETS) return undefined;
    return this.rosters.find(({ network }) => network.startsWith(hex));
  }
}

function networkName({ network }: Roster): Uint8Array {
  return octetsOfHex(network.slice(0, 2 * NETWORK_NAME_OCTETS));
}

function joined(batch: readonly SignedRecord[], octets: number): Uint8Array {
  const all = new Uint8Array(octets);
  let at = 0;
  for (const signed of batch) {
    all.set(signed.octets, at);
    at += signed.octets.length;
  }
  return all;
}
