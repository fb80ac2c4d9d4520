// Test support: two endpoints and the path between them in virtual time, with the plain provider in TLS' place.
import { earlier, type Instant } from "@flor/machine";
import { AllowedPeers } from "./allowed-peers.ts";
import { engineMaker } from "./create-engines.ts";
import { createIdentity, type Identity } from "./identity.ts";
import { createPlainProvider } from "./plain/plain-provider.ts";
import type { QuicConnection } from "./quic-connection.ts";
import { QuicEndpoint } from "./quic-endpoint.ts";
import type { QuicEndpointOptions } from "./quic-endpoint-options.ts";

/** What the path does to datagrams; chances are per datagram. */
export interface PathFaults {
  /** @default 1 */
  readonly seed?: number;
  readonly loss?: number;
  readonly duplication?: number;
  /** Chance to take half as long again. */
  readonly reordering?: number;
  /** One way, milliseconds. @default 5 */
  readonly delayMs?: number;
  /** The largest datagram handed to `transmit`. @default 1400 */
  readonly maxOctets?: number;
}

/** One end: a node's identity, its peers and its endpoint. */
export interface End {
  readonly identity: Identity;
  readonly peers: AllowedPeers;
  readonly endpoint: QuicEndpoint<string>;
}

/** A seeded generator of numbers in [0, 1), mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** An end whose key is made of `octet`, with random ids from a generator seeded with it. */
export function createEnd(octet: number, options: Partial<QuicEndpointOptions> = {}): End {
  const identity = options.identity ?? createIdentity(new Uint8Array(32).fill(octet));
  const peers = options.peers ?? new AllowedPeers(identity);
  const random = seededRandom(octet);
  const endpoint = new QuicEndpoint<string>({
    engines: engineMaker({ crypto: createPlainProvider(identity) }),
    purpose: "session",
    randomFill: (octets) => octets.forEach((_, at) => (octets[at] = random() * 256)),
    unixSeconds: () => 1_800_000_000,
    ...options,
    identity,
    peers,
  });
  return { identity, peers, endpoint };
}

/** Nothing waits to be acknowledged any more, this long after a handshake. */
const QUIET_MS = 500;
const DELAY_MS = 5;

interface Flight {
  readonly octets: Uint8Array;
  readonly to: End;
  readonly at: Instant;
}

/** Two ends that list each other, and the datagrams between them. Time stands still unless it is run. */
export class EndpointPair {
  readonly client: End;
  readonly server: End;
  faults: PathFaults;
  now: Instant = 1000;
  /** Datagrams that each end has put on the path. */
  readonly sent: { client: number; server: number } = { client: 0, server: 0 };
  /** Sees every datagram before the faults; may change it. */
  tap: ((octets: Uint8Array, from: "client" | "server") => void) | undefined;
  readonly #buffer = new Uint8Array(65_536);
  readonly #random: () => number;
  #flights: Flight[] = [];

  constructor(faults: PathFaults = {}, client: End = createEnd(1), server: End = createEnd(2)) {
    this.faults = faults;
    this.client = client;
    this.server = server;
    this.#random = seededRandom(faults.seed ?? 1);
    client.peers.add(server.identity.publicKey);
    server.peers.add(client.identity.publicKey);
  }

  /** Opens a connection from the client. */
  connect(): QuicConnection<string> {
    return this.client.endpoint.connect(this.server.identity.publicKey, "to server", this.now);
  }

  /** The server's first connection that is established. */
  get served(): QuicConnection<string> | undefined {
    for (const connection of this.server.endpoint.connections)
      if (connection.state === "established") return connection;
    return undefined;
  }

  /** A connection established at both ends, with nothing under way. */
  establish(): { client: QuicConnection<string>; server: QuicConnection<string> } {
    const client = this.connect();
    this.runUntil(() => client.state === "established" && this.served !== undefined);
    const server = this.served;
    if (server === undefined) throw new Error("not established");
    this.runFor(QUIET_MS);
    return { client, server };
  }

  /** An established client's connection, and its pair with a server that has lost its memory since. */
  establishedAndForgotten(): { client: QuicConnection<string>; pair: EndpointPair } {
    const { client } = this.establish();
    const pair = new EndpointPair({}, this.client, createEnd(2));
    pair.now = this.now;
    return { client, pair };
  }

  /** Lets time pass until `done`, calling `work` whenever something happened. Fails after `limitMs`. */
  runUntil(done: () => boolean, work: () => void = () => {}, limitMs = 60_000): void {
    const deadline = this.now + limitMs;
    for (;;) {
      work();
      this.turn();
      if (done()) return;
      const next = this.#nextInstant();
      if (next === undefined || next > deadline) throw new Error(`not done after ${limitMs} ms`);
      this.now = Math.max(this.now, next);
    }
  }

  /** Lets so much time pass. */
  runFor(ms: number, work: () => void = () => {}): void {
    const end = this.now + ms;
    for (;;) {
      work();
      this.turn();
      const next = this.#nextInstant();
      if (next === undefined || next > end) break;
      this.now = Math.max(this.now, next);
    }
    this.now = end;
  }

  /** One turn at the present time: what arrives, due timers, then everything each end wants to send. */
  turn(): void {
    const due = this.#flights.filter((flight) => flight.at <= this.now);
    this.#flights = this.#flights.filter((flight) => flight.at > this.now);
    due.sort((a, b) => a.at - b.at);
    for (const { octets, to } of due) to.endpoint.handleReceive(octets, 0, octets.length, "back", this.now);
    this.#move("client", this.client, this.server);
    this.#move("server", this.server, this.client);
  }

  #nextInstant(): Instant | undefined {
    let next: Instant | undefined;
    for (const flight of this.#flights) next = earlier(next, flight.at);
    for (const end of [this.client, this.server])
      for (const connection of end.endpoint.connections) next = earlier(next, connection.nextTimeout());
    return next;
  }

  #move(name: "client" | "server", from: End, to: End): void {
    for (const connection of from.endpoint.connections) {
      const due = connection.nextTimeout();
      if (due !== undefined && due <= this.now) connection.handleTimeout(this.now);
      for (;;) {
        const octets = connection.transmit(this.#buffer, 0, this.faults.maxOctets ?? 1400, this.now);
        if (octets === 0) break;
        this.#carry(this.#buffer.slice(0, octets), name, to);
      }
    }
    for (let reply = from.endpoint.takeReply(); reply !== undefined; reply = from.endpoint.takeReply()) {
      this.#carry(reply.octets.slice(), name, to);
    }
  }

  #carry(octets: Uint8Array, from: "client" | "server", to: End): void {
    this.sent[from] += 1;
    this.tap?.(octets, from);
    const { loss = 0, duplication = 0, reordering = 0, delayMs = DELAY_MS } = this.faults;
    if (this.#random() < loss) return;
    const at = this.now + delayMs;
    if (this.#random() < duplication) this.#flights.push({ octets: octets.slice(), to, at: at + delayMs });
    this.#flights.push({ octets, to, at: this.#random() < reordering ? at + delayMs / 2 : at });
  }
}
