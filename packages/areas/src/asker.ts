/** A node that wants to reach hosts of networks of others: it asks its gateways, holds what they answer, and asks again. */
import { BackOff, earlier, type Instant } from "@flor/machine";
import { hexOf } from "@flor/membership";
import { type AreaMessage, Cause } from "@flor/wire";
import { type Refusal, refusalOf } from "./answer-text.ts";
import type { ForeignNetwork, OwnNetwork } from "./area-settings.ts";
import { encodeAsk, isHostName, isNamed } from "./ask.ts";
import { Crossing, endOf } from "./crossing.ts";
import { CROSSINGS_PER_HOST_MAX } from "./crossings.ts";
import { ANY_ROOM, decodeRoom } from "./room.ts";
import { ANSWER_MS, type AreaParts, LEASE_SECONDS } from "./way.ts";

/** A host that was refused is not asked for again within this time: the answer is the same. */
export const REFUSED_MS = 1000;
/** Delays between attempts to find a new way to a host that flows are open with. */
const AGAIN_FIRST_MS = 200;
const AGAIN_MAX_MS = 2000;
/** A lease is asked for again this often once half of it is over. */
const RENEW_AGAIN_MS = 10_000;
/** Whatever the answer says, a lease is not renewed more often than this. */
const LEASE_MIN_SECONDS = 30;
/** A name that nobody asked for is forgotten after this time. */
const FORGOTTEN_MS = 60_000;

const NOT_LISTED: Refusal = { cause: Cause.NOT_ALLOWED, text: "the network is not listed any more" };

/** A host that this node wants to reach. */
interface Want {
  /** `HOST.NETWORK`. */
  readonly name: string;
  readonly host: string;
  readonly network: ForeignNetwork;
  crossing: Crossing | undefined;
  refused: (Refusal & { readonly until: Instant; readonly since: Instant }) | undefined;
  readonly backOff: BackOff;
  /** When it is asked for again by itself. */
  againAt: Instant | undefined;
  renewAt: Instant;
  wantedAt: Instant;
  /** When the way to it was found last. */
  foundAt: Instant;
}

/** A host that is wanted and leads to nothing now, and why. */
export interface RefusedHost {
  readonly name: string;
  /** The last one. */
  readonly refusal: Refusal;
  /** Of the first refusal since which there was no way, and no minute in which nobody asked. */
  readonly since: Instant;
}

/** Told how asks end that lead to nothing. */
export type AskRefused = (name: string, refusal: Refusal) => void;

/** See the head of this file. */
export class Asker {
  readonly #parts: AreaParts;
  readonly #random: () => number;
  readonly #handleRefused: AskRefused;
  readonly #wants = new Map<string, Want>();

  /** @param random uniform in [0, 1) */
  constructor(parts: AreaParts, random: () => number, handleRefused: AskRefused) {
    this.#parts = parts;
    this.#random = random;
    this.#handleRefused = handleRefused;
  }

  /** Flows want a host, by its name here. Told later: the host, or why not. */
  want(name: string, now: Instant): void {
    const want = this.#wantOf(name, now);
    if ("cause" in want) return this.#handleRefused(name, want);
    want.wantedAt = now;
    if (want.crossing !== undefined || this.#parts.hosts.named(name)?.way !== undefined) return;
    if (want.refused !== undefined && want.refused.until > now) return this.#handleRefused(name, want.refused);
    this.#ask(want, undefined, now);
  }

  /** Wants that lead to nothing now. */
  *refused(now: Instant): IterableIterator<RefusedHost> {
    for (const { name, refused } of this.#wants.values()) {
      if (!isFresh(refused, now) || this.#parts.hosts.named(name)?.way !== undefined) continue;
      const { cause, text, since } = refused;
      yield { name, refusal: { cause, text }, since };
    }
  }

  handleAnswer(crossing: Crossing, answer: NonNullable<AreaMessage["answer"]>, now: Instant): void {
    const { hosts, ways, crossings } = this.#parts;
    const want = this.#wants.get(this.#nameOf(crossing));
    const { down } = crossing;
    if (want === undefined || down === undefined) return;
    const key = hexOf(answer.key ?? new Uint8Array(0));
    const trouble = this.#answerTrouble(crossing, key, answer.records ?? new Uint8Array(0));
    if (trouble !== undefined) return this.#handleFalse(want, crossing, trouble, now);
    const lease = Math.max(LEASE_MIN_SECONDS, Math.min(answer.lease || LEASE_SECONDS, LEASE_SECONDS));
    down.label = answer.label ?? 0;
    down.room = decodeRoom(answer.room);
    crossing.hostKey = key;
    if (!crossing.isOpen) want.foundAt = now;
    crossing.isOpen = true;
    crossing.endAt = now + 1000 * lease;
    want.renewAt = now + 1000 * lease * (0.45 + this.#random() / 10);
    want.refused = undefined;
    want.againAt = undefined;
    want.backOff.reset();
    crossings.deadlines.set(crossing, want.renewAt);
    const root = hexOf(want.network.root);
    const identity = { key, name: want.name, network: want.network.name, root };
    const unfit = hosts.add(identity, crossing, crossing.endAt);
    hosts.refresh(key);
    if (unfit === undefined) return;
    ways.end(crossing, { cause: Cause.GENERAL_FAILURE, text: unfit }, now);
    this.#refuse(want, { cause: Cause.GENERAL_FAILURE, text: unfit }, now);
  }

  /** A gateway refuses, is gone, or does not answer in time: the next one. */
  askAnother(crossing: Crossing, refusal: Refusal, now: Instant): void {
    const want = this.#wants.get(this.#nameOf(crossing));
    const { down, tried } = crossing;
    if (down !== undefined) tried.add(down.peer);
    this.#parts.crossings.delete(crossing);
    if (want?.crossing !== crossing) return;
    want.crossing = undefined;
    this.#ask(want, { tried, refusal }, now);
  }

  /** A way is gone: another one, as long as the host is in use, or nobody has answered yet. */
  handleEnded(crossing: Crossing, { cause, text }: Refusal, now: Instant): void {
    const want = this.#wants.get(this.#nameOf(crossing));
    if (want?.crossing !== crossing) return;
    want.crossing = undefined;
    const isAllowed = cause !== Cause.NOT_ALLOWED;
    // It never led anywhere: flows wait for it.
    if (crossing.endAt === Infinity)
      return isAllowed ? this.#ask(want, undefined, now) : this.#refuse(want, { cause, text }, now);
    const isKept = this.#parts.hosts.named(want.name) !== undefined;
    if (!isAllowed) markRefused(want, { cause, text }, now);
    if (!isKept || !this.#isWanted(want, now)) return;
    // A gateway that gives ways and takes them back is not asked as fast as it answers.
    const isSteady = now - want.foundAt >= AGAIN_MAX_MS;
    if (isAllowed && isSteady) this.#ask(want, undefined, now);
    else want.againAt = now + want.backOff.next();
  }

  /** The lease is half over, or all of it. */
  handleDue(crossing: Crossing, now: Instant): void {
    const { crossings, ways, doors } = this.#parts;
    const want = this.#wants.get(this.#nameOf(crossing));
    if (!crossing.isOpen) {
      ways.sendDown(crossing, (id) => ({ id, gone: { cause: Cause.TIMED_OUT, text: "no answer in time" } }));
      return this.askAnother(crossing, { cause: Cause.TIMED_OUT, text: "the gateway does not answer in time" }, now);
    }
    if (crossing.endAt <= now || want === undefined) {
      if (want?.crossing === crossing) want.crossing = undefined;
      const refusal = { cause: Cause.TIMED_OUT, text: "the lease ended" };
      ways.end(crossing, refusal, now);
      if (crossing.hostKey !== undefined) this.#parts.hosts.drop(crossing.hostKey, crossing);
      return;
    }
    if (
      crossing.hostKey !== undefined &&
      (doors.isInUse(crossing.hostKey) || now - want.wantedAt < 1000 * LEASE_SECONDS)
    )
      this.#send(crossing);
    crossings.deadlines.set(crossing, Math.min(crossing.endAt, now + RENEW_AGAIN_MS));
  }

  nextTimeout(): Instant | undefined {
    let next: Instant | undefined;
    for (const { againAt } of this.#wants.values()) next = earlier(next, againAt);
    return next;
  }

  handleTimeout(now: Instant): void {
    for (const want of this.#wants.values()) {
      if (want.againAt === undefined || want.againAt > now) continue;
      want.againAt = undefined;
      if (want.crossing === undefined && this.#isWanted(want, now)) this.#ask(want, undefined, now);
    }
  }

  /** Forgets what was asked under other settings. */
  apply(): void {
    for (const want of this.#wants.values()) {
      const network = this.#parts.trust.foreignNamed(want.network.name);
      if (network === undefined || hexOf(network.root) !== hexOf(want.network.root)) {
        this.#wants.delete(want.name);
        if (want.crossing?.isOpen === false) this.#handleRefused(want.name, NOT_LISTED);
      } else {
        want.refused = undefined;
        if (network !== want.network) this.#wants.set(want.name, { ...want, network });
      }
    }
  }

  #wantOf(name: string, now: Instant): Want | Refusal {
    const known = this.#wants.get(name);
    if (known !== undefined) return known;
    const dot = name.lastIndexOf(".");
    const [host, network] = [name.slice(0, dot), this.#parts.trust.foreignNamed(name.slice(dot + 1))];
    if (network === undefined || !isHostName(host))
      return { cause: Cause.NAME_NOT_FOUND, text: `${name} names no host of a network under foreign` };
    if (this.#wants.size >= CROSSINGS_PER_HOST_MAX && !this.#forgetOne(now)) {
      const text = `${CROSSINGS_PER_HOST_MAX} hosts of other networks are asked for at once`;
      return { cause: Cause.OVERLOADED, text };
    }
    const backOff = new BackOff({ firstMs: AGAIN_FIRST_MS, maxMs: AGAIN_MAX_MS, random: this.#random });
    const more = { crossing: undefined, refused: undefined, backOff, againAt: undefined };
    const want: Want = { name, host, network, ...more, renewAt: Infinity, wantedAt: now, foundAt: -Infinity };
    this.#wants.set(name, want);
    return want;
  }

  #forgetOne(now: Instant): boolean {
    for (const want of this.#wants.values()) {
      if (want.crossing !== undefined || this.#isWanted(want, now)) continue;
      return this.#wants.delete(want.name);
    }
    return false;
  }

  #isWanted({ name, wantedAt, refused }: Want, now: Instant): boolean {
    const host = this.#parts.hosts.named(name);
    if (host !== undefined && this.#parts.doors.isInUse(host.key)) return true;
    return refused === undefined && now - wantedAt < FORGOTTEN_MS;
  }

  /** Asks the first gateway that was not asked yet and can be reached. */
  #ask(
    want: Want,
    before: { readonly tried: ReadonlySet<string>; readonly refusal: Refusal } | undefined,
    now: Instant,
  ): void {
    const { trust, doors, crossings, ownKey } = this.#parts;
    const gateways = trust.gatewaysTo(want.network).filter((peer) => peer !== ownKey);
    const peer = gateways.find((one) => before?.tried.has(one) !== true && doors.wayTo(one) !== undefined);
    if (peer === undefined)
      return this.#refuse(want, before?.refusal ?? unreachable(want.network, gateways.length), now);
    const origin = this.#originFor(peer);
    if (origin === undefined) {
      const text = "this node is a member of no network, and hosts of other networks take members only";
      return this.#refuse(want, { cause: Cause.NOT_ALLOWED, text }, now);
    }
    const subject = { origin: origin.roster.network, key: ownKey, network: hexOf(want.network.root), host: want.host };
    const crossing = new Crossing(subject, undefined);
    for (const one of before?.tried ?? []) crossing.tried.add(one);
    crossings.add(crossing);
    crossings.setDown(crossing, endOf(peer, crossings.nextId()));
    crossings.deadlines.set(crossing, now + ANSWER_MS);
    want.crossing = crossing;
    this.#send(crossing);
  }

  #send(crossing: Crossing): void {
    const { trust, ways, ownKey } = this.#parts;
    const { subject } = crossing;
    const records = trust.proofOf(subject.origin, ownKey);
    crossing.unanswered += 1;
    ways.sendDown(crossing, (id) => encodeAsk(id, { subject, records, gateways: 0, label: 0, room: ANY_ROOM }));
  }

  /** The network for whose member a gateway holds this node. */
  #originFor(gateway: string): OwnNetwork | undefined {
    const { trust, ownKey } = this.#parts;
    const own = trust.settings.networks.filter(
      ({ roster }) => trust.membershipOf(roster.network, ownKey) !== undefined,
    );
    return own.find(({ roster }) => trust.membershipOf(roster.network, gateway) !== undefined) ?? own[0];
  }

  #answerTrouble({ subject }: Crossing, key: string, records: Uint8Array): string | undefined {
    const { trust, ownKey } = this.#parts;
    const shown = trust.show(subject.network, key, records);
    if ("trouble" in shown) return shown.trouble;
    if (key === ownKey) return "it is this node";
    return isNamed(subject.host, shown.membership) ? undefined : `it is ${shown.membership.name}, not ${subject.host}`;
  }

  /** What a gateway says of the host is not what the host's network signed. */
  #handleFalse(want: Want, crossing: Crossing, trouble: string, now: Instant): void {
    const { ways, hosts } = this.#parts;
    ways.drops.add("false-answers");
    const refusal = { cause: Cause.NOT_ALLOWED, text: `a gateway's answer was not believed: ${trouble}` };
    ways.sendDown(crossing, (id) => ({ id, gone: { cause: refusal.cause, text: refusal.text } }));
    if (crossing.hostKey !== undefined) hosts.drop(crossing.hostKey, crossing);
    crossing.isOpen = false;
    want.crossing = crossing;
    this.askAnother(crossing, refusal, now);
  }

  #refuse(want: Want, refusal: Refusal, now: Instant): void {
    want.crossing = undefined;
    markRefused(want, refusal, now);
    if (this.#parts.hosts.named(want.name) !== undefined) want.againAt = now + want.backOff.next();
    this.#handleRefused(want.name, refusal);
  }

  #nameOf({ subject }: Crossing): string {
    return `${subject.host}.${this.#parts.trust.foreign(subject.network)?.name ?? ""}`;
  }
}

/** What was refused long ago may not be any more. */
function isFresh(refused: Want["refused"], now: Instant): refused is NonNullable<Want["refused"]> {
  return refused !== undefined && now - refused.until < FORGOTTEN_MS;
}

function markRefused(want: Want, refusal: Refusal, now: Instant): void {
  const since = isFresh(want.refused, now) ? want.refused.since : now;
  want.refused = { ...refusal, until: now + REFUSED_MS, since };
}

/** A gateway's own words. */
export function refusalBy(said: { cause?: number | null; text?: string | null }): Refusal {
  return refusalOf(said, "the gateway");
}

function unreachable({ name }: ForeignNetwork, gateways: number): Refusal {
  const text =
    gateways === 0
      ? `no gateway to ${name} is known: name one under foreign, or give a member the role gateway`
      : `no gateway to ${name} can be reached`;
  return { cause: Cause.NETWORK_UNREACHABLE, text };
}
