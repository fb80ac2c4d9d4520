import type { Instant } from "@flor/machine";
import { PORT_MTU_MIN } from "./adjacency.ts";
import type { Forwarder } from "./forward.ts";
import type { FrameDoor, FrameSink } from "./frame-door.ts";
import { NodeLink } from "./node-link.ts";
import type { AnnouncedPort, Ports } from "./ports.ts";
import type { Sessions } from "./sessions.ts";
import type { StraightPaths } from "./straight-paths.ts";
import type { Topology } from "./topology.ts";
import { TransitQueue } from "./transit-queue.ts";

/** What the links of a node give to and take from. */
export interface NodeLinksOptions {
  readonly ports: Ports;
  readonly forwarder: Forwarder;
  readonly topology: Topology;
  readonly sessions: Sessions;
  readonly straight: Pick<StraightPaths, "setAddresses">;
  /** It is `now`, and the node has something to do. */
  readonly touch: (now: Instant) => void;
  /** The node has something to do. */
  readonly wake: () => void;
}

/** The links of a node, by name. Methods throw RangeError for a name that no link has. */
export class NodeLinks {
  readonly #options: NodeLinksOptions;
  readonly #links = new Map<string, NodeLink>();

  constructor(options: NodeLinksOptions) {
    this.#options = options;
  }

  get(name: string): NodeLink | undefined {
    return this.#links.get(name);
  }

  values(): Iterable<NodeLink> {
    return this.#links.values();
  }

  /** Another link; it carries when it is attached. @param helloIntervalMs @default 300 */
  add(name: string, kind: string, helloIntervalMs?: number): void {
    this.#links.set(name, new NodeLink(name, kind, new TransitQueue(), helloIntervalMs));
  }

  /** The link is gone for good, and with it its adjacencies: neighbours that hear of it by no other link are lost. */
  remove(name: string, now: Instant): void {
    const link = this.#link(name);
    this.detach(name, now);
    this.#options.ports.remove(link, now);
    this.#links.delete(name);
    this.#options.wake();
  }

  /** The link's Flor IO end is ready. @param canPunch it looks for neighbours behind NATs */
  attach(name: string, door: FrameDoor, canPunch = false): void {
    const link = this.#link(name);
    link.door = door;
    link.canPunch = canPunch;
    link.isDraining = false;
    this.#options.ports.tellNeighbours(link);
  }

  /** The link tells where it listens. */
  handleAddresses(name: string, addresses: readonly string[], now: Instant): void {
    this.#options.straight.setAddresses(this.#link(name), addresses, now);
  }

  /** The link is gone; what waited for it is dropped and counted. */
  detach(name: string, now: Instant): void {
    const link = this.#link(name);
    link.door = undefined;
    this.#options.forwarder.drops.add("transit-down", link.transit.clear());
    this.#options.ports.suspend(link, now);
  }

  /** Nothing new leaves through the link from now on; {@link resume} or the next {@link attach} ends that. */
  drain(name: string, now: Instant): void {
    this.#options.ports.drain(this.#link(name), now);
    this.#options.wake();
  }

  /** The link is used again. */
  resume(name: string, now: Instant): void {
    this.#options.ports.resume(this.#link(name), now);
    this.#options.wake();
  }

  /** Step receive: where the Flor IO end of a link hands its frames. */
  sinkOf(name: string): FrameSink {
    const link = this.#link(name);
    const { forwarder, touch } = this.#options;
    return {
      handleFrames: (octets, view, offset, end, now) => {
        touch(now);
        forwarder.receive(link, octets, view, offset, end, now);
      },
    };
  }

  /** The link announced its ports, whole. */
  handlePorts(name: string, ports: readonly AnnouncedPort[], now: Instant): void {
    this.#options.ports.announce(this.#link(name), ports, now);
  }

  /** The link carries no more than `mtu` on a port. */
  handleTooBig(name: string, port: number, mtu: number, now: Instant): void {
    const link = this.#link(name);
    const adjacency = link.ports[port];
    if (adjacency === undefined || mtu >= adjacency.mtu) return;
    if (mtu < PORT_MTU_MIN || !link.tooBigs.take(1, now)) return link.conduct.note("too-big", now);
    adjacency.mtu = mtu;
    adjacency.segmentMtu = Math.min(adjacency.segmentMtu, mtu);
    if (adjacency.neighbour) this.#options.topology.updateNeighbour(adjacency.neighbour, now);
  }

  /**
   * A link takes frames again: those in transit and the sessions over it are first in turn. What is not first has what the
   * other leaves, with {@link flush} at the end of the turn; so neither lives on the other's crumbs for long.
   */
  handleCredit(name: string): void {
    const link = this.#link(name);
    const { sessions, wake } = this.#options;
    link.isTransitFirst = !link.isTransitFirst;
    if (link.door !== undefined && link.isTransitFirst) link.transit.drainTo(link.door);
    for (const session of sessions.carried) {
      const { path, lastPath } = session.peer;
      if ((path ?? lastPath)?.nextHop.best?.link === link) sessions.carried.touched.add(session);
    }
    wake();
  }

  /** Step 8, send: what waits for credit, then what was written this turn. */
  flush(): void {
    for (const { door, transit } of this.#links.values()) {
      if (door === undefined) continue;
      transit.drainTo(door);
      door.flush();
    }
  }

  #link(name: string): NodeLink {
    const link = this.#links.get(name);
    if (link === undefined) throw new RangeError(`no link is named ${name}`);
    return link;
  }
}
