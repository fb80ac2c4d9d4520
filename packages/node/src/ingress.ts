/**
 * The corridor outbound, in eight steps; the functions of this file and of those it names stand in that order:
 *
 *   client ─TCP─▶ socks5 ─▶ session ─▶ quic ─▶ label ─▶ io ─▶ link
 *      1 accept     3 route     5 write    7 push   8 send
 *      2 negotiate  4 open      6 transmit
 *
 * Steps 1 to 4 happen once a flow, in this file; 5 is `Relay.handleOctets` of packages/session; 6 to 8 are one loop per
 * session and turn, in session-turn.ts, whose innermost call is `sendFrame` of sender.ts. From step 5 to step 8 nothing
 * awaits.
 */
import type { Instant } from "@flor/machine";
import { type LocalSocket, IngressFlow, type IngressOwner } from "@flor/session";
import type { Socks5Users } from "@flor/socks5";
import { Cause, causeName, type Destination, destinationText } from "@flor/wire";
import type { CarriedSession } from "./carried-session.ts";
import type { NodeHost } from "./node-host.ts";
import type { Sessions } from "./sessions.ts";
import type { RouteOf } from "./settings.ts";

/** A client that has not finished the SOCKS5 handshake by then, or that does not leave after a refusal, is let go. */
export const NEGOTIATION_MAX_MS = 10_000;
/** The egress answers within 15 s, name and connection together: one that has not by then is gone. */
export const OPEN_MAX_MS = 20_000;
/** A refused client has this long to read the reply. */
const FAREWELL_MS = 2000;
/** The cause, as counters and logs show it, of a client that no outbound is for: its reply is that of a refusal. */
const NO_ROUTE = "no-route";

/** Options of {@link Ingress}. */
export interface IngressOptions {
  readonly sessions: Sessions;
  readonly routeOf: RouteOf;
  readonly host: NodeHost;
  readonly now: () => Instant;
}

/** The ingress of a node. */
export class Ingress implements IngressOwner {
  /** Clients before their relay, with the deadline of what they do now. */
  readonly #negotiating = new Map<IngressFlow, Instant>();
  /** No deadline is before it: there may be thousands, and each turn asks. */
  #dueAt: Instant = Infinity;
  readonly #options: IngressOptions;
  /** Flows opened since the start. */
  opened = 0;
  /** Flows that failed since the start, by cause. */
  readonly failedByCause: Record<string, number> = {};

  constructor(options: IngressOptions) {
    this.#options = options;
  }

  /** Step 1, accept: a client connected to an inbound. */
  accept(socket: LocalSocket, users: Socks5Users | undefined, now: Instant): IngressFlow {
    const flow = new IngressFlow({ socket, owner: this, users }, now);
    this.#allow(flow, now + NEGOTIATION_MAX_MS);
    socket.listen(flow);
    return flow;
  }

  // Step 2, negotiate, is IngressFlow's SOCKS5 machine; it ends here:

  /** Step 3, route: chooses the egress. The name goes there as the client wrote it, and is resolved there. */
  handleRequest(flow: IngressFlow, destination: Destination): void {
    this.#allow(flow, Infinity);
    this.#route(flow, destination);
  }

  /** Step 3 again, in the time that is left: nothing of the client's has gone out yet. */
  handleCarrierLost(flow: IngressFlow, destination: Destination): void {
    this.#route(flow, destination);
  }

  #route(flow: IngressFlow, destination: Destination): void {
    const { sessions, routeOf } = this.#options;
    const name = routeOf(destination.target, destination.port);
    const peer = name === undefined ? undefined : sessions.named(name);
    if (peer === undefined) return flow.fail(Cause.NOT_ALLOWED);
    if (peer.session === undefined) sessions.wait(peer, flow, this.#options.now());
    else this.open(peer.session, flow);
  }

  /** Step 4, open: a stream of the session for this flow. */
  open(session: CarriedSession, flow: IngressFlow): void {
    const stream = session.connection.openStream();
    if (stream === undefined) return this.#options.sessions.wait(session.peer, flow, this.#options.now());
    session.flows.set(stream, flow);
    this.#allow(flow, Math.min(this.#negotiating.get(flow) ?? Infinity, this.#options.now() + OPEN_MAX_MS));
    flow.open(session.connection, stream, session);
    this.#options.sessions.touch(session);
  }

  /** A session can carry flows: those that waited. */
  openWaiting(session: CarriedSession): void {
    for (const flow of session.peer.waiting.keys()) {
      session.peer.waiting.delete(flow);
      const before = session.peer.waiting.size;
      this.open(session, flow);
      if (session.peer.waiting.size > before) return;
    }
  }

  // Step 5, write, is Relay.handleOctets; what the connection does not take waits in CarriedSession. Then SessionTurn.

  /** The egress answered a flow, or the flow failed. */
  handleOpened(flow: IngressFlow, cause: Cause, answer?: string): void {
    if (cause === Cause.OK) {
      this.opened += 1;
      this.#negotiating.delete(flow);
      return;
    }
    // Nobody else refuses here: the far node's rules are the far node's answer.
    const name = cause === Cause.NOT_ALLOWED && answer === undefined ? NO_ROUTE : causeName(cause);
    this.failedByCause[name] = (this.failedByCause[name] ?? 0) + 1;
    const destination = flow.destination === undefined ? "" : destinationText(flow.destination);
    const far = answer === undefined ? {} : { by: this.#peerName(flow), text: answer };
    this.#options.host.log("info", "open-failed", { destination, cause: name, ...far });
    this.#detach(flow);
    this.#allow(flow, this.#options.now() + FAREWELL_MS);
    this.#options.host.wake();
  }

  handleIngressEnded(flow: IngressFlow, reason: string): void {
    this.#detach(flow);
    this.#negotiating.delete(flow);
    this.#options.host.log("debug", "client-ended", { reason });
  }

  /** When the first client before its relay may have to be let go. */
  nextTimeout(): Instant | undefined {
    return this.#dueAt === Infinity ? undefined : this.#dueAt;
  }

  handleTimeout(now: Instant): void {
    if (now < this.#dueAt) return;
    for (const [flow, deadline] of this.#negotiating) {
      if (deadline > now) continue;
      this.#negotiating.delete(flow);
      flow.handleDeadline(now);
    }
    this.#dueAt = Infinity;
    for (const deadline of this.#negotiating.values()) this.#dueAt = Math.min(this.#dueAt, deadline);
  }

  /** What a client does now may take until then. */
  #allow(flow: IngressFlow, deadline: Instant): void {
    this.#negotiating.set(flow, deadline);
    this.#dueAt = Math.min(this.#dueAt, deadline);
  }

  #peerName({ carrier }: IngressFlow): string {
    return (carrier && this.#options.sessions.carrying(carrier)?.peer.settings.name) ?? "";
  }

  /** The flow leaves its stream, or no longer waits for one. */
  #detach(flow: IngressFlow): void {
    const { sessions } = this.#options;
    const session = flow.carrier === undefined ? undefined : sessions.carrying(flow.carrier);
    if (session !== undefined) {
      session.flows.delete(flow.stream);
      sessions.touch(session);
    } else for (const peer of sessions.peers.values()) peer.waiting.delete(flow);
  }
}
