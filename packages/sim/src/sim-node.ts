/** A node of the simulated layer: the product's link state, paths and repair, and what its hellos would tell it. */
import { createSigner } from "@flor/host";
import { LinkState, type LinkStateOptions, nodeKeyOf } from "@flor/link-state";
import type { Instant } from "@flor/machine";
import { createIdentity } from "@flor/quic";
import type { ControlMessage } from "@flor/wire";
import type { Cable } from "./cables.ts";
import type { OnceForAll } from "./once-for-all.ts";
import { someOctets } from "./random.ts";
import { SimAdjacency } from "./sim-adjacency.ts";
import { MTU, SEGMENT_MTU, SimPaths, type Way } from "./sim-paths.ts";

const FIRST_LABEL = 16;
const DELIVERY_LABEL = 1_000_000;
const EPOCH_SECONDS = 1_800_000_000;
const FIRST_SEQUENCE = EPOCH_SECONDS * 1000;

/** What a node is made with. */
export interface SimNodeOptions {
  readonly once: OnceForAll;
  readonly random: () => number;
  readonly keyOf: (number: number) => string;
  /** Which networks the node is in. @default there is one, and all are in it */
  readonly membership?: Pick<LinkStateOptions, "isMember" | "isTold">;
}

/** See the head of this file. */
export class SimNode {
  readonly number: number;
  readonly key: string;
  readonly publicKey: Uint8Array;
  readonly state: LinkState;
  readonly paths: SimPaths;
  readonly deliveryLabel: number = DELIVERY_LABEL;
  readonly adjacencies: Map<number, SimAdjacency> = new Map();
  /** Messages that arrived and were not read yet, by neighbour. */
  readonly inbox: Map<number, ControlMessage[]> = new Map();
  isRunning = true;
  /** It says that it carries nothing for others, */
  saysLeaf = false;
  /** and drops what comes for them. */
  dropsTransit = false;
  /** Where frames go on whose last label is bound to a way through this node. */
  boundWay: (label: number) => Way | undefined = () => undefined;
  readonly #byLabel: SimAdjacency[] = [];

  constructor(number: number, seed: Uint8Array, { once, random, keyOf, membership }: SimNodeOptions) {
    const identity = createIdentity(seed);
    this.number = number;
    this.publicKey = identity.publicKey;
    this.key = nodeKeyOf(identity.publicKey);
    const instance = someOctets(16, random);
    this.state = new LinkState({
      ...membership,
      publicKey: identity.publicKey,
      instance,
      deliveryLabel: this.deliveryLabel,
      sequence: FIRST_SEQUENCE,
      sign: createSigner(identity),
      verify: once.verify,
      parse: once.parse,
      random,
      unixSeconds: () => EPOCH_SECONDS,
      standing: { isOurs: (origin) => origin === this.key, isReachable: () => true },
    });
    const { database } = this.state;
    this.paths = new SimPaths({ ownKey: this.key, database, adjacencies: this.adjacencies, keyOf });
  }

  join(to: number, cable: Cable): void {
    const adjacency = new SimAdjacency(to, cable, FIRST_LABEL + this.adjacencies.size);
    this.adjacencies.set(to, adjacency);
    this.#byLabel[adjacency.label] = adjacency;
  }

  /** The adjacency over which frames of that label leave. */
  labelled(label: number): SimAdjacency | undefined {
    return this.#byLabel[label];
  }

  /** How often it has advertised itself. */
  get signed(): number {
    return (this.state.database.get(this.key)?.sequence ?? FIRST_SEQUENCE) - FIRST_SEQUENCE;
  }

  /** Tells its link state what its adjacencies are. */
  tell(publicKeyOf: (number: number) => Uint8Array, now: Instant): void {
    this.state.setAdjacencies(
      Array.from(this.adjacencies.values(), (adjacency) => ({
        neighbour: publicKeyOf(adjacency.to),
        label: adjacency.label,
        mtu: MTU,
        segmentMtu: SEGMENT_MTU,
        cost: adjacency.advertisedCost(now),
        up: adjacency.isAlive,
      })),
    );
    this.paths.handleOwnChanged(now);
  }
}
