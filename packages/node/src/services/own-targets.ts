/**
 * Flows of clients of this node whose service this node publishes itself: they need no session. Also flows that came for
 * such a service from a peer and go on to another network: there this node is a client.
 */
import {
  type BoundAddress,
  type DatagramDrop,
  type IngressFlow,
  type LocalSocket,
  type Request,
  socketPair,
  type Splice,
} from "@flor/flows";
import type { Instant } from "@flor/machine";
import { Cause, causeName, formatIpAddress } from "@flor/wire";
import type { DialOutcome, NodeHost } from "../node-host.ts";
import type { NodeServices } from "./node-services.ts";
import type { Publication } from "./publication.ts";
import type { ServiceRoute } from "./service-route.ts";
import { admit, dialTarget, type TargetAsk } from "./service-targets.ts";

const NO_OCTETS = new Uint8Array(0);

/** Options of {@link OwnTargets}. */
export interface OwnTargetsOptions {
  readonly host: NodeHost;
  readonly services: NodeServices;
  /** Opens a flow as for a client of this node. */
  readonly request: (request: Request) => void;
  readonly drop: (reason: DatagramDrop) => void;
  readonly now: () => Instant;
}

/** See the head of this file. */
export class OwnTargets {
  readonly #options: OwnTargetsOptions;
  /** Flows whose target is at this node. */
  readonly #splices = new Set<Splice>();

  constructor(options: OwnTargetsOptions) {
    this.#options = options;
  }

  /**
   * Step 4, open, where this node itself publishes what is wanted.
   *
   * @param failed called at most once, perhaps before this returns
   * @returns gives up the attempt; `undefined`: the client was not admitted
   */
  open(flow: IngressFlow, route: ServiceRoute, failed: (cause: Cause, text: string) => void): (() => void) | undefined {
    const { services, host, drop } = this.#options;
    const { port } = flow.destination;
    const ask = { ...route.ask(), protocol: flow.network, port };
    const client = { node: services.nameOf(services.ownKey), user: ask.user };
    const admitted = admit(services.publications, ask, client);
    if ("cause" in admitted) {
      failed(admitted.cause, admitted.why);
      return undefined;
    }
    return dialTarget(
      { host, passOn: (...passed) => this.passOn(...passed), drop },
      admitted,
      { ask, client },
      {
        connected: (target, address, boundPort) => this.#splice(flow, target, { address, port: boundPort }, admitted),
        failed,
      },
    );
  }

  /** Step 3 for a flow that came for a service of this node and goes on to another network: a client of its own. */
  passOn(name: string, ask: TargetAsk, outcome: DialOutcome): () => void {
    const { services, now } = this.#options;
    const { port, user, client, hops } = ask;
    const fail = (cause: Cause): void => outcome.failed(cause, `${name}: ${causeName(cause)}`);
    // What is no service must not leave through an exit under that name.
    if (services.directory.lookup(name, "tcp", now()).state === "foreign") {
      fail(Cause.NAME_NOT_FOUND);
      return () => {};
    }
    const [near, far] = socketPair(client && { address: formatIpAddress(client.address), port: client.port });
    this.#options.request({
      network: "tcp",
      destination: { target: { kind: "domain", name }, port },
      hops,
      user: user === "" ? undefined : user,
      early: NO_OCTETS,
      socket: near,
      reply: (cause, bound) => {
        if (cause === Cause.OK) outcome.connected(far, bound?.address ?? NO_OCTETS, bound?.port ?? 0);
        else fail(cause);
      },
    });
    return () => far.reset();
  }

  /** The node stops: flows whose client and target are both here end, too. */
  close(): void {
    for (const splice of this.#splices) splice.reset();
  }

  #splice(flow: IngressFlow, target: LocalSocket, bound: BoundAddress, publication: Publication): void {
    const { whenEnded } = flow;
    let splice: Splice | undefined;
    flow.whenEnded = () => {
      if (splice !== undefined) this.#splices.delete(splice);
      publication.flows.delete(flow);
      whenEnded?.();
    };
    const opened = flow.openHere(target, bound);
    if (opened === undefined || opened.isOver) return;
    splice = opened;
    this.#splices.add(opened);
    publication.flows.set(flow, () => opened.reset());
  }
}
