/**
 * The corridor in reverse, at both ends of a session:
 *
 *   receive ─▶ pop ─▶ handle ─▶ read ─▶ connect ─▶ write
 *
 * receive and pop are `Forwarder` of forward.ts, handle is `Sessions.handlePayload`, read is `SessionTurn`; this file has
 * connect, and write is `Relay.handleReadable` of packages/session.
 */
import type { Instant } from "@flor/machine";
import {
  EgressFlow,
  type EgressOwner,
  type JoinAnswer,
  type JoinRequest,
  type ReachAddresses,
  type ReachAnswer,
  StreamErrorCode,
} from "@flor/flows";
import { Cause, causeName, type Destination, destinationText } from "@flor/wire";
import type { CarriedSession } from "./carried-session.ts";
import type { EgressFlows } from "./carried-sessions.ts";
import type { DialOutcome, NodeHost } from "./node-host.ts";
import type { Northbound } from "./northbound.ts";
import type { Peer } from "./peer.ts";
import type { Publications } from "./services/publications.ts";
import { admit, dialTarget, type PassOn, type TargetAsk, type TargetOptions } from "./services/service-targets.ts";
import type { Sessions } from "./sessions.ts";

/** Flows that one peer may have open here at most, over all its sessions. */
export const EGRESS_FLOWS_PER_PEER_MAX = 10_000;
/** A peer's preface fits one packet, so one that is incomplete after this time will never be complete. */
const PREFACE_TIMEOUT_MS = 10_000;
/** Flows that all peers may have open here at most. */
export const EGRESS_FLOWS_MAX = 32_768;

/** The egress of a node: flows that peers ask for. */
export class Egress implements EgressOwner {
  accepted = 0;
  /** Flows refused to peers since the start, by cause. */
  readonly failedByCause: Record<string, number> = {};
  /** Flows of all peers, and of one. */
  bounds: EgressFlows = { all: EGRESS_FLOWS_MAX, ofPeer: EGRESS_FLOWS_PER_PEER_MAX };
  readonly #sessions: Sessions;
  readonly #host: NodeHost;
  readonly #northbounds: () => readonly Northbound[];
  readonly #publications: Publications;
  readonly #targets: TargetOptions;
  /** Answers where this node may be reached directly. */
  handleQuestion: (peer: Peer, told: ReachAddresses) => ReachAnswer = () => ({
    cause: Cause.COMMAND_NOT_SUPPORTED,
    text: "",
  });
  /** Takes over a stream about ways between networks. */
  handleAreaChannel: (flow: EgressFlow, session: CarriedSession, early: Uint8Array) => void = () => {};
  readonly #dials = new Map<EgressFlow, () => void>();
  /** Flows whose preface is not whole, the oldest first. */
  readonly #prefaces = new Set<EgressFlow>();

  constructor(
    sessions: Sessions,
    host: NodeHost,
    { publications, passOn }: { readonly publications: Publications; readonly passOn: PassOn },
    northbounds: () => readonly Northbound[],
  ) {
    this.#targets = { host, passOn, drop: (reason) => sessions.carried.datagramDrops.add(reason) };
    this.#sessions = sessions;
    this.#publications = publications;
    this.#northbounds = northbounds;
    this.#host = host;
  }

  /** Step connect: dials for a peer, by the egress policy; names are resolved here and nowhere else. */
  handleOpen(flow: EgressFlow, destination: Destination): void {
    this.#prefaces.delete(flow);
    const session = this.#sessions.carrying(flow.carrier);
    if (session === undefined) return;
    this.accepted += 1;
    const peer = session.peer.settings.name;
    const outcome = this.#outcomeOf(flow, session);
    const { service } = flow;
    const cancel =
      service === undefined
        ? this.#host.dial(destination, peer, outcome)
        : this.#dialService(flow, { ...service, protocol: "tcp", port: destination.port }, peer, outcome);
    if (cancel !== undefined && flow.state === "dialling") this.#dials.set(flow, cancel);
  }

  /** Step connect of a UDP flow: a socket of its own, whose destinations are judged one by one. */
  handleOpenDatagrams(flow: EgressFlow, destination: Destination | undefined): void {
    this.#prefaces.delete(flow);
    const session = this.#sessions.carrying(flow.carrier);
    if (session === undefined) return;
    this.accepted += 1;
    const { name } = session.peer.settings;
    const outcome = this.#outcomeOf(flow, session);
    const { service } = flow;
    const cancel =
      service === undefined || destination === undefined
        ? this.#host.openDatagrams(destination, name, this.#targets.drop, outcome)
        : this.#dialService(flow, { ...service, protocol: "udp", port: destination.port }, name, outcome);
    if (cancel !== undefined && flow.state === "dialling") this.#dials.set(flow, cancel);
  }

  #outcomeOf(flow: EgressFlow, session: CarriedSession): DialOutcome {
    return {
      connected: (socket, boundAddress, boundPort) => {
        this.#dials.delete(flow);
        flow.connected(socket, boundAddress, boundPort);
        this.#sessions.carried.touch(session);
      },
      failed: (cause, text) => {
        this.#dials.delete(flow);
        const destination = flow.destination === undefined ? "any, by UDP" : destinationText(flow.destination);
        this.#noteFailure(cause, { peer: session.peer.settings.name, destination, text });
        flow.fail(cause, text);
        this.#sessions.carried.touch(session);
      },
    };
  }

  /** A service is asked for by name: its own target, if its rules admit whom the peer says it is. */
  #dialService(flow: EgressFlow, ask: TargetAsk, node: string, outcome: DialOutcome): (() => void) | undefined {
    const client = { node, user: ask.user };
    const admitted = admit(this.#publications, ask, client);
    if ("cause" in admitted) {
      this.#noteFailure(admitted.cause, { peer: node, destination: ask.name, text: admitted.why });
      flow.fail(admitted.cause, admitted.text);
      return undefined;
    }
    admitted.flows.set(flow, () => flow.relay?.reset());
    flow.whenEnded = () => void admitted.flows.delete(flow);
    return dialTarget(this.#targets, admitted, { ask, client }, outcome);
  }

  /** A peer asks for one of our northbound networks. */
  handleJoin(flow: EgressFlow, request: JoinRequest): JoinAnswer {
    this.#prefaces.delete(flow);
    const peer = this.#sessions.carrying(flow.carrier)?.peer;
    const network = this.#northbounds().find(({ network: name }) => name === request.network);
    return peer === undefined || peer.settings.network !== undefined || network === undefined
      ? { cause: Cause.NAME_NOT_FOUND }
      : network.handleJoin(peer, request);
  }

  /** A relayed peer asks where this node may be reached directly. */
  handleReach(flow: EgressFlow, told: ReachAddresses): ReachAnswer {
    this.#prefaces.delete(flow);
    const peer = this.#sessions.carrying(flow.carrier)?.peer;
    if (peer?.settings.network !== undefined)
      return { cause: Cause.NOT_ALLOWED, text: "not for hosts of other networks" };
    return peer === undefined
      ? { cause: Cause.GENERAL_FAILURE, text: "the session is over" }
      : this.handleQuestion(peer, told);
  }

  /** A peer asks for ways to other networks, or leads one here; a host of another network does neither. */
  handleAreas(flow: EgressFlow, early: Uint8Array): void {
    this.#prefaces.delete(flow);
    const session = this.#sessions.carrying(flow.carrier);
    if (session === undefined || session.peer.settings.network !== undefined)
      return flow.fail(Cause.NOT_ALLOWED, "not for hosts of other networks");
    session.flows.delete(flow.stream);
    flow.leave();
    this.handleAreaChannel(flow, session, early);
  }

  handleEgressEnded(flow: EgressFlow, reason: string): void {
    this.#prefaces.delete(flow);
    flow.whenEnded?.();
    this.#dials.get(flow)?.();
    this.#dials.delete(flow);
    const session = this.#sessions.carrying(flow.carrier);
    session?.flows.delete(flow.stream);
    if (session !== undefined) this.#sessions.carried.touch(session);
    this.#host.log("debug", "egress-ended", { reason });
  }

  /** A peer opened a stream: only a session that the peer opened may, and within bounds. */
  acceptStream(session: CarriedSession, stream: number, now: Instant): EgressFlow | undefined {
    const flow = new EgressFlow(session.connection, stream, this, session, now);
    if (session.connection.role !== "server") {
      flow.abandon(StreamErrorCode.notServed, "stream of a session that this node opened");
      return undefined;
    }
    const { all, ofPeer } = this.#sessions.carried.egressFlows(session.peer);
    if (all >= this.bounds.all || ofPeer >= this.bounds.ofPeer) {
      const text = ofPeer >= this.bounds.ofPeer ? "too many flows of this peer" : "too many flows of all peers";
      this.#noteFailure(Cause.OVERLOADED, { peer: session.peer.settings.name, text });
      flow.refuse(Cause.OVERLOADED, text);
      return undefined;
    }
    session.flows.set(stream, flow);
    this.#prefaces.add(flow);
    return flow;
  }

  /** When the first preface must be whole. */
  nextTimeout(): Instant | undefined {
    const [oldest] = this.#prefaces;
    return oldest && oldest.startedAt + PREFACE_TIMEOUT_MS;
  }

  /** Ends the flows whose preface is not whole in time: each holds a place and a buffer. */
  handleTimeout(now: Instant): void {
    for (const flow of this.#prefaces) {
      if (flow.startedAt + PREFACE_TIMEOUT_MS > now) return;
      this.#prefaces.delete(flow);
      flow.abandon(StreamErrorCode.malformedPreface, "no whole preface in time");
    }
  }

  #noteFailure(cause: Cause, fields: Readonly<Record<string, string>>): void {
    const name = causeName(cause);
    this.failedByCause[name] = (this.failedByCause[name] ?? 0) + 1;
    this.#host.log("info", "connect-failed", { ...fields, cause: name });
  }
}
