/** A node of the simulated layer: the product's link state, paths and repair, and what its hellos would tell it. */
import { createSigner } from "@flor/host";
import { LinkState, nodeKeyOf, type OwnEdge, Paths, type Repair, repairOf } from "@flor/link-state";
import type { Instant } from "@flor/machine";
import { createIdentity } from "@flor/quic";
import type { ControlMessage } from "@flor/wire";
import type { Cable } from "./cables.ts";
import type { OnceForAll } from "./once-for-all.ts";

/** Largest frame, and largest one that crosses unsegmented, of every cable. */
const MTU = 16_384;
const SEGMENT_MTU = 1472;
/** Least payload of a path: QUIC's first packet in its envelope. */
const PAYLOAD_MIN = 1232;
const FIRST_LABEL = 16;
const DELIVERY_LABEL = 1_000_000;
const EPOCH_SECONDS = 1_800_000_000;
/** As of packages/link-state: tenths of a millisecond. */
const COST_PER_MS = 10;

/** An adjacency as one end of it sees it. */
export interface SimAdjacency {
  readonly to: number;
  readonly cable: Cable;
  readonly label: number;
  /** Its hellos are heard. */
  isAlive: boolean;
}

/** What a node is made with. */
export interface SimNodeOptions {
  readonly once: OnceForAll;
  readonly random: () => number;
  /** Differs from run to run. */
  readonly run: number;
}

/** See the head of this file. */
export class SimNode {
  readonly number: number;
  readonly key: string;
  readonly publicKey: Uint8Array;
  readonly state: LinkState;
  readonly deliveryLabel: number = DELIVERY_LABEL;
  readonly adjacencies: Map<number, SimAdjacency> = new Map();
  /** Messages that arrived and were not read yet, by neighbour. */
  readonly inbox: Map<number, ControlMessage[]> = new Map();
  isRunning = true;
  sentMessages = 0;
  sentOctets = 0;
  /** When it is to be served next; Infinity: no time is set. */
  wakeAt: Instant = Infinity;
  #paths: Paths | undefined;
  #isStale = true;
  readonly #repairs = new Map<number, Repair>();

  constructor(number: number, seed: Uint8Array, { once, random, run }: SimNodeOptions) {
    const identity = createIdentity(seed);
    this.number = number;
    this.publicKey = identity.publicKey;
    this.key = nodeKeyOf(identity.publicKey);
    const instance = Uint8Array.from({ length: 16 }, () => Math.floor(random() * 256));
    this.state = new LinkState({
      publicKey: identity.publicKey,
      instance,
      deliveryLabel: this.deliveryLabel,
      sequence: EPOCH_SECONDS * 1000 + run,
      sign: createSigner(identity),
      verify: once.verify,
      parse: once.parse,
      random,
      unixSeconds: () => EPOCH_SECONDS,
      standing: { isOurs: (origin) => origin === this.key, isReachable: () => true },
    });
  }

  join(to: number, cable: Cable): void {
    this.adjacencies.set(to, { to, cable, label: FIRST_LABEL + this.adjacencies.size, isAlive: false });
  }

  /** Tells its link state what its adjacencies are. */
  tell(keyOf: (number: number) => Uint8Array): void {
    this.state.setAdjacencies(
      [...this.adjacencies.values()].map(({ to, label, cable, isAlive }) => ({
        neighbour: keyOf(to),
        label,
        mtu: MTU,
        segmentMtu: SEGMENT_MTU,
        cost: costOf(cable),
        up: isAlive,
      })),
    );
    this.forgetPaths();
  }

  /** What it knows changed: paths are computed when they are asked for. */
  forgetPaths(): void {
    this.#isStale = true;
    this.#repairs.clear();
  }

  /** Its paths, from all that it knows now. */
  paths(keyOf: (number: number) => string): Paths {
    this.#paths ??= new Paths({ ownKey: this.key, database: this.state.database, payloadMin: PAYLOAD_MIN });
    if (this.#isStale) this.#paths.update(this.#ownEdges(keyOf));
    this.#isStale = false;
    return this.#paths;
  }

  /** What it does with frames for a neighbour that is silent. */
  repairOf(silent: SimNode, keyOf: (number: number) => string): Repair | undefined {
    const known = this.#repairs.get(silent.number);
    if (known !== undefined) return known;
    const entry = this.state.database.held(silent.key)?.entry;
    if (entry === undefined) return undefined;
    const alive = new Set([...this.adjacencies.values()].flatMap(({ to, isAlive }) => (isAlive ? keyOf(to) : [])));
    const repair = repairOf(this.paths(keyOf), entry, (firstHop) => alive.has(firstHop));
    this.#repairs.set(silent.number, repair);
    return repair;
  }

  /** Gives back the memory of its paths. */
  dropPaths(): void {
    this.#paths = undefined;
    this.forgetPaths();
  }

  #ownEdges(keyOf: (number: number) => string): ReadonlyMap<string, OwnEdge> {
    const own = new Map<string, OwnEdge>();
    for (const { to, cable, isAlive } of this.adjacencies.values())
      if (isAlive) own.set(keyOf(to), { mtu: MTU, segmentMtu: SEGMENT_MTU, cost: costOf(cable) });
    return own;
  }
}

function costOf({ latencyMs }: Cable): number {
  return Math.max(1, Math.round(COST_PER_MS * (latencyMs + 1)));
}
