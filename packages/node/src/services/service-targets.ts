/** Flows that come for a service of this node, from a peer or from here: may they, and then the way to its target. */
import { type DatagramDrop, SERVICE_HOPS_MAX, type ServiceAsk } from "@flor/flows";
import { nameOfProtocol, type ServiceRecord } from "@flor/service";
import { Cause } from "@flor/wire";
import type { DialOutcome, NodeHost } from "../node-host.ts";
import { proxyHeader } from "./proxy-header.ts";
import type { Publication, ServiceClient } from "./publication.ts";
import type { Publications } from "./publications.ts";

/** Why a flow is refused. */
export interface TargetRefusal {
  readonly cause: Cause;
  /** For the ingress: says no more than it must. */
  readonly text: string;
  /** For this node's log: the rule, or that there is none. */
  readonly why: string;
}

/** What is asked for, and at which port of the client's choice. */
export type TargetAsk = ServiceAsk & Pick<ServiceRecord, "protocol" | "port">;

/** Passes a flow on to a service of another network; the result gives it up. @param ask as that network is to be told */
export type PassOn = (name: string, ask: TargetAsk, outcome: DialOutcome) => () => void;

/** What is needed to reach targets. */
export interface TargetOptions {
  readonly host: NodeHost;
  readonly passOn: PassOn;
  /** Told of every datagram that goes nowhere. */
  readonly drop: (reason: DatagramDrop) => void;
}

/** The service that a client asks for, if its rules admit the client. */
export function admit(publications: Publications, ask: TargetAsk, client: ServiceClient): Publication | TargetRefusal {
  const publication = publications.get(nameOfProtocol(ask.name.toLowerCase(), ask.protocol));
  if (publication === undefined) {
    const text = `no service ${nameOfProtocol(ask.name, ask.protocol)} is published here`;
    return { cause: Cause.NAME_NOT_FOUND, text, why: text };
  }
  const { allowed, rule } = publication.settings.decide(client);
  if (allowed) return publication;
  publication.refused += 1;
  const who = client.user === "" ? client.node : `${client.user}@${client.node}`;
  const why = rule === undefined ? `no rule of ${ask.name} allows ${who}` : `${ask.name} denies ${rule}`;
  return { cause: Cause.NOT_ALLOWED, text: `${ask.name} does not admit ${who}`, why };
}

/** Connects to the target of a service for a client that was admitted; the result gives it up. */
export function dialTarget(
  { host, passOn, drop }: TargetOptions,
  publication: Publication,
  { ask, client }: { readonly ask: TargetAsk; readonly client: ServiceClient },
  outcome: DialOutcome,
): () => void {
  const { target, proxyProtocol } = publication.settings;
  const counted: DialOutcome = {
    connected: (socket, boundAddress, boundPort) => {
      publication.opened += 1;
      if (proxyProtocol)
        socket.write(proxyHeader({ client: ask.client, service: publication.name, port: ask.port, ...client }));
      outcome.connected(socket, boundAddress, boundPort);
    },
    failed: (cause, text) => {
      publication.failed += 1;
      outcome.failed(cause, text);
    },
  };
  if (target.kind !== "service") return host.dialTarget(target, client, drop, counted);
  const hops = ask.hops + 1;
  if (hops < SERVICE_HOPS_MAX) return passOn(target.name, { ...ask, hops }, counted);
  counted.failed(Cause.NOT_ALLOWED, `${publication.name}: the flow would cross more than ${SERVICE_HOPS_MAX} networks`);
  return () => {};
}
