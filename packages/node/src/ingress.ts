/**
 * The corridor outbound, in eight steps; the functions of this file and of those it names stand in that order:
 *
 *   client ─TCP─▶ inbound ─▶ flow ─▶ quic ─▶ label ─▶ io ─▶ link
 *      1 accept     3 route   5 write    7 push   8 send
 *      2 negotiate  4 open    6 transmit
 *
 * Steps 1 to 4 happen once a flow: 1 and 2 in receptions.ts, 3 and 4 in this file. 5 is `Relay.handleOctets` of packages/flows; 6 to 8 are one loop per
 * session and turn, in session-turn.ts, whose innermost call is `sendFrame` of sender.ts. From step 5 to step 8 nothing
 * awaits.
 */
import {
  type DatagramDrop,
  type DatagramRouter,
  type DatagramWay,
  type Inbound,
  IngressFlow,
  type IngressOwner,
  type LocalSocket,
  type Request,
} from "@flor/flows";
import { Deadlines, earlier, type Instant } from "@flor/machine";
import { Cause, causeName, destinationText } from "@flor/wire";
import type { NodeAreas } from "./areas/node-areas.ts";
import type { CarriedSession } from "./carried-session.ts";
import { CloseCode } from "./close-code.ts";
import type { NodeHost } from "./node-host.ts";
import type { Peer } from "./peer.ts";
import { Receptions } from "./receptions.ts";
import type { NodeServices } from "./services/node-services.ts";
import { OwnTargets } from "./services/own-targets.ts";
import type { ServiceRoute } from "./services/service-route.ts";
import type { PassOn } from "./services/service-targets.ts";
import type { Sessions } from "./sessions.ts";
import type { Route, RouteRequest } from "./settings.ts";

/** An egress answers within 15 s, name and connection together; so do all candidates of a flow, one after another. */
export const OPEN_MAX_MS = 20_000;
/** A candidate has this long to answer while there is another one to ask. */
export const CANDIDATE_MAX_MS = 5000;
/** What counters and logs show for a destination without a route; the client is told that it is not allowed. */
const NO_ROUTE = "no-route";

/** Options of {@link Ingress}. */
export interface IngressOptions {
  readonly sessions: Sessions;
  readonly services: NodeServices;
  readonly areas: NodeAreas;
  readonly route: Route;
  readonly host: NodeHost;
  readonly now: () => Instant;
}

/** The state of a flow that is not open yet. */
interface Attempt {
  /** All of it ends then. */
  giveUpAt: Instant;
  /** The last answer of an egress. */
  refusal: { readonly cause: Cause; readonly by: string; readonly text: string } | undefined;
  /** The service that it goes to, instead of along a route. */
  readonly service: ServiceRoute | undefined;
  /** Gives up the connection to a target of this node. */
  cancel: (() => void) | undefined;
  /** The session in which it was asked for last, and when. */
  asked: { readonly session: CarriedSession; readonly at: Instant } | undefined;
}

/** The ingress of a node. */
export class Ingress implements IngressOwner, DatagramRouter {
  readonly #options: IngressOptions;
  /** Clients before they ask, and after a refusal. */
  readonly #receptions: Receptions;
  /** Flows before their relay. */
  readonly #deadlines = new Deadlines<IngressFlow>();
  readonly #attempts = new Map<IngressFlow, Attempt>();
  /** For services that this node publishes itself. */
  readonly #ownTargets: OwnTargets;
  /** Flows opened since the start. */
  opened = 0;
  /** Flows that failed since the start, by cause. */
  readonly failedByCause: Record<string, number> = {};

  constructor(options: IngressOptions) {
    const { host, now } = options;
    // UDP clients send between two turns, without a call that tells the time.
    this.#options = { ...options, now: () => Math.max(now(), host.now?.() ?? -Infinity) };
    this.#receptions = new Receptions({ host, request: (request) => void this.request(request), router: this });
    this.#ownTargets = new OwnTargets({
      host,
      services: options.services,
      request: (request) => void this.request(request),
      drop: (reason) => this.dropDatagram(reason),
      now: () => this.now(),
    });
  }

  /** Step 1, accept: a client connected to an inbound. */
  accept(socket: LocalSocket, inbound: Inbound, now: Instant): void {
    this.#receptions.accept(socket, inbound, now);
  }

  /**
   * Step 3, route: which peers may let it out. A name goes there as the client wrote it, and is resolved there.
   *
   * @param through who may let it out, where that is known already
   */
  request(request: Request, through?: readonly string[]): IngressFlow {
    const { services, route, now } = this.#options;
    const found = through === undefined ? services.routeOf(request, now()) : undefined;
    const candidates = through ?? (found === undefined ? route(request) : []);
    const flow = new IngressFlow(request, candidates, this, now());
    const service = found !== undefined && "service" in found ? found : undefined;
    const attempt: Attempt = { giveUpAt: Infinity, refusal: undefined, service, cancel: undefined, asked: undefined };
    this.#attempts.set(flow, attempt);
    flow.start();
    if (found !== undefined && "unknown" in found) {
      attempt.refusal = { cause: Cause.NAME_NOT_FOUND, by: "", text: found.unknown };
      flow.fail(Cause.NAME_NOT_FOUND);
    } else if (service !== undefined) this.#tryService(flow, service, Cause.HOST_UNREACHABLE);
    else this.#tryCandidates(flow);
    return flow;
  }

  /** Step 3 for a service's name: the publisher that its table says, or the next one. @param cause if there is none */
  #tryService(flow: IngressFlow, route: ServiceRoute, cause: Cause): void {
    const { sessions, services, now } = this.#options;
    const backend = route.next(now());
    if (backend === undefined) return flow.fail(cause);
    flow.service = route.ask();
    flow.whenEnded = () => route.handleEnded();
    if (backend.record.publisher === services.ownKey) return this.#openHere(flow, route);
    const peer = sessions.peers.get(backend.record.publisher);
    if (peer === undefined) return this.#next(flow, Cause.NETWORK_UNREACHABLE);
    flow.candidates = [peer.settings.name];
    if (route.hasNext(now())) this.#deadlines.set(flow, now() + CANDIDATE_MAX_MS);
    this.#tryCandidates(flow);
  }

  /** Step 4, open, if this node itself publishes the service. */
  #openHere(flow: IngressFlow, route: ServiceRoute): void {
    const { services, now } = this.#options;
    const attempt = this.#attempts.get(flow);
    this.#deadlines.set(flow, now() + OPEN_MAX_MS);
    const cancel = this.#ownTargets.open(flow, route, (cause, text) => {
      if (attempt !== undefined) attempt.refusal = { cause, by: services.nameOf(services.ownKey), text };
      this.#next(flow, cause);
    });
    if (attempt !== undefined && cancel !== undefined) attempt.cancel = cancel;
  }

  /** Step 3 for a flow that came for a service of this node and goes on to another network: a client of its own. */
  readonly passOn: PassOn = (...passed) => this.#ownTargets.passOn(...passed);

  /** The node stops: flows whose client and target are both here end, too. */
  close(): void {
    this.#ownTargets.close();
  }

  /** Step 3, route, for datagrams: each of a client's may have a route of its own. */
  wayFor(request: RouteRequest): DatagramWay {
    const { services, route, now } = this.#options;
    const { target } = request.destination;
    if (target.kind !== "domain") return route(request);
    return services.directory.lookup(target.name, "udp", now()).state === "foreign" ? route(request) : "service";
  }

  /** A flow of UDP for a client whose datagrams go that way. */
  openDatagrams(request: Request, way: DatagramWay): void {
    this.request(request, way === "service" ? undefined : way);
    this.#options.host.wake();
  }

  dropDatagram(reason: DatagramDrop): void {
    this.#options.sessions.carried.datagramDrops.add(reason);
  }

  now(): Instant {
    return this.#options.now();
  }

  /** The first candidate with a session, in order of preference; without any, the first to have one. */
  #tryCandidates(flow: IngressFlow): void {
    const peers = this.#candidatesOf(flow);
    for (const { session } of peers) if (session !== undefined && this.#open(session, flow)) return;
    const { sessions, areas, now } = this.#options;
    const foreign = flow.candidates.map((name) => areas.want(name, flow));
    const refusals = [
      ...peers.map((peer) => sessions.wait(peer, flow, now())),
      ...foreign.filter((answer) => answer !== "not-foreign" && answer !== "known"),
    ];
    if (!refusals.every((refusal) => refusal !== undefined)) return;
    if (flow.service === undefined) flow.fail(refusals[0] ?? Cause.NOT_ALLOWED);
    else this.#next(flow, refusals[0] ?? Cause.NETWORK_UNREACHABLE);
  }

  /** Step 4, open: a stream of the session for this flow; false: the session has none left now. */
  #open(session: CarriedSession, flow: IngressFlow): boolean {
    const attempt = this.#attempts.get(flow);
    const stream = attempt && session.connection.openStream();
    if (attempt === undefined || stream === undefined) return false;
    this.#stopWaiting(flow);
    session.flows.set(stream, flow);
    this.#options.areas.handleFlow(session.peer);
    const now = this.#options.now();
    attempt.asked = { session, at: now };
    attempt.giveUpAt = Math.min(attempt.giveUpAt, now + OPEN_MAX_MS);
    const isLast = !this.#hasNext(flow, attempt);
    this.#deadlines.set(flow, isLast ? attempt.giveUpAt : Math.min(attempt.giveUpAt, now + CANDIDATE_MAX_MS));
    // A publisher that dies with octets of the client in hand costs the client its connection.
    const way = attempt.service === undefined || isLast ? "along" : "kept";
    flow.open(session.connection, stream, session, way);
    this.#options.sessions.carried.touch(session);
    return true;
  }

  /** A session can carry flows: those that waited. */
  openWaiting(session: CarriedSession): void {
    for (const flow of session.peer.waiting.keys()) if (!this.#open(session, flow)) return;
  }

  // Step 5, write, is Relay.handleOctets; what the connection does not take waits in CarriedSession. Then SessionTurn.

  handleOpened(flow: IngressFlow): void {
    this.opened += 1;
    this.#attempts.get(flow)?.asked?.session.opens.answered();
    this.#attempts.get(flow)?.service?.handleOpened(this.#options.now());
    this.#attempts.delete(flow);
    this.#deadlines.delete(flow);
  }

  /** The egress refused, and has passed nothing on: the next candidate. */
  handleCandidateRefused(flow: IngressFlow, cause: Cause, text: string): void {
    const attempt = this.#attempts.get(flow);
    attempt?.asked?.session.opens.answered();
    const by = flow.askedPeer;
    if (attempt !== undefined) attempt.refusal = { cause, by, text };
    this.#next(flow, cause);
  }

  /** Step 3 again, in the time that is left: nothing of the client's has gone out yet. */
  handleCarrierLost(flow: IngressFlow): void {
    if (flow.service === undefined) this.#tryCandidates(flow);
    else this.#next(flow, Cause.NETWORK_UNREACHABLE);
  }

  /** No candidate had a session in time. */
  handleUnreachable(flow: IngressFlow, cause: Cause): void {
    const attempt = this.#attempts.get(flow);
    const answer = attempt?.refusal?.cause ?? cause;
    if (attempt?.service === undefined) return flow.fail(answer);
    this.#stopWaiting(flow);
    this.#next(flow, answer);
  }

  /** A host of another network cannot be reached, and no other candidate is left. */
  handleForeignRefused(flow: IngressFlow, cause: Cause, by: string, text: string): void {
    const attempt = this.#attempts.get(flow);
    if (attempt === undefined || this.#candidatesOf(flow).some(({ waiting }) => waiting.has(flow))) return;
    attempt.refusal ??= { cause, by, text };
    this.handleUnreachable(flow, cause);
  }

  handleFailed(flow: IngressFlow, cause: Cause, isClientGone: boolean): void {
    const { refusal, service } = this.#attempts.get(flow) ?? {};
    if (service !== undefined)
      service.counts.failed[causeName(cause)] = (service.counts.failed[causeName(cause)] ?? 0) + 1;
    this.#forget(flow);
    // Nobody else refuses here: the far node's rules are the far node's answer.
    const name = cause === Cause.NOT_ALLOWED && refusal === undefined ? NO_ROUTE : causeName(cause);
    this.failedByCause[name] = (this.failedByCause[name] ?? 0) + 1;
    const far = refusal?.cause !== cause ? {} : { by: refusal.by, text: refusal.text };
    const destination = destinationText(flow.destination);
    this.#options.host.log("info", "open-failed", { destination, cause: name, ...far });
    // A UDP client has nobody to bid farewell to.
    if (isClientGone || flow.network === "udp") flow.socket.end();
    else this.#receptions.bidFarewell(flow.socket);
    this.#options.host.wake();
  }

  handleIngressEnded(flow: IngressFlow, reason: string): void {
    this.#forget(flow);
    this.#options.host.log("debug", "client-ended", { reason });
  }

  /** When the first client before its relay may have to be let go. */
  nextTimeout(): Instant | undefined {
    return earlier(this.#receptions.nextTimeout(), this.#deadlines.next);
  }

  handleTimeout(now: Instant): void {
    this.#receptions.handleTimeout(now);
    for (let late = this.#deadlines.takeDue(now); late !== undefined; late = this.#deadlines.takeDue(now))
      this.#handleLate(late, now);
  }

  /** No answer: another candidate, as long as this one cannot have passed anything on. */
  #handleLate(flow: IngressFlow, now: Instant): void {
    const attempt = this.#attempts.get(flow);
    if (flow.carrier !== undefined && attempt?.asked !== undefined) this.#watch(attempt.asked, now);
    const isGivenUp = (attempt?.giveUpAt ?? now) <= now;
    if (attempt === undefined || isGivenUp || flow.isCommitted || !this.#hasNext(flow, attempt))
      return flow.fail(Cause.TIMED_OUT);
    flow.leave();
    this.#stopWaiting(flow);
    this.#next(flow, Cause.TIMED_OUT);
  }

  /** The way to some nodes is another: flows that asked a publisher who cannot hear ask the next one at once. */
  handleLayerChanged(now: Instant): void {
    for (const [flow, attempt] of this.#attempts) {
      const { service } = attempt;
      if (service?.isLost(now) !== true || flow.isCommitted || !this.#hasNext(flow, attempt)) continue;
      flow.leave();
      this.#stopWaiting(flow);
      service.handleLeft();
      this.#tryService(flow, service, Cause.HOST_UNREACHABLE);
    }
  }

  /** A session over which nothing opens is replaced; flows that it carries may go on. */
  #watch({ session, at }: NonNullable<Attempt["asked"]>, now: Instant): void {
    const { connection } = session;
    const useless = session.opens.unanswered(at, connection.heardAt, now);
    if (useless === undefined) return;
    this.#options.sessions.retire(session, CloseCode.stuck, useless, now);
  }

  /** Without the candidate that was asked. */
  #next(flow: IngressFlow, cause: Cause): void {
    const attempt = this.#attempts.get(flow);
    const service = attempt?.service;
    if (service !== undefined) {
      attempt?.cancel?.();
      service.handleRefused(cause, this.#options.now());
      return this.#tryService(flow, service, cause);
    }
    flow.candidates = flow.candidates.filter((name) => name !== flow.askedPeer);
    if (flow.candidates.length === 0) flow.fail(cause);
    else this.#tryCandidates(flow);
  }

  #hasNext(flow: IngressFlow, { service }: Attempt): boolean {
    return service === undefined ? flow.candidates.length > 1 : service.hasNext(this.#options.now());
  }

  #candidatesOf(flow: IngressFlow): readonly Peer[] {
    return flow.candidates.flatMap((name) => this.#options.sessions.named(name) ?? []);
  }

  #stopWaiting(flow: IngressFlow): void {
    for (const peer of this.#candidatesOf(flow)) peer.waiting.delete(flow);
    this.#options.areas.stopWaiting(flow);
  }

  /** The flow is no relay, and will be none. */
  #forget(flow: IngressFlow): void {
    this.#stopWaiting(flow);
    const attempt = this.#attempts.get(flow);
    attempt?.service?.handleLeft();
    attempt?.cancel?.();
    this.#attempts.delete(flow);
    this.#deadlines.delete(flow);
  }
}
