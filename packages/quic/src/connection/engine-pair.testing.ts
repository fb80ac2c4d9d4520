// Test support: two engines and the wires between them in virtual time, with the plain provider in TLS' place.
import type { Instant } from "@flor/machine";
import { Bbr } from "../congestion/bbr/bbr.ts";
import type { CongestionController, CongestionOptions } from "../congestion/congestion-controller.ts";
import { seededRandom } from "../endpoint-pair.testing.ts";
import { createIdentity } from "../identity.ts";
import type { PlainLimits } from "../plain/plain-keys.ts";
import { EventHeap } from "../path-lab/event-heap.testing.ts";
import { createPlainProvider } from "../plain/plain-provider.ts";
import type { PathFigures, QuicEngineLimits } from "../quic-engine.ts";
import { BlockPool } from "../stream/block-pool.ts";
import type { CryptoProvider, DirectionKeys } from "../tls/packet-protection.ts";
import { Connection } from "./connection.ts";
import type { EngineShared } from "./engine-options.ts";

/** What a wire does to datagrams; chances are per datagram. */
export interface WirePlan {
  /** @default 10 */
  readonly delayMs?: number;
  /** Octets a millisecond. @default Infinity */
  readonly rate?: number;
  /** Octets that wait for the rate. @default 1_000_000 */
  readonly bufferOctets?: number;
  readonly loss?: number;
  readonly duplication?: number;
  /** Chance to take as long again. */
  readonly reordering?: number;
  /** Longer ones are dropped. */
  readonly mtu?: number;
}

/** A whole pair; a seed repeats it. */
export interface PairPlan {
  readonly wire?: WirePlan;
  /** Server to client. @default `wire` */
  readonly back?: WirePlan;
  readonly seed?: number;
  readonly limits?: Partial<QuicEngineLimits>;
  readonly plain?: PlainLimits;
  readonly congestion?: (options: CongestionOptions) => CongestionController;
  /** Octets of a datagram that the owner has room for. @default 16_384 */
  readonly room?: number;
  /** A Retry came before: the destination of the Initial that it answered. */
  readonly original?: Uint8Array;
  /** What an end tells in place of its transport parameters. */
  readonly parameters?: (octets: Uint8Array, role: "client" | "server") => Uint8Array;
}

export const LIMITS: QuicEngineLimits = {
  maxDatagramOctets: 16_384,
  initialStreamWindowOctets: 524_288,
  maxStreamWindowOctets: 16_777_216,
  maxConnectionWindowOctets: 134_217_728,
  maxPeerStreams: 1000,
  idleTimeoutMs: 30_000,
  stalledCode: 4,
};

interface Flight {
  readonly octets: Uint8Array;
  readonly to: "client" | "server";
}

const TURNS_OF_INSTANT_MAX = 1000;
const SERVER_ID = Uint8Array.of(2, 2, 2, 2, 2, 2, 2, 2);
const CLIENT_ID = Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 1);
export const INITIAL_DESTINATION: Uint8Array = Uint8Array.of(9, 8, 7, 6, 5, 4, 3, 2);
export const RESET_TOKEN: Uint8Array = new Uint8Array(16).fill(0x77);
const identity = createIdentity(new Uint8Array(32).fill(5));
const pool = new BlockPool();
// Making one signs its certificate, which takes longer than a handshake.
const provider = createPlainProvider(identity);

/** Keys of 1-RTT packets by the end that writes with them. */
type WriteKeys = { client?: DirectionKeys; server?: DirectionKeys };

/** The provider, which also remembers with which keys each end writes, and changes what each tells. */
function remembering(crypto: CryptoProvider, keys: WriteKeys, parameters: PairPlan["parameters"]): CryptoProvider {
  return {
    initialKeys: (id, direction) => crypto.initialKeys(id, direction),
    retryTag: (packet, into, at) => crypto.retryTag(packet, into, at),
    handshake: (options) => {
      const told = options.transportParameters;
      const tls = crypto.handshake({ ...options, transportParameters: parameters?.(told, options.role) ?? told });
      const take = tls.takeKeys.bind(tls);
      tls.takeKeys = () => {
        const made = take();
        if (made?.level === "application" && made.direction === "write") keys[options.role] = made.keys;
        return made;
      };
      return tls;
    },
  };
}

/** What all connections of a test share. */
function sharedOf(plan: PairPlan, random: () => number): EngineShared {
  const congestion = plan.congestion ?? ((options) => new Bbr(options));
  return {
    crypto: plan.plain === undefined ? provider : createPlainProvider(identity, plan.plain),
    limits: { ...LIMITS, ...plan.limits },
    protocols: ["test"],
    serverName: undefined,
    pool,
    createController: (datagramOctets) => congestion({ datagramOctets, random }),
  };
}

/** A client and a server. Time stands still unless it is run. */
export class EnginePair {
  now: Instant = 1000;
  readonly client: Connection;
  readonly server: Connection;
  wire: WirePlan;
  back: WirePlan;
  /** Sees every datagram; false drops it. */
  tap: ((octets: Uint8Array, from: "client" | "server") => boolean | void) | undefined;
  readonly sent: { client: number; server: number } = { client: 0, server: 0 };
  readonly dropped: { client: number; server: number } = { client: 0, server: 0 };
  readonly #busyUntil = { client: 0, server: 0 };
  readonly #random: () => number;
  readonly #room: number;
  readonly #buffer = new Uint8Array(20_000);
  readonly #keys: WriteKeys = {};
  readonly #flights = new Map<number, Flight>();
  readonly #arrivals = new EventHeap();
  #order = 0;
  #turns = 0;

  constructor(plan: PairPlan = {}) {
    this.wire = plan.wire ?? {};
    this.back = plan.back ?? this.wire;
    this.#random = seededRandom(plan.seed ?? 1);
    this.#room = plan.room ?? 16_384;
    const made = sharedOf(plan, this.#random);
    const shared = { ...made, crypto: remembering(made.crypto, this.#keys, plan.parameters) };
    const windowOctets = shared.limits.maxConnectionWindowOctets;
    const common = { initialDestination: INITIAL_DESTINATION, windowOctets };
    this.client = new Connection(
      shared,
      { ...common, role: "client", sourceId: CLIENT_ID, original: undefined, resetToken: undefined },
      this.now,
    );
    this.server = new Connection(
      shared,
      { ...common, role: "server", sourceId: SERVER_ID, original: plan.original, resetToken: RESET_TOKEN },
      this.now,
    );
  }

  /** The handshake, and a moment of rest. */
  establish(): this {
    this.runUntil(() => this.client.isEstablished() && this.server.isEstablished());
    this.runFor(500);
    return this;
  }

  figures(of: Connection): PathFigures {
    const figures: PathFigures = {
      rttMs: 0,
      congestionWindowOctets: 0,
      pace: 0,
      sentPackets: 0,
      receivedPackets: 0,
      lostPackets: 0,
      spuriousLosses: 0,
      sentOctets: 0,
      receivedOctets: 0,
      refusedStreams: 0,
    };
    of.readFigures(figures);
    return figures;
  }

  /** Lets time pass until `done`; `work` is done at each instant. Fails after `limitMs`. */
  runUntil(done: () => boolean, work: () => void = () => {}, limitMs = 600_000): void {
    const deadline = this.now + limitMs;
    for (;;) {
      work();
      this.turn();
      if (done()) return;
      const next = this.#next();
      if (next > deadline) throw new Error(`not done after ${limitMs} ms`);
      this.#advance(next);
    }
  }

  runFor(ms: number, work: () => void = () => {}): void {
    const end = this.now + ms;
    for (;;) {
      work();
      this.turn();
      const next = this.#next();
      if (next > end) break;
      this.#advance(next);
    }
    this.now = end;
  }

  /** Fails when an end never stops wanting to be woken at the same instant. */
  #advance(next: Instant): void {
    this.#turns = next > this.now ? 0 : this.#turns + 1;
    if (this.#turns > TURNS_OF_INSTANT_MAX) throw new Error("time stands still");
    this.now = Math.max(this.now, next);
  }

  /** One instant: what arrives, due timers, then all that each end wants to send. */
  turn(): void {
    while (this.#arrivals.nextAt <= this.now) {
      const order = this.#arrivals.take();
      const flight = this.#flights.get(order);
      this.#flights.delete(order);
      if (flight !== undefined) this.deliver(flight.to, flight.octets);
    }
    this.#move("client");
    this.#move("server");
  }

  /** Gives an end a datagram at once. */
  deliver(to: "client" | "server", octets: Uint8Array): boolean {
    return this[to].take(octets, 0, octets.length, this.now);
  }

  /** An authentic 1-RTT packet of `from` with these frames, as only a peer that breaks the protocol makes it. */
  forge(
    from: "client" | "server",
    packetNumber: number,
    frames: readonly number[] | Uint8Array,
    firstBits = 0,
  ): Uint8Array {
    const keys = this.#keys[from];
    const destination = from === "client" ? SERVER_ID : CLIENT_ID;
    const octets = new Uint8Array(13 + frames.length + 16);
    octets[0] = 0x43 ^ firstBits;
    octets.set(destination, 1);
    new DataView(octets.buffer).setUint32(9, packetNumber);
    octets.set(frames, 13);
    keys?.packet.seal(octets, 0, 13, octets.length - 16, packetNumber);
    const mask = new Uint8Array(16);
    keys?.header.masks(octets.slice(13, 29), 1, mask);
    octets[0] = (octets[0] ?? 0) ^ ((mask[0] ?? 0) & 0x1f);
    for (let index = 0; index < 4; index += 1) octets[9 + index] = (octets[9 + index] ?? 0) ^ (mask[1 + index] ?? 0);
    return octets;
  }

  /** Has `to` take a forged packet of the other end. */
  inject(to: "client" | "server", packetNumber: number, frames: readonly number[] | Uint8Array): boolean {
    return this.deliver(to, this.forge(to === "client" ? "server" : "client", packetNumber, frames));
  }

  /** Has an end fill a datagram that goes nowhere; its octets. */
  transmit(from: "client" | "server"): number {
    return this[from].fill(this.#buffer, 0, this.#room, this.now);
  }

  #next(): Instant {
    let next = this.#arrivals.nextAt;
    for (const end of [this.client, this.server]) next = Math.min(next, end.nextTimeout() ?? Infinity);
    return next;
  }

  #move(from: "client" | "server"): void {
    const engine = this[from];
    if ((engine.nextTimeout() ?? Infinity) <= this.now) engine.handleTimeout(this.now);
    for (;;) {
      const octets = engine.fill(this.#buffer, 0, this.#room, this.now);
      if (octets === 0) return;
      this.#carry(this.#buffer.slice(0, octets), from);
    }
  }

  #carry(octets: Uint8Array, from: "client" | "server"): void {
    const plan = from === "client" ? this.wire : this.back;
    const { delayMs = 10, rate = Infinity, bufferOctets = 1_000_000, loss = 0, mtu = Infinity } = plan;
    this.sent[from] += 1;
    if (this.tap?.(octets, from) === false || octets.length > mtu || this.#random() < loss) return;
    const begins = Math.max(this.now, this.#busyUntil[from]);
    if ((begins - this.now) * rate > bufferOctets && rate !== Infinity) {
      this.dropped[from] += 1;
      return;
    }
    const leaves = begins + octets.length / rate;
    this.#busyUntil[from] = leaves;
    const to = from === "client" ? "server" : "client";
    const late = this.#random() < (plan.reordering ?? 0) ? delayMs : 0;
    this.#launch({ octets, to }, leaves + delayMs + late);
    if (this.#random() < (plan.duplication ?? 0)) this.#launch({ octets: octets.slice(), to }, leaves + 2 * delayMs);
  }

  #launch(flight: Flight, at: Instant): void {
    this.#order += 1;
    this.#flights.set(this.#order, flight);
    this.#arrivals.add(at, this.#order);
  }
}
