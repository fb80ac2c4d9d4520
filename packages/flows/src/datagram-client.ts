/**
 * One client of UDP, as a program's socket is: its datagrams go to any destinations, each by its own route. It has one
 * flow for each list of peers that routes name, so that all destinations behind one peer see one source.
 */
import type { Instant } from "@flor/machine";
import { Cause, type Destination, RECORD_MAX_OCTETS, RemoteKind, remoteOf } from "@flor/wire";
import { DatagramEnd, type DatagramUser } from "./datagram-end.ts";
import type { DatagramDrop } from "./datagram-drop.ts";
import type { Request } from "./request.ts";
import { isRemote } from "./same-remote.ts";

/** Destinations whose way is remembered for one client; beyond, the oldest is looked up again. */
export const CLIENT_DESTINATIONS_MAX = 256;
/** Flows that one client has at once, one for each list of peers; beyond, the oldest ends. */
export const CLIENT_FLOWS_MAX = 32;
/** A route is looked up again after this long: the configuration may have changed. */
const ROUTE_VALID_MS = 5000;
/** A flow that nobody let out is requested again after this long. */
const REFUSED_MS = 1000;

const NO_OCTETS = new Uint8Array(0);
/** Before a datagram for a receiver, which may overwrite them. */
const FREE_OCTETS = 3;
/** Where datagrams to and from services get their other name: it is used up before the next one. */
const named = new Uint8Array(FREE_OCTETS + RECORD_MAX_OCTETS);

/** Names of the peers that may let datagrams out, the preferred one first; or their destination is a service. */
export type DatagramWay = readonly string[] | "service";

/** Where clients of UDP send their requests: the node's ingress. */
export interface DatagramRouter {
  now(): Instant;
  /** Which way a datagram goes. */
  wayFor(request: Pick<Request, "network" | "destination" | "user">): DatagramWay;
  /** Opens a flow that way. To a service it is for that alone. */
  openDatagrams(request: Request, way: DatagramWay): void;
  /** Counts a datagram that went nowhere. */
  dropDatagram(reason: DatagramDrop): void;
}

/** Who sends and receives through a {@link DatagramClient}. */
export interface DatagramReceiver {
  /** A datagram for the client: its source is octets[start, payload), the payload octets[payload, end). Borrowed. */
  handleDatagram(octets: Uint8Array, start: number, payload: number, end: number): void;
  /** Datagrams to a destination do not arrive; `undefined`: those to where the client's flows go. */
  handleReport(cause: Cause, remote: Destination | undefined): void;
  handleDropped(reason: DatagramDrop): void;
}

/** What a {@link DatagramClient} is made of. */
export interface DatagramClientOptions {
  readonly router: DatagramRouter;
  readonly receiver: DatagramReceiver;
  readonly user: string | undefined;
}

/** A requested way out: its flow, or when to try again. */
interface AskedWay {
  readonly end: DatagramEnd | undefined;
  readonly refusedUntil: Instant;
}

interface KnownRoute {
  readonly key: string;
  readonly way: DatagramWay;
  readonly validUntil: Instant;
}

/** A client's datagrams on their ways. */
export class DatagramClient {
  readonly #options: DatagramClientOptions;
  /** By candidates, or by the remote of a service. */
  readonly #ways = new Map<string, AskedWay>();
  /** By the octets of the remote. */
  readonly #routes = new Map<string, KnownRoute>();
  /** The remote of the last datagram, and its way: most clients speak with one. */
  #lastRemote: Uint8Array = NO_OCTETS;
  #lastEnd: DatagramEnd | undefined;
  #isLastService = false;
  #lastValidUntil: Instant = 0;
  #isClosed = false;

  constructor(options: DatagramClientOptions) {
    this.#options = options;
  }

  /** Sends the datagram octets[start, end), whose payload begins at `payload` and which names its destination; borrowed. */
  send(octets: Uint8Array, start: number, payload: number, end: number): void {
    if (this.#isClosed) return;
    const now = this.#options.router.now();
    if (
      this.#lastEnd === undefined ||
      this.#lastEnd.isOver ||
      now >= this.#lastValidUntil ||
      !isRemote(this.#lastRemote, octets, start, payload)
    )
      this.#findWay(octets, start, payload, now);
    if (this.#isLastService) this.#sendToService(octets, payload, end);
    else this.#lastEnd?.send(octets, start, end);
  }

  /** The flow is for the service alone: it is not named again. */
  #sendToService(octets: Uint8Array, payload: number, end: number): void {
    named[0] = RemoteKind.own;
    named.set(octets.subarray(payload, end), 1);
    this.#lastEnd?.send(named, 0, 1 + end - payload);
  }

  /** Ends all its flows in order. */
  close(): void {
    this.#isClosed = true;
    for (const { end } of this.#ways.values()) end?.close();
    this.#ways.clear();
  }

  #findWay(octets: Uint8Array, start: number, payload: number, now: Instant): void {
    this.#lastEnd = undefined;
    const destination = remoteOf(octets, start, payload);
    if (destination === undefined) return this.#options.receiver.handleDropped("malformed");
    const remote = octets.slice(start, payload);
    const route = this.#routeTo(destination, remote, now);
    if (route.way.length === 0) {
      this.#options.receiver.handleDropped("no-route");
      return this.#options.receiver.handleReport(Cause.NOT_ALLOWED, destination);
    }
    const end = this.#endOf(route, destination, remote, now);
    if (end === undefined) return this.#options.receiver.handleDropped("refused");
    this.#lastRemote = remote;
    this.#lastEnd = end;
    this.#isLastService = route.way === "service";
    this.#lastValidUntil = route.validUntil;
  }

  #routeTo(destination: Destination, remote: Uint8Array, now: Instant): KnownRoute {
    const name = String.fromCharCode(...remote);
    const known = this.#routes.get(name);
    if (known !== undefined && now < known.validUntil) return known;
    const { router, user } = this.#options;
    const way = router.wayFor({ network: "udp", destination, user });
    const key = way === "service" ? `service ${name}` : way.join("\n");
    const route = { key, way, validUntil: now + ROUTE_VALID_MS };
    this.#routes.delete(name);
    if (this.#routes.size >= CLIENT_DESTINATIONS_MAX) deleteOldest(this.#routes);
    this.#routes.set(name, route);
    return route;
  }

  #endOf(
    { key, way }: KnownRoute,
    destination: Destination,
    remote: Uint8Array,
    now: Instant,
  ): DatagramEnd | undefined {
    const asked = this.#ways.get(key);
    if (asked?.end?.isOver === false) return asked.end;
    if (asked !== undefined && now < asked.refusedUntil) return undefined;
    this.#ways.delete(key);
    if (this.#ways.size >= CLIENT_FLOWS_MAX) deleteOldest(this.#ways)?.end?.close();
    const isService = way === "service";
    const end = new DatagramEnd(this.#userOf(key, isService ? remote : undefined));
    this.#ways.set(key, { end, refusedUntil: 0 });
    const { router, user } = this.#options;
    const reply = (cause: Cause): void => this.#handleReply(key, end, cause, destination);
    const request: Request = {
      network: "udp",
      isForAny: !isService,
      destination,
      user,
      early: NO_OCTETS,
      socket: end,
      reply,
    };
    router.openDatagrams(request, way);
    return this.#ways.get(key)?.end;
  }

  /** @param service what a client calls the service that the flow is for, as `encodeRemote` has it */
  #userOf(key: string, service: Uint8Array | undefined): DatagramUser {
    const { receiver } = this.#options;
    return {
      handleDatagram: (octets, start, payload, end) => {
        if (service === undefined) receiver.handleDatagram(octets, start, payload, end);
        else receiveFrom(service, receiver, octets.subarray(payload, end));
      },
      handleReport: (cause, octets, start, payload) =>
        receiver.handleReport(
          cause,
          remoteOf(octets, start, payload) ?? (service && remoteOf(service, 0, service.length)),
        ),
      handleOver: () => {
        const way = this.#ways.get(key);
        if (way?.end?.isOver === true) this.#ways.delete(key);
      },
      handleDropped: (reason) => receiver.handleDropped(reason),
    };
  }

  #handleReply(key: string, end: DatagramEnd, cause: Cause, destination: Destination): void {
    if (cause === Cause.OK || this.#isClosed) return;
    const { router, receiver } = this.#options;
    if (this.#ways.get(key)?.end === end)
      this.#ways.set(key, { end: undefined, refusedUntil: router.now() + REFUSED_MS });
    receiver.handleReport(cause, destination);
  }
}

/** A service's answers come from where the client sent to. */
function receiveFrom(service: Uint8Array, receiver: DatagramReceiver, payload: Uint8Array): void {
  named.set(service, FREE_OCTETS);
  const payloadAt = FREE_OCTETS + service.length;
  named.set(payload, payloadAt);
  receiver.handleDatagram(named, FREE_OCTETS, payloadAt, payloadAt + payload.length);
}

function deleteOldest<Value>(map: Map<string, Value>): Value | undefined {
  for (const [key, value] of map) {
    map.delete(key);
    return value;
  }
  return undefined;
}
