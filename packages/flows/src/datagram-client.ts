/**
 * One client of UDP, as a program's socket is: its datagrams go to any destinations, each by its own route. It has one
 * flow for each list of peers that routes name, so that all destinations behind one peer see one source.
 */
import type { Instant } from "@flor/machine";
import { Cause, type Destination, remoteOf } from "@flor/wire";
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
/** A flow that nobody let out is asked for again after this long. */
const REFUSED_MS = 1000;

const NO_OCTETS = new Uint8Array(0);

/** Where clients of UDP send their requests: the node's ingress. */
export interface DatagramRouter {
  now(): Instant;
  /** Names of the peers that may let a datagram out there, the preferred one first. */
  candidatesFor(request: Pick<Request, "network" | "destination" | "user">): readonly string[];
  /** Opens a flow by one of `candidates`. */
  openDatagrams(request: Request, candidates: readonly string[]): void;
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

/** A way out that was asked for: its flow, or until when nobody is asked again. */
interface Way {
  readonly end: DatagramEnd | undefined;
  readonly refusedUntil: Instant;
}

interface KnownRoute {
  readonly key: string;
  readonly candidates: readonly string[];
  readonly validUntil: Instant;
}

/** A client's datagrams on their ways. */
export class DatagramClient {
  readonly #options: DatagramClientOptions;
  /** By candidates. */
  readonly #ways = new Map<string, Way>();
  /** By the octets of the remote. */
  readonly #routes = new Map<string, KnownRoute>();
  /** The remote of the last datagram, and its way: most clients speak with one. */
  #lastRemote: Uint8Array = NO_OCTETS;
  #lastEnd: DatagramEnd | undefined;
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
    this.#lastEnd?.send(octets, start, end);
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
    if (route.candidates.length === 0) {
      this.#options.receiver.handleDropped("no-route");
      return this.#options.receiver.handleReport(Cause.NOT_ALLOWED, destination);
    }
    const end = this.#wayOf(route, destination, now);
    if (end === undefined) return this.#options.receiver.handleDropped("refused");
    this.#lastRemote = remote;
    this.#lastEnd = end;
    this.#lastValidUntil = route.validUntil;
  }

  #routeTo(destination: Destination, remote: Uint8Array, now: Instant): KnownRoute {
    const name = String.fromCharCode(...remote);
    const known = this.#routes.get(name);
    if (known !== undefined && now < known.validUntil) return known;
    const { router, user } = this.#options;
    const candidates = router.candidatesFor({ network: "udp", destination, user });
    const route = { key: candidates.join("\n"), candidates, validUntil: now + ROUTE_VALID_MS };
    this.#routes.delete(name);
    if (this.#routes.size >= CLIENT_DESTINATIONS_MAX) deleteOldest(this.#routes);
    this.#routes.set(name, route);
    return route;
  }

  #wayOf({ key, candidates }: KnownRoute, destination: Destination, now: Instant): DatagramEnd | undefined {
    const way = this.#ways.get(key);
    if (way?.end?.isOver === false) return way.end;
    if (way !== undefined && now < way.refusedUntil) return undefined;
    this.#ways.delete(key);
    if (this.#ways.size >= CLIENT_FLOWS_MAX) deleteOldest(this.#ways)?.end?.close();
    const end = new DatagramEnd(this.#userOf(key));
    this.#ways.set(key, { end, refusedUntil: 0 });
    const { router, user } = this.#options;
    const reply = (cause: Cause): void => this.#handleReply(key, end, cause, destination);
    const request: Request = {
      network: "udp",
      isForAny: true,
      destination,
      user,
      early: NO_OCTETS,
      socket: end,
      reply,
    };
    router.openDatagrams(request, candidates);
    return this.#ways.get(key)?.end;
  }

  #userOf(key: string): DatagramUser {
    const { receiver } = this.#options;
    return {
      handleDatagram: (octets, start, payload, end) => receiver.handleDatagram(octets, start, payload, end),
      handleReport: (cause, octets, start, payload) => receiver.handleReport(cause, remoteOf(octets, start, payload)),
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

function deleteOldest<Value>(map: Map<string, Value>): Value | undefined {
  for (const [key, value] of map) {
    map.delete(key);
    return value;
  }
  return undefined;
}
