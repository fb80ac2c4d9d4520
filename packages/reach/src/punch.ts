/**
 * How a link finds the address that leads to one peer: both ends send probes to all addresses of the other at the same
 * time, so that each NAT sees its own side speak first and lets the answer in (RFC 5128 section 3.3). A node that receives a
 * probe answers it; an answer from where the probe went proves the way in both directions (RFC 8445 section 7.2.5.2.1).
 *
 * Probes carry a token that the peer chose and told end to end, so nobody else can make or expect one.
 */
import { earlier, type Instant, RateBudget } from "@flor/machine";

/**
 * When a round sends to each address, from its begin. RFC 8445 paces checks 50 ms apart (section 14.2) and repeats them
 * after no less than 500 ms (section 14.3), since it may have a hundred pairs and large messages. Here there are 20
 * addresses at most and 24 octets each, so all go at once, and twice as often in the first second: a NAT lets our
 * probe in only once its own side has sent, which may be the next one.
 */
const PROBES_AT_MS = [0, 250, 500, 750, 1000, 2000, 3000, 4000];
/** A nearer address that answers this much later is still preferred. */
const SETTLE_MS = 1000;
/** Addresses that nobody told, from which the peer's probes come: a NAT made them for us (RFC 8445 section 7.3.1.3). */
export const LEARNED_MAX = 4;
/** Probes answered a second, and at once. */
const ANSWERS_PER_SECOND = 20;
const ANSWERS_AT_ONCE = 40;
/** An address that a peer's probe came from is believed to be the peer's for this long. */
const PROVEN_MS = 30_000;

/** A probe to send. */
export interface PunchProbe {
  readonly to: string;
  readonly nonce: number;
}

interface Target {
  readonly address: string;
  readonly nonce: number;
  /** Probes sent in this round. */
  sent: number;
}

/** One peer's addresses, and which of them carries. */
export class Punch {
  readonly #nonce: () => number;
  readonly #answers = new RateBudget(ANSWERS_PER_SECOND, ANSWERS_AT_ONCE);
  readonly #heardFrom = new Map<string, Instant>();
  readonly #queue: PunchProbe[] = [];
  #targets: Target[] = [];
  #told = 0;
  #beganAt: Instant | undefined;
  #chosenAt: Instant | undefined;
  #chosenRank = Infinity;
  #chosen: string | undefined;
  #hasAnswer = false;

  /** @param nonce a number below 2^32 that nobody can guess */
  constructor(nonce: () => number) {
    this.#nonce = nonce;
  }

  /** The address that answered, of those told the first; it is kept until a later round finds another. */
  get chosen(): string | undefined {
    return this.#chosen;
  }

  /** Begins a round, with the addresses that the peer told last. */
  begin(addresses: readonly string[], now: Instant): void {
    this.#queue.length = 0;
    this.#targets = addresses.map((address) => this.#targetOf(address));
    this.#told = addresses.length;
    this.#beganAt = now;
    this.#chosenAt = undefined;
    this.#chosenRank = Infinity;
    this.#hasAnswer = false;
    this.handleTimeout(now);
  }

  /** A probe of the peer came; whether it is to be answered. */
  handleProbe(from: string, now: Instant): boolean {
    if (!this.#answers.take(1, now)) return false;
    this.#heardFrom.delete(from);
    this.#heardFrom.set(from, now);
    for (const oldest of this.#heardFrom.keys()) {
      if (this.#heardFrom.size <= LEARNED_MAX) break;
      this.#heardFrom.delete(oldest);
    }
    // Its way to us is open: try ours to it at once.
    const known = this.#targets.find(({ address }) => address === from);
    if (this.#beganAt === undefined || this.#hasAnswer) return true;
    if (known !== undefined) this.#queue.push({ to: from, nonce: known.nonce });
    else if (this.#targets.length < this.#told + LEARNED_MAX) this.#learn(from);
    return true;
  }

  /** An answer came; whether {@link chosen} is another address now. */
  handleAnswer(from: string, nonce: number, now: Instant): boolean {
    const rank = this.#targets.findIndex((target) => target.address === from && target.nonce === nonce);
    if (rank < 0) return false;
    this.#hasAnswer = true;
    this.#heardFrom.set(from, now);
    this.#chosenAt ??= now;
    if (rank >= this.#chosenRank || now - this.#chosenAt > SETTLE_MS) return false;
    this.#chosenRank = rank;
    if (this.#chosen === from) return false;
    this.#chosen = from;
    return true;
  }

  /** Whether a datagram from there is the peer's, as its probes have shown. */
  isFrom(address: string, now: Instant): boolean {
    return address === this.#chosen || now - (this.#heardFrom.get(address) ?? -Infinity) < PROVEN_MS;
  }

  pollTransmit(): PunchProbe | undefined {
    return this.#queue.shift();
  }

  nextTimeout(): Instant | undefined {
    let next: Instant | undefined;
    for (const target of this.#targets) next = earlier(next, this.#dueAt(target));
    return next;
  }

  handleTimeout(now: Instant): void {
    if (this.#beganAt === undefined) return;
    // Nearer addresses have their chance until the choice is settled.
    const isSettled = this.#chosenAt !== undefined && now - this.#chosenAt > SETTLE_MS;
    const late = isSettled || now - this.#beganAt > (PROBES_AT_MS.at(-1) ?? 0) + SETTLE_MS;
    if (late) this.#beganAt = undefined;
    for (const target of this.#targets) {
      if (late || (this.#dueAt(target) ?? Infinity) > now) continue;
      const { address: to, nonce } = target;
      // What was missed is not made up for.
      target.sent = PROBES_AT_MS.filter((at) => at <= now - (this.#beganAt ?? now)).length;
      this.#queue.push({ to, nonce });
    }
  }

  #dueAt({ sent }: Target): Instant | undefined {
    const after = PROBES_AT_MS[sent];
    return this.#beganAt === undefined || after === undefined ? undefined : this.#beganAt + after;
  }

  #learn(address: string): void {
    const target = this.#targetOf(address);
    target.sent = 1;
    this.#targets.push(target);
    this.#queue.push({ to: address, nonce: target.nonce });
  }

  #targetOf(address: string): Target {
    return { address, nonce: this.#nonce() >>> 0, sent: 0 };
  }
}
