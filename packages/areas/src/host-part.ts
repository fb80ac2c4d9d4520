/** A node that hosts of other networks ask for: it lets in those whose records show who they are. */
import type { Instant } from "@flor/machine";
import { octetsOfHex } from "@flor/membership";
import { Cause } from "@flor/wire";
import type { Refusal } from "./answer-text.ts";
import type { Ask } from "./ask.ts";
import { Crossing, endOf } from "./crossing.ts";
import { type AreaParts, LEASE_SECONDS } from "./way.ts";

/** The node that asks lets the lease end; this one waits a little longer. */
const GRACE_MS = 15_000;

/** See the head of this file. */
export class HostPart {
  readonly #parts: AreaParts;

  constructor(parts: AreaParts) {
    this.#parts = parts;
  }

  /** An ask for this node; `known`: it was asked for before, and its lease begins afresh. */
  handleAsk(peer: string, id: number, ask: Ask, known: Crossing | undefined, now: Instant): void {
    const { crossings, hosts, ways, trust, ownKey } = this.#parts;
    const trouble = this.#trouble(peer, ask);
    const full = known === undefined ? crossings.fullText(ask.subject.key, peer) : undefined;
    const refusal = full === undefined ? trouble : { cause: Cause.OVERLOADED, text: full };
    if (refusal !== undefined) {
      if (known === undefined) return ways.refuse(peer, id, refusal);
      ways.end(known, refusal, now);
      return hosts.drop(ask.subject.key, known);
    }
    const crossing = known ?? new Crossing(ask.subject, endOf(peer, id));
    if (crossing.up === undefined) return;
    crossing.up.label = ask.label;
    crossing.up.room = ask.room;
    crossing.hostKey = ownKey;
    crossing.isOpen = true;
    crossing.endAt = now + 1000 * LEASE_SECONDS + GRACE_MS;
    const unfit = this.#letIn(ask, crossing);
    if (unfit !== undefined) {
      if (known === undefined) return ways.refuse(peer, id, { cause: Cause.OVERLOADED, text: unfit });
      ways.end(known, { cause: Cause.OVERLOADED, text: unfit }, now);
      return hosts.drop(ask.subject.key, known);
    }
    if (known === undefined) crossings.add(crossing);
    crossings.deadlines.set(crossing, crossing.endAt);
    hosts.refresh(ask.subject.key);
    const records = trust.proofOf(ask.subject.network, ownKey);
    const answer = { cause: Cause.OK, key: octetsOfHex(ownKey), records, lease: LEASE_SECONDS };
    ways.sendUp(crossing, (toId) => ({ id: toId, answer }));
  }

  /** Why a crossing that stands may not be any more, by the settings and the rosters of now. */
  troubleOf({ subject, up }: Crossing): Refusal | undefined {
    const { trust, ownKey } = this.#parts;
    const foreign = trust.foreign(subject.origin);
    if (foreign === undefined) return { cause: Cause.NOT_ALLOWED, text: "the host takes nobody of that network" };
    if (up === undefined || !trust.isGatewayOf(up.peer, foreign))
      return { cause: Cause.NOT_ALLOWED, text: "the host does not take that gateway's word" };
    if (trust.membershipOf(subject.origin, subject.key) === undefined)
      return { cause: Cause.NOT_ALLOWED, text: `the asking host is no member of ${foreign.name} any more` };
    return trust.membershipOf(subject.network, ownKey) === undefined
      ? { cause: Cause.NOT_ALLOWED, text: "the host is no member of its network any more" }
      : undefined;
  }

  #trouble(peer: string, { subject, records }: Ask): Refusal | undefined {
    const { trust } = this.#parts;
    const foreign = trust.foreign(subject.origin);
    if (foreign === undefined) return { cause: Cause.NOT_ALLOWED, text: "the host takes nobody of that network" };
    if (!trust.isGatewayOf(peer, foreign))
      return { cause: Cause.NOT_ALLOWED, text: "the host does not take that gateway's word" };
    const shown = trust.show(subject.origin, subject.key, records);
    return "trouble" in shown
      ? { cause: Cause.NOT_ALLOWED, text: `the host refuses the asking host: ${shown.trouble}` }
      : undefined;
  }

  #letIn({ subject }: Ask, crossing: Crossing): string | undefined {
    const { trust, hosts } = this.#parts;
    const { origin, key } = subject;
    const [network, membership] = [trust.foreign(origin), trust.membershipOf(origin, key)];
    if (network === undefined || membership === undefined) return "it went while it was let in";
    const name = `${membership.name}.${network.name}`;
    return hosts.add({ key, name, network: network.name, root: origin }, crossing, crossing.endAt);
  }
}
