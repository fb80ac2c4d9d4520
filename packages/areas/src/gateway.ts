/** A node in the middle of crossings: it checks who may cross, asks on, and binds a label in either direction. */
import type { Instant } from "@flor/machine";
import { admitsWho } from "@flor/route";
import { type AreaMessage, Cause } from "@flor/wire";
import type { Refusal } from "./answer-text.ts";
import type { CrossingRule } from "./area-settings.ts";
import { type Ask, encodeAsk, GATEWAYS_MAX, isLabel } from "./ask.ts";
import { Crossing, type CrossingEnd, type CrossingSubject, endOf } from "./crossing.ts";
import { decodeRoom, encodeRoom } from "./room.ts";
import { ANSWER_MS, type AreaParts, LEASE_SECONDS } from "./way.ts";

const NO_LABELS: Refusal = { cause: Cause.OVERLOADED, text: "the gateway has no labels left" };

const IN_A_CIRCLE: Refusal = { cause: Cause.NETWORK_UNREACHABLE, text: "the ask came back to a gateway on its way" };

/** See the head of this file. */
export class Gateway {
  readonly #parts: AreaParts;

  constructor(parts: AreaParts) {
    this.#parts = parts;
  }

  /** An ask for a host that is not this one; `known`: it was asked for before, and its lease begins afresh. */
  handleAsk(peer: string, id: number, ask: Ask, known: Crossing | undefined, now: Instant): void {
    const { crossings, ways, trust } = this.#parts;
    const trouble = this.#askTrouble(peer, ask);
    if (trouble !== undefined) {
      if (known === undefined) return ways.refuse(peer, id, trouble);
      return ways.end(known, trouble, now);
    }
    if (known !== undefined) return this.#renew(known, ask, now);
    if (this.#isBack(ask)) return ways.refuse(peer, id, IN_A_CIRCLE);
    const full = crossings.fullText(ask.subject.key, peer);
    if (full !== undefined) return ways.refuse(peer, id, { cause: Cause.OVERLOADED, text: full });
    const crossing = new Crossing(ask.subject, endOf(peer, id, ask.label, ask.room));
    crossing.gateways = ask.gateways;
    crossing.records = trust.own(ask.subject.origin) === undefined ? ask.records : undefined;
    crossings.add(crossing);
    this.#askNext(crossing, { cause: Cause.NETWORK_UNREACHABLE, text: "no way leads on" }, now);
  }

  /** The node behind answers, or says that it renewed the lease. */
  handleAnswer(crossing: Crossing, answer: NonNullable<AreaMessage["answer"]>, now: Instant): void {
    const { ways, doors, crossings } = this.#parts;
    const { up, down } = crossing;
    if (up === undefined || down === undefined) return;
    down.room = decodeRoom(answer.room);
    const isMoved = up.ownLabel === undefined || down.label !== (answer.label ?? 0);
    down.label = answer.label ?? 0;
    if (isMoved) {
      if (up.ownLabel !== undefined) doors.release(up.ownLabel, now);
      up.ownLabel = doors.bind({ peer: down.peer, label: down.label }, now);
      if (up.ownLabel === undefined) return ways.end(crossing, NO_LABELS, now);
    }
    const lease = Math.min(answer.lease || LEASE_SECONDS, LEASE_SECONDS);
    crossing.isOpen = true;
    crossing.endAt = now + 1000 * lease;
    crossings.deadlines.set(crossing, crossing.endAt);
    up.told = ways.roomBy(down);
    const onward = { ...answer, label: up.ownLabel ?? 0, lease, room: encodeRoom(up.told) };
    ways.sendUp(crossing, (id) => ({ id, answer: onward }));
  }

  /** The node behind refuses, or does not answer: another one may know a way. */
  askAnother(crossing: Crossing, refusal: Refusal, now: Instant): void {
    const { doors, crossings } = this.#parts;
    const { down } = crossing;
    if (down !== undefined) {
      crossing.tried.add(down.peer);
      if (down.ownLabel !== undefined) doors.release(down.ownLabel, now);
    }
    crossings.setDown(crossing, undefined);
    this.#askNext(crossing, refusal, now);
  }

  /** Why a crossing that stands may not be any more, by the rules and the rosters of now. */
  troubleOf(crossing: Crossing): Refusal | undefined {
    const { subject, up } = crossing;
    return up === undefined ? undefined : this.#ruleTrouble(subject, up.peer);
  }

  #askTrouble(peer: string, { subject, records, gateways }: Ask): Refusal | undefined {
    const { trust } = this.#parts;
    if (gateways >= GATEWAYS_MAX) return { cause: Cause.NETWORK_UNREACHABLE, text: "too many gateways on the way" };
    if (subject.origin === subject.network) return notAllowed("both hosts are of one network");
    // Nothing that a stranger to the rules sends is worth the check of a signature.
    if (!this.#hasRule(subject)) return notAllowed(this.#noRuleText());
    if (trust.own(subject.origin) === undefined && trust.foreign(subject.origin) !== undefined) {
      const shown = trust.show(subject.origin, subject.key, records);
      if ("trouble" in shown) return notAllowed(`the gateway refuses the asking host: ${shown.trouble}`);
    }
    return this.#ruleTrouble(subject, peer);
  }

  #ruleTrouble(subject: CrossingSubject, peer: string): Refusal | undefined {
    const { trust } = this.#parts;
    const { origin, key, network, host } = subject;
    const own = trust.own(origin);
    const foreign = trust.foreign(origin);
    if (own !== undefined ? peer !== key : foreign === undefined || !trust.isGatewayOf(peer, foreign))
      return notAllowed("the gateway does not take this node's word for the asking host");
    const membership = trust.membershipOf(origin, key);
    if (membership === undefined) return notAllowed("the gateway holds the asking host for no member of its network");
    if (trust.own(network) === undefined && trust.foreign(network) === undefined)
      return { cause: Cause.NETWORK_UNREACHABLE, text: "the gateway does not know that network" };
    const who = { node: membership.name, roles: membership.roles };
    const fits = ({ allow, hosts }: CrossingRule): boolean =>
      admitsWho(allow, who) && (hosts === undefined || hosts.includes(host));
    return this.#rulesFor(subject).some(fits) ? undefined : notAllowed(this.#noRuleText());
  }

  /** Whether an ask went through this node before, and waits for its answer: gateways lead to each other in a circle. */
  #isBack({ subject, gateways }: Ask): boolean {
    const { network, host, origin } = subject;
    for (const one of this.#parts.crossings.askedBy(subject.key)) {
      const isSame = one.subject.network === network && one.subject.host === host && one.subject.origin === origin;
      if (isSame && one.up !== undefined && !one.isOpen && one.gateways < gateways) return true;
    }
    return false;
  }

  #hasRule(subject: CrossingSubject): boolean {
    return this.#rulesFor(subject).length > 0;
  }

  #rulesFor({ origin, network }: CrossingSubject): readonly CrossingRule[] {
    return this.#parts.trust.settings.rules.filter(({ from, to }) => from === origin && to === network);
  }

  #noRuleText(): string {
    return "no rule of the gateway lets this host cross there";
  }

  #renew(crossing: Crossing, ask: Ask, now: Instant): void {
    const { ways, doors } = this.#parts;
    const { up, down } = crossing;
    if (up === undefined || down === undefined || !crossing.isOpen) return;
    up.room = ask.room;
    if (up.label !== ask.label) {
      up.label = ask.label;
      if (down.ownLabel !== undefined) doors.release(down.ownLabel, now);
      down.ownLabel = doors.bind({ peer: up.peer, label: up.label }, now);
      if (down.ownLabel === undefined) return ways.end(crossing, NO_LABELS, now);
    }
    if (crossing.records !== undefined) crossing.records = ask.records;
    this.#send(crossing, up, down);
  }

  /** Asks the first of those behind who was not asked yet and can be reached; without any the ask is refused. */
  #askNext(crossing: Crossing, refusal: Refusal, now: Instant): void {
    const { doors, crossings, ways } = this.#parts;
    const { up, tried } = crossing;
    if (up === undefined) return;
    const candidates = this.#nextOf(crossing.subject);
    if ("cause" in candidates) return ways.end(crossing, candidates, now);
    const next = candidates.find((peer) => peer !== up.peer && !tried.has(peer) && doors.wayTo(peer) !== undefined);
    if (next === undefined) return ways.end(crossing, refusal, now);
    const down = endOf(next, crossings.nextId());
    down.ownLabel = doors.bind({ peer: up.peer, label: up.label }, now);
    crossings.setDown(crossing, down);
    crossing.unanswered = 0;
    if (down.ownLabel === undefined) return ways.end(crossing, NO_LABELS, now);
    // Each has less time than the one before it, which would ask another otherwise.
    crossings.deadlines.set(crossing, now + Math.max(ANSWER_MS / 5, ANSWER_MS - 1000 * (crossing.gateways + 1)));
    this.#send(crossing, up, down);
  }

  #send(crossing: Crossing, up: CrossingEnd, down: CrossingEnd): void {
    const { ways, trust } = this.#parts;
    const { subject, gateways } = crossing;
    down.told = ways.roomBy(up);
    const records = crossing.records ?? trust.proofOf(subject.origin, subject.key);
    const ask = { subject, records, gateways: gateways + 1, label: down.ownLabel ?? 0, room: down.told };
    crossing.unanswered += 1;
    ways.sendDown(crossing, (id) => encodeAsk(id, ask));
  }

  /** Who may lead on to the host, the preferred one first. */
  #nextOf({ network, host }: CrossingSubject): readonly string[] | Refusal {
    const { trust } = this.#parts;
    const own = trust.own(network);
    if (own === undefined) {
      const foreign = trust.foreign(network);
      return foreign === undefined ? [] : trust.gatewaysTo(foreign);
    }
    const key = trust.memberNamed(own, host);
    return key === undefined ? { cause: Cause.NAME_NOT_FOUND, text: `its network has no member ${host}` } : [key];
  }
}

/** When a message of a neighbour's is none that its state allows. */
export function isWholeAnswer({ key, label }: NonNullable<AreaMessage["answer"]>): boolean {
  return key?.length === 32 && isLabel(label ?? 0);
}

function notAllowed(text: string): Refusal {
  return { cause: Cause.NOT_ALLOWED, text };
}
