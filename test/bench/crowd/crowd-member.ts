import { agree, createDriverClock, createSigner } from "@flor/host";
import { createOpensslProvider } from "@flor/host/openssl";
import { udpLink } from "@flor/link-udp";
import { Driver, FlorNode, type NodeHost, type NodeSettings } from "@flor/node";
import { createCredentials, parseNodeId } from "@flor/quic";
import { engineMaker } from "@flor/quic/engine";
import { type CrowdOrder, identityOf, placeOf } from "./crowd-order.ts";
import { idleHost } from "../idle-host.ts";
import { inventedIdentity, inventLayer } from "./invented-layer.ts";
import { verifyOnce } from "./verify-once.ts";
import { MemberDoor } from "./member-door.ts";

const LINK = "wan";
/** Shares no divisor with the grid of hellos, 25 ms. */
const CLOCK_STEP_MS = 3.7;

/** One neighbour: a whole node with a udp link, neither in a process of its own. */
export class CrowdMember {
  readonly #node: FlorNode;
  readonly #driver: Driver;
  readonly #door: MemberDoor;
  readonly #place: string;
  /** As machines' clocks do, those of members count from different instants: their hellos are not in step. */
  readonly #now: () => number;

  constructor(number: number, { first, hub, address, invented = 0 }: CrowdOrder) {
    this.#place = placeOf(number);
    const ahead = number * CLOCK_STEP_MS;
    this.#now = () => performance.now() + ahead;
    const identity = identityOf(number);
    const signer = createSigner(identity);
    const crypto = createOpensslProvider({ credentials: createCredentials(identity, signer) });
    const publicKey = parseNodeId(hub);
    if (publicKey === undefined) throw new Error(`${hub} is no id of a node`);
    const hasLayer = number === first && invented > 0;
    const { id, publicKey: beyond } = inventedIdentity(0);
    const behind = { name: "invented", id, publicKey: beyond, links: [{ link: LINK, address: undefined }], via: [] };
    const settings: NodeSettings = {
      name: `n${number}`,
      identity,
      engines: engineMaker({ crypto }),
      signatures: { sign: signer, verify: verifyOnce },
      agree,
      links: [{ name: LINK, kind: "udp" }],
      peers: [
        { name: "hub", id: hub, publicKey, links: [{ link: LINK, address }], via: [] },
        ...(hasLayer ? [behind] : []),
      ],
      northbounds: [],
      route: () => [],
    };
    this.#node = new FlorNode(settings, this.#host(), this.#now());
    if (hasLayer) inventLayer(this.#node, identity.publicKey, invented, this.#now());
    const clock = { ...createDriverClock(), now: this.#now };
    this.#driver = new Driver(this.#node, clock);
    this.#door = new MemberDoor(this.#node, LINK, { now: this.#now, wake: () => this.#driver.wake() });
  }

  /** Opens its link. */
  async open(): Promise<void> {
    this.#door.attach(await udpLink.open(udpLink.parseConfig({ listen: this.#place }), this.#door));
    this.#driver.wake();
  }

  /** Whether frames pass between it and the hub, both ways. */
  get isAlive(): boolean {
    for (const { alive } of this.#node.links.get(LINK)?.adjacencies.values() ?? []) if (alive) return true;
    return false;
  }

  /** Whether it has heard of that many others. */
  knows(others: number): boolean {
    return this.#node.topology.database.size > others;
  }

  /** Whether it has a path to all of whom it has heard. */
  get reachesAll(): boolean {
    const { database, peerPaths, linkState } = this.#node.topology;
    for (const { origin } of database.entries())
      if (!linkState.isOwn(origin) && !peerPaths.isReachable(origin)) return false;
    return true;
  }

  #host(): NodeHost {
    return idleHost({
      setNeighbours: (_link, neighbours) => this.#door.setNeighbours(neighbours),
      wake: () => this.#driver.wake(),
    });
  }
}
