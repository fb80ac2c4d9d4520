/**
 * A UDP port whose clients all go to one destination. A client is an address and a port; it has a flow of its own until
 * that is out of use at the egress.
 */
import { DatagramEnd, type DatagramRouter, type DatagramUser, type Request } from "@flor/flows";
import type { Instant } from "@flor/machine";
import { Cause, type Destination, RemoteKind, type RemoteWords } from "@flor/wire";

/** Clients of one forward; beyond, the one silent longest makes room. */
export const FORWARD_CLIENTS_MAX = 1024;
/** A destination that nobody let out is asked for again after this long. */
const REFUSED_MS = 1000;
const PORTS = 65_536;
const NO_OCTETS = new Uint8Array(0);

/** What a {@link DatagramForward} is made of. @typeParam Place how the host names where a client is */
export interface DatagramForwardOptions<Place> {
  readonly destination: Destination;
  readonly router: DatagramRouter;
  /** Sends octets[start, end) to a client, copied. */
  readonly send: (octets: Uint8Array, start: number, end: number, to: Place) => void;
}

interface Client<Place> {
  readonly from: RemoteWords;
  readonly place: Place;
  readonly end: DatagramEnd;
  usedAt: Instant;
}

/** The clients of one forwarded UDP port. */
export class DatagramForward<Place> {
  /** Clients seen since the start. */
  accepted = 0;
  destination: Destination;
  readonly #options: DatagramForwardOptions<Place>;
  /** By the last word of the address and the port: few differ in the rest alone. */
  readonly #clients = new Map<number, Client<Place>[]>();
  #count = 0;
  #last: Client<Place> | undefined;
  #refusedUntil: Instant = 0;

  constructor(options: DatagramForwardOptions<Place>) {
    this.#options = options;
    this.destination = options.destination;
  }

  /** Clients with a flow. */
  get size(): number {
    return this.#count;
  }

  /**
   * A client's datagram: octets[start, end), borrowed; the octet before it is free to be overwritten.
   *
   * @param placeOf called for a client that is not known
   */
  handleDatagram(octets: Uint8Array, start: number, end: number, from: RemoteWords, placeOf: () => Place): void {
    const { router } = this.#options;
    const now = router.now();
    let client = this.#last;
    if (client === undefined || client.end.isOver || !isFrom(client.from, from)) {
      client = this.#find(from) ?? (now < this.#refusedUntil ? undefined : this.#add(from, placeOf(), now));
      this.#last = client;
    }
    if (client === undefined) return router.dropDatagram("refused");
    client.usedAt = now;
    octets[start - 1] = RemoteKind.own;
    client.end.send(octets, start - 1, end);
  }

  /** Ends all flows. */
  close(): void {
    for (const bucket of this.#clients.values()) for (const client of bucket) client.end.close();
    this.#clients.clear();
    this.#count = 0;
    this.#last = undefined;
  }

  #find(from: RemoteWords): Client<Place> | undefined {
    return this.#clients.get(keyOf(from))?.find((client) => isFrom(client.from, from));
  }

  #add(source: RemoteWords, place: Place, now: Instant): Client<Place> | undefined {
    if (this.#count >= FORWARD_CLIENTS_MAX) this.#makeRoom();
    const { word0, word1, word2, word3, port } = source;
    const from = { word0, word1, word2, word3, port };
    const { router } = this.#options;
    const { destination } = this;
    const client: Client<Place> = { from, place, usedAt: now, end: new DatagramEnd(this.#userOf(place, () => client)) };
    this.#clients.set(keyOf(from), [...(this.#clients.get(keyOf(from)) ?? []), client]);
    this.#count += 1;
    this.accepted += 1;
    const reply = (cause: Cause): void => {
      if (cause !== Cause.OK) this.#refusedUntil = router.now() + REFUSED_MS;
    };
    const request: Request = {
      network: "udp",
      destination,
      user: undefined,
      early: NO_OCTETS,
      socket: client.end,
      reply,
    };
    router.openDatagrams(request, router.wayFor(request));
    return client.end.isOver ? undefined : client;
  }

  #userOf(place: Place, client: () => Client<Place>): DatagramUser {
    const { router, send } = this.#options;
    return {
      handleDatagram: (octets, _start, payload, end) => send(octets, payload, end, place),
      // The client has no words for it: it is counted where it happened.
      handleReport: () => {},
      handleOver: () => this.#forget(client()),
      handleDropped: (reason) => router.dropDatagram(reason),
    };
  }

  #forget(client: Client<Place>): void {
    const key = keyOf(client.from);
    const bucket = this.#clients.get(key);
    const left = bucket?.filter((one) => one !== client) ?? [];
    if (bucket === undefined || left.length === bucket.length) return;
    this.#count -= 1;
    if (left.length === 0) this.#clients.delete(key);
    else this.#clients.set(key, left);
  }

  #makeRoom(): void {
    let silent: Client<Place> | undefined;
    for (const bucket of this.#clients.values())
      for (const client of bucket) if (silent === undefined || client.usedAt < silent.usedAt) silent = client;
    if (silent === undefined) return;
    this.#options.router.dropDatagram("too-many-clients");
    silent.end.close();
    this.#forget(silent);
  }
}

function keyOf({ word3, port }: RemoteWords): number {
  return word3 * PORTS + port;
}

function isFrom(known: RemoteWords, from: RemoteWords): boolean {
  return (
    known.port === from.port &&
    known.word3 === from.word3 &&
    known.word2 === from.word2 &&
    known.word1 === from.word1 &&
    known.word0 === from.word0
  );
}
