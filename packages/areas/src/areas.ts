/**
 * Networks of different owners, joined by gateways (proto/area.md): what one node does as the host that asks, as a gateway, and as
 * the host that is asked for. Sans-IO: messages, times and wall clock are given to it, and it acts through {@link AreaDoors}.
 */
import { earlier, type Instant, KeyedBudgets } from "@flor/machine";
import { hexOf, octetsOfHex } from "@flor/membership";
import { type AreaMessage, Cause } from "@flor/wire";
import type { AreaDoors } from "./area-doors.ts";
import type { AreaSettings } from "./area-settings.ts";
import type { Proof, Refusal } from "./answer-text.ts";
import { decodeAsk, isNamed } from "./ask.ts";
import { type AskRefused, Asker, type RefusedHost, refusalBy } from "./asker.ts";
import type { Crossing, Side } from "./crossing.ts";
import { Crossings } from "./crossings.ts";
import { ForeignHosts, type ForeignObserver } from "./foreign-hosts.ts";
import { Gateway, isWholeAnswer } from "./gateway.ts";
import { HostPart } from "./host-part.ts";
import { decodeRoom } from "./room.ts";
import { Trust, type TrustOptions } from "./trust.ts";
import { type AreaParts, type EndOptions, Ways } from "./way.ts";

/** Asks of one host a second, and at once. */
export const ASKS_PER_SECOND = 10;
export const ASKS_AT_ONCE = 128;
/** Asks of one neighbour a second, and at once: a gateway asks for many hosts. */
export const NEIGHBOUR_ASKS_PER_SECOND = 500;
export const NEIGHBOUR_ASKS_AT_ONCE = 4096;
/** Hosts and neighbours whose asks are counted apart. */
const BUDGETS_MAX = 4096;
/** Rosters are swept this often. */
const SWEEP_MS = 600_000;

const ITSELF: Refusal = { cause: Cause.NOT_ALLOWED, text: "the ask came back to the host that asks" };

/** What crossings report. */
export interface AreaObserver extends ForeignObserver {
  /** A host that was wanted cannot be reached now. */
  handleRefused(name: string, refusal: Refusal): void;
}

/** Options of {@link Areas}. */
export interface AreasOptions extends TrustOptions {
  /** This node's key, 64 hexadecimal digits. */
  readonly ownKey: string;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly doors: AreaDoors;
  readonly observer: AreaObserver;
}

/** See the head of this file. */
export class Areas {
  readonly crossings: Crossings = new Crossings();
  readonly hosts: ForeignHosts;
  readonly trust: Trust;
  readonly ways: Ways;
  readonly #asker: Asker;
  readonly #gateway: Gateway;
  readonly #host: HostPart;
  readonly #parts: AreaParts;
  readonly #doors: AreaDoors;
  readonly #perHost = new KeyedBudgets<string>({
    perSecond: ASKS_PER_SECOND,
    burst: ASKS_AT_ONCE,
    capacity: BUDGETS_MAX,
  });
  readonly #perNeighbour = new KeyedBudgets<string>({
    perSecond: NEIGHBOUR_ASKS_PER_SECOND,
    burst: NEIGHBOUR_ASKS_AT_ONCE,
    capacity: BUDGETS_MAX,
  });
  #sweepAt: Instant | undefined;

  constructor(options: AreasOptions, settings: AreaSettings) {
    const { ownKey, doors, observer, random } = options;
    this.#doors = doors;
    this.trust = new Trust(options, settings);
    this.ways = new Ways(doors, this.crossings);
    this.hosts = new ForeignHosts(doors, observer);
    const { crossings, hosts, trust, ways } = this;
    const parts: AreaParts = { ownKey, doors, trust, crossings, hosts, ways };
    this.#parts = parts;
    const handleRefused: AskRefused = (name, refusal) => observer.handleRefused(name, refusal);
    this.#asker = new Asker(parts, random, handleRefused);
    this.#gateway = new Gateway(parts);
    this.#host = new HostPart(parts);
  }

  /** Takes other settings: what they do not allow any more ends now. */
  apply(settings: AreaSettings, now: Instant): void {
    this.trust.apply(settings);
    this.#asker.apply();
    this.#recheck(now);
  }

  /** This node has another key from now on: ways that end here are asked for again, by it. */
  takeKey(ownKey: string, now: Instant): void {
    this.#parts.ownKey = ownKey;
    const refusal = { cause: Cause.NETWORK_UNREACHABLE, text: "the host has another key now" };
    for (const crossing of this.crossings.list())
      if (crossing.up === undefined || crossing.down === undefined) this.#end(crossing, refusal, now);
  }

  /** Whether a name is one of a host of a network of others. */
  isForeignName(name: string): boolean {
    const dot = name.lastIndexOf(".");
    return dot > 0 && this.trust.foreignNamed(name.slice(dot + 1)) !== undefined;
  }

  /** Flows want a host, by its name here: the observer is told of it, or why not. */
  want(name: string, now: Instant): void {
    this.#asker.want(name, now);
  }

  /** Names that were wanted, and why they lead to nothing. */
  refused(now: Instant): readonly RefusedHost[] {
    return [...this.#asker.refused(now)];
  }

  /** A message of a peer, on the channel that this node opened to it ("asking") or that the peer opened ("asked"). */
  handleMessage(peer: string, side: Side, message: AreaMessage, now: Instant): void {
    const { id, ask, answer, change, gone } = message;
    if (!id || (ask && side !== "asked") || (answer && side !== "asking")) return this.ways.drops.add("malformed");
    const crossing = this.crossings.at(side, peer, id);
    if (ask) return this.#handleAsk(peer, id, ask, crossing, now);
    // Of a crossing that ended meanwhile; that it is over is known.
    if (crossing === undefined) return gone ? undefined : this.ways.drops.add("late");
    if (answer) this.#handleAnswer(crossing, answer, now);
    else if (change) this.#handleChange(crossing, side, change);
    else if (gone) this.#handleGone(crossing, side, gone, now);
    else this.ways.drops.add("malformed");
  }

  /** A channel with a peer is gone, with all that went over it. @param side `undefined`: both */
  handleLost(peer: string, side: Side | undefined, now: Instant): void {
    for (const crossing of this.crossings.of(peer)) {
      const isDown = crossing.down?.peer === peer && side !== "asked";
      const isUp = crossing.up?.peer === peer && side !== "asking";
      const refusal = { cause: Cause.NETWORK_UNREACHABLE, text: "a node on the way is gone" };
      if (isDown && !crossing.isOpen) this.#askAnother(crossing, refusal, now);
      else if (isDown || isUp) this.#end(crossing, refusal, now, { said: isDown ? "down" : "up" });
    }
  }

  /** The path to a peer is another, or there is none any more, or one again. */
  handlePathChanged(peer: string, now: Instant): void {
    if (this.#doors.wayTo(peer) === undefined) return this.#handleNoPath(peer, now);
    for (const crossing of this.crossings.of(peer)) {
      this.ways.tellRoom(crossing);
      this.#refresh(crossing);
    }
  }

  /** A host of another network is out, from this call on. */
  removeHost(key: string, reason: string, now: Instant): void {
    const refusal = { cause: Cause.NOT_ALLOWED, text: reason };
    for (const crossing of this.hosts.remove(key, reason)) this.#end(crossing, refusal, now);
  }

  /** Who is a member of this node's own networks changed: who is none any more is out at once, everywhere on the way. */
  handleMembersChanged(now: Instant): void {
    this.#recheck(now);
  }

  nextTimeout(): Instant | undefined {
    const next = earlier(this.crossings.deadlines.next, this.hosts.nextTimeout());
    return earlier(earlier(next, this.#asker.nextTimeout()), this.#sweepAt);
  }

  handleTimeout(now: Instant): void {
    const { deadlines } = this.crossings;
    for (let due = deadlines.takeDue(now); due !== undefined; due = deadlines.takeDue(now)) this.#handleDue(due, now);
    this.hosts.handleTimeout(now);
    this.#asker.handleTimeout(now);
    if ((this.#sweepAt ?? Infinity) > now) return;
    this.#sweepAt = undefined;
    this.trust.sweep();
    this.#recheck(now);
  }

  /**
   * A session outlives its paths by hours, so nothing else says that a gateway is dead. It may not be, and see a path all the
   * time: then what is said to it comes when there is one again.
   */
  #handleNoPath(peer: string, now: Instant): void {
    const refusal = { cause: Cause.NETWORK_UNREACHABLE, text: "a node on the way cannot be reached" };
    for (const crossing of this.crossings.of(peer)) {
      if (crossing.isOpen || crossing.down?.peer !== peer) {
        this.#end(crossing, refusal, now);
        continue;
      }
      this.ways.sendDown(crossing, (id) => ({ id, gone: { ...refusal } }));
      this.#askAnother(crossing, refusal, now);
    }
  }

  #handleAsk(
    peer: string,
    id: number,
    encoded: NonNullable<AreaMessage["ask"]>,
    known: Crossing | undefined,
    now: Instant,
  ): void {
    const ask = decodeAsk(encoded);
    if (ask === undefined || (known !== undefined && !isSameSubject(known, ask.subject)))
      return this.ways.drops.add("malformed");
    if (ask.subject.key === this.#parts.ownKey) return this.ways.refuse(peer, id, ITSELF);
    // Counted by neighbour too: who asks in another's name spends nothing of what that one may.
    const asker = `${peer} ${ask.subject.key}`;
    if (!this.#perNeighbour.take(peer, 1, now) || !this.#perHost.take(asker, 1, now)) {
      this.ways.drops.add("too-many-asks");
      const refusal = { cause: Cause.OVERLOADED, text: "too many asks at once" };
      // A lease that is not renewed by this ask is by the next.
      if (known === undefined) this.ways.refuse(peer, id, refusal);
      return;
    }
    this.#sweepAt ??= now + SWEEP_MS;
    const part = this.#isForThisNode(ask.subject) ? this.#host : this.#gateway;
    part.handleAsk(peer, id, ask, known, now);
    // A renewal may show that the host is no member any more: then it is out in all its ways.
    if (known !== undefined && !this.crossings.all.has(known)) this.#recheck(now);
  }

  #handleAnswer(crossing: Crossing, answer: NonNullable<AreaMessage["answer"]>, now: Instant): void {
    // Each costs signature checks and goes on: one for each ask, and no more.
    if (crossing.unanswered === 0) return this.ways.drops.add("malformed");
    crossing.unanswered -= 1;
    if (answer.cause !== Cause.OK) {
      const refusal = refusalBy(answer);
      if (!crossing.isOpen) return this.#askAnother(crossing, refusal, now);
      return this.#end(crossing, refusal, now, { said: "down" });
    }
    if (!isWholeAnswer(answer)) {
      this.ways.drops.add("malformed");
      const refusal = { cause: Cause.GENERAL_FAILURE, text: "a malformed answer" };
      if (crossing.isOpen) return this.#end(crossing, refusal, now);
      this.ways.sendDown(crossing, (id) => ({ id, gone: { ...refusal } }));
      return this.#askAnother(crossing, refusal, now);
    }
    crossing.hostKey ??= hexOf(answer.key ?? new Uint8Array(0));
    if (crossing.up === undefined) this.#asker.handleAnswer(crossing, answer, now);
    else this.#gateway.handleAnswer(crossing, answer, now);
  }

  #handleChange(crossing: Crossing, side: Side, { room }: NonNullable<AreaMessage["change"]>): void {
    const end = side === "asking" ? crossing.down : crossing.up;
    if (end === undefined) return;
    end.room = decodeRoom(room);
    this.ways.tellRoom(crossing);
    this.#refresh(crossing);
  }

  #handleGone(crossing: Crossing, side: Side, gone: NonNullable<AreaMessage["gone"]>, now: Instant): void {
    const { network, records } = gone;
    const isProven = network?.length === 32 && records !== undefined && records !== null && records.length > 0;
    const proof = isProven ? { network, records } : undefined;
    const refusal = refusalBy(gone);
    const said = side === "asking" ? "down" : "up";
    if (!crossing.isOpen && said === "down") this.#askAnother(crossing, refusal, now);
    else this.#end(crossing, refusal, now, { said, proof });
    if (proof === undefined) return;
    this.trust.take(hexOf(proof.network), proof.records);
    this.#recheck(now);
  }

  #handleDue(crossing: Crossing, now: Instant): void {
    if (crossing.up === undefined) return this.#asker.handleDue(crossing, now);
    const refusal = { cause: Cause.TIMED_OUT, text: "a node on the way does not answer in time" };
    if (crossing.isOpen) return this.#end(crossing, { cause: Cause.TIMED_OUT, text: "the lease ended" }, now);
    this.ways.sendDown(crossing, (id) => ({ id, gone: { ...refusal } }));
    this.#askAnother(crossing, refusal, now);
  }

  #askAnother(crossing: Crossing, refusal: Refusal, now: Instant): void {
    if (crossing.up === undefined) this.#asker.askAnother(crossing, refusal, now);
    else this.#gateway.askAnother(crossing, refusal, now);
  }

  /** Ends a crossing, and what followed from it here. */
  #end(crossing: Crossing, refusal: Refusal, now: Instant, options: EndOptions = {}): void {
    if (!this.crossings.all.has(crossing)) return;
    // A revoked host loses its sessions in the same turn, perhaps before its membership is checked here.
    const lost = options.proof === undefined ? this.#lostMemberOf(crossing) : undefined;
    const proof = options.proof ?? lost?.proof;
    this.ways.end(crossing, lost?.refusal ?? refusal, now, { ...options, proof });
    const foreign = this.#foreignKeyOf(crossing);
    if (foreign !== undefined) this.hosts.drop(foreign, crossing);
    if (crossing.up === undefined) this.#asker.handleEnded(crossing, refusal, now);
  }

  /** Ends what rules, rosters and settings do not allow any more. */
  #recheck(now: Instant): void {
    for (const { key, root, name } of this.hosts.all()) {
      const network = this.trust.foreign(root);
      const isMember = this.trust.membershipOf(root, key) !== undefined;
      if (network !== undefined && isMember && name.endsWith(`.${network.name}`)) continue;
      const reason =
        network === undefined || isMember
          ? "its network is not listed any more"
          : `it is no member of ${network.name} any more`;
      this.removeHost(key, reason, now);
    }
    for (const crossing of this.crossings.list()) {
      const trouble = this.#troubleOf(crossing);
      if (trouble !== undefined) this.#end(crossing, trouble.refusal, now, { proof: trouble.proof });
    }
  }

  #troubleOf(crossing: Crossing): { readonly refusal: Refusal; readonly proof?: EndOptions["proof"] } | undefined {
    const lost = this.#lostMemberOf(crossing);
    if (lost !== undefined) return lost;
    const { subject } = crossing;
    if (crossing.up === undefined) {
      if (this.trust.foreign(subject.network) !== undefined) return undefined;
      return { refusal: { cause: Cause.NOT_ALLOWED, text: "the network is not listed any more" } };
    }
    const refusal = (this.#isForThisNode(subject) ? this.#host : this.#gateway).troubleOf(crossing);
    return refusal && { refusal };
  }

  /** An end of a crossing that is no member of its network any more, of those networks that this node belongs to. */
  #lostMemberOf({ subject, hostKey }: Crossing): { readonly refusal: Refusal; readonly proof: Proof } | undefined {
    for (const [root, key] of [
      [subject.origin, subject.key],
      [subject.network, hostKey],
    ] as const) {
      const own = this.trust.own(root);
      if (own === undefined || key === undefined || this.trust.membershipOf(root, key) !== undefined) continue;
      const text = `${own.roster.membershipOf(key)?.name ?? "a host"} is no member of its network any more`;
      const proof = { network: octetsOfHex(root), records: this.trust.proofOf(root, key) };
      return { refusal: { cause: Cause.NOT_ALLOWED, text }, proof };
    }
    return undefined;
  }

  #refresh(crossing: Crossing): void {
    const foreign = this.#foreignKeyOf(crossing);
    if (foreign !== undefined) this.hosts.refresh(foreign);
  }

  /** The host of another network that a crossing leads to from here; `undefined`: it goes through. */
  #foreignKeyOf({ up, down, hostKey, subject }: Crossing): string | undefined {
    if (up === undefined) return hostKey;
    return down === undefined ? subject.key : undefined;
  }

  #isForThisNode({ network, host }: Crossing["subject"]): boolean {
    const membership = this.trust.own(network) && this.trust.membershipOf(network, this.#parts.ownKey);
    return membership !== undefined && isNamed(host, membership);
  }
}

function isSameSubject({ subject }: Crossing, other: Crossing["subject"]): boolean {
  const { origin, key, network, host } = subject;
  return origin === other.origin && key === other.key && network === other.network && host === other.host;
}
