/**
 * Echoes of this node and of others. A node answers what its neighbours bring, over labels as any frame goes: it keeps
 * nothing of who asks but how many came, and a reply is never longer than what it answers. A transit node sees a frame
 * like any other. Words after RFC 8029 (LSP ping) and RFC 7110 (its return path).
 */
import type { IncomingLabelMap } from "@flor/label";
import { DropCounters, earlier, type Instant, KeyedBudgets } from "@flor/machine";
import type { Adjacency } from "./adjacency.ts";
import { decodeEcho, ECHO, type EchoReply, type EchoRequest, encodeEchoReply, encodeEchoRequest } from "./echo.ts";
import type { LocalConsumer, NextHop } from "./forward.ts";
import { frameOverhead, sendFrame, writerOf } from "./sender.ts";

/** Echoes that are answered for one neighbour a second. */
const ECHOES_PER_SECOND = 100;
/** The same, at once. */
const ECHOES_AT_ONCE = 200;
/** As many as a configuration may list. */
const ECHOES_NEIGHBOURS_MAX = 1024;
/** Runs whose echoes are counted. */
export const ECHO_RUNS_MAX = 256;
/** Our echoes that wait for a reply. */
export const ECHOES_WAITING_MAX = 1024;

/** Why an echo was not answered, or a reply not taken. */
export const ECHO_DROPS = ["malformed", "flood", "no-way-back", "too-big", "credit", "unasked"] as const;
/** See {@link ECHO_DROPS}. */
export type EchoDrop = (typeof ECHO_DROPS)[number];

/** What became of an echo. */
export type EchoOutcome =
  | {
      readonly rttMs: number;
      /** Echoes of its run that reached the other node. */
      readonly reached: number;
    }
  /** It did not leave, and why; or nothing came back in time. */
  | { readonly problem: string };

/** Where an echo goes. */
export interface EchoWay {
  readonly via: Adjacency;
  /** Labels to push, top first. */
  readonly stack: readonly number[];
}

interface Waiting {
  readonly sentAt: Instant;
  readonly until: Instant;
  readonly settle: (outcome: EchoOutcome) => void;
}

/** See the head of this file. */
export class Echoes {
  readonly drops: DropCounters<EchoDrop> = new DropCounters(ECHO_DROPS);
  /** Echoes of others that were answered. */
  answered = 0;
  readonly #labels: IncomingLabelMap<NextHop>;
  readonly #budgets = new KeyedBudgets<string>({
    perSecond: ECHOES_PER_SECOND,
    burst: ECHOES_AT_ONCE,
    capacity: ECHOES_NEIGHBOURS_MAX,
  });
  /** Echoes that came, by run, the run heard last behind the others. */
  readonly #reached = new Map<string, number>();
  /** By run and sequence. */
  readonly #waiting = new Map<string, Waiting>();

  constructor(labels: IncomingLabelMap<NextHop>) {
    this.#labels = labels;
  }

  /** Sends an echo; `settle` is called once, after `timeoutMs` at most. */
  ask(
    request: EchoRequest,
    { via, stack }: EchoWay,
    timeoutMs: number,
    now: Instant,
    settle: (outcome: EchoOutcome) => void,
  ): void {
    const key = keyOf(request);
    if (this.#waiting.size >= ECHOES_WAITING_MAX) return settle({ problem: "too many echoes wait for their replies" });
    if (this.#waiting.has(key)) return settle({ problem: "an echo of this run and sequence is under way" });
    const octets = encodeEchoRequest(request);
    if (octets.length + frameOverhead(stack.length) > via.mtu)
      return settle({
        problem: `${octets.length} octets do not fit: link ${via.link.name} carries ${via.mtu}, header and labels included`,
      });
    if (via.peerToken === undefined || sendFrame(writerOf(octets), via, stack, octets.length, now) <= 0)
      return settle({ problem: `link ${via.link.name} takes nothing now` });
    this.#waiting.set(key, { sentAt: now, until: now + timeoutMs, settle });
  }

  /** What came under the delivery label and begins as an echo; octets borrowed. */
  handlePayload(octets: Uint8Array, offset: number, end: number, from: Adjacency, now: Instant): void {
    const echo = decodeEcho(octets, offset, end);
    if (echo === undefined) return this.drops.add("malformed");
    if ("reached" in echo) return this.#handleReply(echo, now);
    if (from.neighbour === undefined || !this.#budgets.take(from.neighbour.key, 1, now)) return this.drops.add("flood");
    this.#answer(echo, now);
  }

  nextTimeout(): Instant | undefined {
    let next: Instant | undefined;
    for (const { until } of this.#waiting.values()) next = earlier(next, until);
    return next;
  }

  handleTimeout(now: Instant): void {
    for (const [key, { until, settle }] of this.#waiting) {
      if (until > now) continue;
      this.#waiting.delete(key);
      settle({ problem: "no reply in time" });
    }
  }

  #answer(request: EchoRequest, now: Instant): void {
    const [own = 0, ...rest] = request.back;
    const leads = this.#labels.lookup(own)?.nextHop;
    const to = leads !== undefined && "neighbour" in leads ? leads.neighbour.best : undefined;
    if (to?.peerToken === undefined) return this.drops.add("no-way-back");
    const reply = encodeEchoReply(request, this.#count(request.run));
    if (reply.length + frameOverhead(rest.length) > to.mtu) return this.drops.add("too-big");
    if (sendFrame(writerOf(reply), to, rest, reply.length, now) <= 0) return this.drops.add("credit");
    this.answered += 1;
  }

  #count(run: string): number {
    const reached = (this.#reached.get(run) ?? 0) + 1;
    this.#reached.delete(run);
    this.#reached.set(run, reached);
    for (const oldest of this.#reached.keys()) {
      if (this.#reached.size <= ECHO_RUNS_MAX) break;
      this.#reached.delete(oldest);
    }
    return reached;
  }

  #handleReply(reply: EchoReply, now: Instant): void {
    const key = keyOf(reply);
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return this.drops.add("unasked");
    this.#waiting.delete(key);
    waiting.settle({ rttMs: now - waiting.sentAt, reached: reply.reached });
  }
}

/** What the delivery label leads to: sessions, and echoes. */
export class Delivery implements LocalConsumer {
  readonly #sessions: LocalConsumer;
  readonly #echoes: Echoes;

  constructor(sessions: LocalConsumer, echoes: Echoes) {
    this.#sessions = sessions;
    this.#echoes = echoes;
  }

  handlePayload(octets: Uint8Array, offset: number, end: number, adjacency: Adjacency, now: Instant): void {
    const to = octets[offset] === ECHO ? this.#echoes : this.#sessions;
    to.handlePayload(octets, offset, end, adjacency, now);
  }
}

function keyOf({ run, sequence }: Pick<EchoRequest, "run" | "sequence">): string {
  return `${run}/${sequence}`;
}
