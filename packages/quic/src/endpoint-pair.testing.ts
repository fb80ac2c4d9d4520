// Test support: two endpoints in one process and the path between them. QUIC's engine keeps real time, so this does too.
import type { Instant } from "@flor/machine";
import { AllowedPeers } from "./allowed-peers.ts";
import { createCredentials } from "./certificate.ts";
import { createIdentity, type Identity } from "./identity.ts";
import type { QuicConnection } from "./quic-connection.ts";
import { QuicEndpoint, type QuicEndpointOptions } from "./quic-endpoint.ts";

/** What the path does to datagrams; chances are per datagram. */
export interface PathFaults {
  /** @default 1 */
  readonly seed?: number;
  readonly loss?: number;
  readonly duplication?: number;
  /** Chance to be held back behind the datagrams of the same turn. */
  readonly reordering?: number;
  /** The largest datagram handed to `transmit`. @default 1400 */
  readonly maxOctets?: number;
}

/** The clock and the event loop of the test. */
export interface RealTime {
  now(): Instant;
  /** Lets a turn of the event loop pass. */
  nextTurn(): Promise<void>;
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
    credentials: createCredentials(identity),
    purpose: "session",
    randomFill: (octets) => octets.forEach((_, at) => (octets[at] = random() * 256)),
    unixSeconds: () => 1_800_000_000,
    ...options,
    identity,
    peers,
  });
  return { identity, peers, endpoint };
}

/** The last acknowledgement of a handshake waits less than this. */
const ACKNOWLEDGED_MS = 5;

/** Two ends that list each other, and the datagrams between them. */
export class EndpointPair {
  readonly client: End;
  readonly server: End;
  faults: PathFaults;
  /** Datagrams that each end has put on the path. */
  readonly sent: { client: number; server: number } = { client: 0, server: 0 };
  /** Sees every datagram before the faults; may change it. */
  tap: ((octets: Uint8Array, from: "client" | "server") => void) | undefined;
  readonly #time: RealTime;
  readonly #buffer = new Uint8Array(65_536);
  readonly #random: () => number;

  constructor(time: RealTime, faults: PathFaults = {}, client: End = createEnd(1), server: End = createEnd(2)) {
    this.#time = time;
    this.faults = faults;
    this.client = client;
    this.server = server;
    this.#random = seededRandom(faults.seed ?? 1);
    client.peers.add(server.identity.publicKey);
    server.peers.add(client.identity.publicKey);
  }

  /** Opens a connection from the client. */
  connect(): QuicConnection<string> {
    return this.client.endpoint.connect(this.server.identity.publicKey, "to server", this.#time.now());
  }

  /** The server's first connection that is established. */
  get served(): QuicConnection<string> | undefined {
    for (const connection of this.server.endpoint.connections)
      if (connection.state === "established") return connection;
    return undefined;
  }

  /** A connection established at both ends. */
  async establish(): Promise<{ client: QuicConnection<string>; server: QuicConnection<string> }> {
    const client = this.connect();
    await this.runUntil(() => client.state === "established" && this.served !== undefined);
    const server = this.served;
    if (server === undefined) throw new Error("not established");
    const quietAt = this.#time.now() + ACKNOWLEDGED_MS;
    await this.runUntil(() => this.#time.now() > quietAt);
    return { client, server };
  }

  /** Moves datagrams and fires timers until `done`, calling `work` each turn. Fails after `limitMs` of real time. */
  async runUntil(done: () => boolean, work: () => void = () => {}, limitMs = 15_000): Promise<void> {
    const deadline = this.#time.now() + limitMs;
    while (!done()) {
      if (this.#time.now() > deadline) throw new Error(`not done after ${limitMs} ms`);
      work();
      this.turn();
      await this.#time.nextTurn();
    }
  }

  /** One turn: due timers, then everything each end wants to send. */
  turn(): void {
    this.#move("client", this.client, this.server);
    this.#move("server", this.server, this.client);
  }

  #move(name: "client" | "server", from: End, to: End): void {
    const held: Uint8Array[] = [];
    for (const connection of from.endpoint.connections) {
      const due = connection.nextTimeout();
      if (due !== undefined && due <= this.#time.now()) connection.handleTimeout(this.#time.now());
      for (;;) {
        const octets = connection.transmit(this.#buffer, 0, this.faults.maxOctets ?? 1400, this.#time.now());
        if (octets === 0) break;
        this.#carry(this.#buffer.slice(0, octets), name, to, held);
      }
    }
    for (let reply = from.endpoint.takeReply(); reply !== undefined; reply = from.endpoint.takeReply()) {
      this.#carry(reply.octets.slice(), name, to, held);
    }
    for (const octets of held) this.#deliver(octets, to);
  }

  #carry(octets: Uint8Array, from: "client" | "server", to: End, held: Uint8Array[]): void {
    this.sent[from] += 1;
    this.tap?.(octets, from);
    const { loss = 0, duplication = 0, reordering = 0 } = this.faults;
    if (this.#random() < loss) return;
    if (this.#random() < duplication) held.push(octets.slice());
    if (this.#random() < reordering) held.push(octets);
    else this.#deliver(octets, to);
  }

  #deliver(octets: Uint8Array, to: End): void {
    to.endpoint.handleReceive(octets, 0, octets.length, "back", this.#time.now());
  }
}
