import { RateBudget } from "@flor/machine";
import { Observations } from "@flor/reach";
import type { Adjacency } from "./adjacency.ts";
import { admissionBudget } from "./admission-budget.ts";
import type { FrameDoor } from "./frame-door.ts";
import { HELLO_INTERVAL_MS } from "./hello.ts";
import { LinkConduct } from "./link-conduct.ts";
import type { TransitQueue } from "./transit-queue.ts";

/** Lists of ports looked at a second, and at once; of those that come faster the newest waits. */
const PORT_LISTS_PER_SECOND = 20;
/** New ports a second, and at once: each one that leads to a peer costs a handshake. */
export const NEW_PORTS_PER_SECOND = 16;
const NEW_PORTS_AT_ONCE = 256;
/** Ports that carry again a second, and at once, whose neighbours are dialled before their time: each costs a handshake. */
export const PORT_RETURNS_PER_SECOND = 16;
const PORT_RETURNS_AT_ONCE = 256;
/** Reports of too big frames believed a second, and at once: each is signed and told to all neighbours. */
export const TOO_BIG_BELIEVED_PER_SECOND = 20;

/** A link as the data path sees it, and what it may still cost us. */
export class NodeLink {
  readonly name: string;
  readonly kind: string;
  /** The Flor IO end; `undefined` while the link is not attached. */
  door: FrameDoor | undefined;
  /** Hellos over it are sent no more often than this, milliseconds. */
  readonly helloIntervalMs: number;
  /** Nothing new leaves through it. */
  isDraining = false;
  /** It looks for neighbours behind NATs. */
  canPunch = false;
  /** Where it listens, as it tells: "192.168.1.5:4600/24". */
  addresses: readonly string[] = [];
  /** Under which addresses neighbours see it. */
  readonly observations: Observations = new Observations();
  /** By port number. */
  readonly ports: (Adjacency | undefined)[] = [];
  /** By port key, present links and those that are away for a while. */
  readonly adjacencies: Map<string, Adjacency> = new Map();
  /** Frames in transit that wait for credit. */
  readonly transit: TransitQueue;
  /** Frames sent to a neighbour that was silent, since there was no other way: whether they arrived, nobody knows. */
  framesToSilent = 0;
  /** Frames in transit that leave here, since the neighbour that they were for is silent. */
  framesRepaired = 0;
  /** They took the link's last credit before this node's own sessions could. */
  isTransitFirst = false;
  readonly conduct: LinkConduct = new LinkConduct();
  readonly portLists: RateBudget = new RateBudget(PORT_LISTS_PER_SECOND);
  readonly newPorts: RateBudget = new RateBudget(NEW_PORTS_PER_SECOND, NEW_PORTS_AT_ONCE);
  readonly portReturns: RateBudget = new RateBudget(PORT_RETURNS_PER_SECOND, PORT_RETURNS_AT_ONCE);
  readonly tooBigs: RateBudget = new RateBudget(TOO_BIG_BELIEVED_PER_SECOND);
  /** Octets of strangers' packets whose admission is looked at. */
  readonly admission: RateBudget = admissionBudget();

  constructor(name: string, kind: string, transit: TransitQueue, helloIntervalMs: number = HELLO_INTERVAL_MS) {
    this.name = name;
    this.kind = kind;
    this.transit = transit;
    this.helloIntervalMs = helloIntervalMs;
  }
}
