/** One flow's way to a service: which publisher is asked, and who is asked when that one cannot take it. */
import type { ServiceAsk } from "@flor/flows";
import type { Instant } from "@flor/machine";
import { type Affinity, type Backend, hashText, protocolOfName, type Service } from "@flor/service";
import { Cause } from "@flor/wire";
import type { FlowOrigin } from "./flow-origin.ts";

/** Publishers that one flow asks at most, one after another, while none of its client's octets went out. */
export const SERVICE_TRIES_MAX = 3;

/** Failures that say something of a backend's health. */
const UNHEALTHY: ReadonlySet<Cause> = new Set([
  Cause.GENERAL_FAILURE,
  Cause.NETWORK_UNREACHABLE,
  Cause.HOST_UNREACHABLE,
  Cause.CONNECTION_REFUSED,
  Cause.OVERLOADED,
]);

/** What all flows to one service have come to. */
export interface ServiceCounts {
  opened: number;
  /** Publishers asked after another one had refused. */
  retries: number;
  /** Opened at a publisher that passes them on to another network. */
  tromboned: number;
  readonly failed: Record<string, number>;
}

/** See the head of this file. */
export class ServiceRoute {
  readonly service: Service;
  readonly counts: ServiceCounts;
  /** What tells this flow from others, as the service wants it. */
  readonly hash: number;
  backend: Backend | undefined;
  readonly #origin: FlowOrigin;
  readonly #tried = new Set<string>();
  readonly #startedAt: Instant;
  #isOpening = false;

  constructor(service: Service, counts: ServiceCounts, origin: FlowOrigin, now: Instant) {
    this.service = service;
    this.counts = counts;
    this.#origin = origin;
    this.#startedAt = now;
    this.hash = flowHash(service, origin);
  }

  /** Enough were asked: only who stands in for them is left. */
  get #isLastResort(): boolean {
    return this.#tried.size >= SERVICE_TRIES_MAX;
  }

  /** The next publisher to ask; `undefined`: there is none, or enough were asked. */
  next(now: Instant): Backend | undefined {
    const backend = this.#isLastResort
      ? this.service.pickFallback(this.hash, now, this.#tried)
      : this.service.pick(this.hash, now, this.#tried);
    if (backend === undefined) return undefined;
    if (this.#tried.size > 0) this.counts.retries += 1;
    this.#tried.add(backend.key);
    this.backend = backend;
    this.#isOpening = true;
    this.service.handleOpening(backend);
    return backend;
  }

  /** Whether somebody else could be asked. */
  hasNext(now: Instant): boolean {
    const next = this.#isLastResort
      ? this.service.pickFallback(this.hash, now, this.#tried)
      : this.service.peek(this.hash, now, this.#tried);
    return next !== undefined;
  }

  /** Whether the publisher that is asked cannot hear it now, while another one may. */
  isLost(now: Instant): boolean {
    const { backend } = this;
    if (backend === undefined || !this.#isOpening || backend.reach === "alive") return false;
    const verdict = this.service.verdictOf(backend, now);
    return verdict === "silent" || verdict === "unreachable";
  }

  /** What the publisher that is asked is told. */
  ask(): ServiceAsk {
    // The protocol is the flow's.
    const { name } = protocolOfName(this.service.options.name);
    const { user, client, hops } = this.#origin;
    const { wantsUser = false, wantsClient = false } = this.backend?.record ?? {};
    return { name, user: wantsUser ? (user ?? "") : "", hops, client: wantsClient ? client : undefined };
  }

  /** The publisher that is asked cannot take the flow. */
  handleRefused(cause: Cause, now: Instant): void {
    const { backend } = this;
    if (backend === undefined || !this.#isOpening) return;
    this.#isOpening = false;
    if (cause === Cause.TIMED_OUT) this.service.handleOpen(backend, "timed-out", now);
    else if (UNHEALTHY.has(cause)) this.service.handleOpen(backend, "refused", now);
    this.service.handleEnded(backend);
  }

  handleOpened(now: Instant): void {
    if (this.backend === undefined) return;
    this.#isOpening = false;
    this.counts.opened += 1;
    if (this.backend.record.isFallback) this.counts.tromboned += 1;
    this.backend.latencies.add(now - this.#startedAt);
    this.service.handleOpen(this.backend, "opened", now);
  }

  /** The client left, or nobody took the flow. */
  handleLeft(): void {
    if (this.#isOpening && this.backend !== undefined) this.service.handleEnded(this.backend);
    this.#isOpening = false;
  }

  /** The open flow is over. */
  handleEnded(): void {
    if (this.backend !== undefined) this.service.handleEnded(this.backend);
  }
}

/** The hash by which a flow of that origin picks. */
export function flowHash({ seed, affinity }: Service, origin: FlowOrigin): number {
  return hashText(flowKeyText(affinity, origin), seed);
}

/** What tells flows apart, as text: what is the same in it goes to the same backend. */
export function flowKeyText(affinity: Affinity, { user, client, clientText, node, serial }: FlowOrigin): string {
  if (affinity === "node") return node;
  // Who has a name is the same client wherever it comes from.
  if (affinity === "client" && user !== undefined) return `user ${user}`;
  if (affinity === "client") return clientText === "" ? node : clientText;
  if (affinity === "none" || client === undefined) return `${node} ${serial}`;
  // The port that the client named tells nothing: a service has one target.
  return `${clientText} ${client.port}`;
}
