/**
 * Ports of links: what a link announces becomes adjacencies, and what the node wants becomes its list of neighbours.
 */
import { earlier, type Instant } from "@flor/machine";
import { nodeKeyOf } from "@flor/link-state";
import { encodeNodeId } from "@flor/quic";
import { TOKEN_OCTETS, tokenFrom, viewOf, writeToken } from "@flor/wire";
import { Adjacency } from "./adjacency.ts";
import type { ControlPlane } from "./control-plane.ts";
import type { Neighbour } from "./neighbour.ts";
import type { NodeHost, WantedNeighbour } from "./node-host.ts";
import type { NodeLink } from "./node-link.ts";
import type { PeerChanges } from "./peer-changes.ts";
import type { PeerSettings } from "./settings.ts";
import type { StraightPaths } from "./straight-paths.ts";
import type { Topology } from "./topology.ts";

/** Adjacencies of a link that went away are kept this long for its return. */
export const LINK_RETURN_MS = 10_000;
/** A list that came too soon after others is looked at again after this time, unless a newer one took its place. */
const LIST_AGAIN_MS = 50;
/** Likewise a list with more new ports than may be opened at once. */
const NEW_PORTS_AGAIN_MS = 1000;

/** A port as a link announces it (proto/flor_io.proto, Port). */
export interface AnnouncedPort {
  readonly port: number;
  readonly key: string;
  readonly up: boolean;
  readonly mtu: number;
  readonly segmentMtu: number;
  readonly address: string;
  readonly provisional: boolean;
  /** Why its neighbour is not reached, in the link's words; absent or empty: the link knows nothing. */
  readonly problem?: string;
}

/** Neighbours found within this time of a list that a link was told are told to it together. */
export const LIST_PAUSE_MS = 50;

/** The newest list of a link that may not be looked at yet. */
interface WaitingList {
  readonly announced: readonly AnnouncedPort[];
  readonly dueAt: Instant;
}

/** Options of {@link Ports}. */
export interface PortsOptions {
  /** As they are now. */
  readonly peers: () => readonly PeerSettings[];
  readonly topology: Topology;
  readonly control: Pick<
    ControlPlane,
    "dial" | "dismiss" | "forget" | "handleMoved" | "handlePortDown" | "handlePortUp" | "sendDown" | "stopDialling"
  >;
  readonly host: NodeHost;
  readonly straight: Pick<StraightPaths, "wanted" | "tokenOf" | "isSought">;
  /** The smallest frame that a port must carry. */
  readonly portMtuMin: number;
}

/** The ports of all links of a node. */
export class Ports {
  readonly #options: PortsOptions;
  readonly #awaySince = new Map<NodeLink, Instant>();
  readonly #told = new Map<NodeLink, readonly WantedNeighbour[]>();
  readonly #waiting = new Map<NodeLink, WaitingList>();
  /** Links with neighbours that were found since, and when they are told so. */
  readonly #untold = new Map<NodeLink, Instant>();
  /** When each link was last told so. */
  readonly #toldAt = new WeakMap<NodeLink, Instant>();
  /** The peers by id, and of which list. */
  #byId: { readonly peers: readonly PeerSettings[]; readonly map: ReadonlyMap<string, PeerSettings> } | undefined;

  constructor(options: PortsOptions) {
    this.#options = options;
  }

  /** Takes a link's ports, whole: now, or when the link's earlier lists are paid for. */
  announce(link: NodeLink, announced: readonly AnnouncedPort[], now: Instant): void {
    if (link.portLists.take(1, now)) return this.#announceNow(link, announced, now);
    link.conduct.note("ports-changed", now);
    this.#waiting.set(link, { announced, dueAt: this.#waiting.get(link)?.dueAt ?? now + LIST_AGAIN_MS });
  }

  /** The link is away: adjacencies wait for its return. */
  suspend(link: NodeLink, now: Instant): void {
    link.ports.length = 0;
    this.#told.delete(link);
    this.#waiting.delete(link);
    this.#untold.delete(link);
    this.#awaySince.set(link, now);
    for (const adjacency of link.adjacencies.values()) {
      adjacency.detachPort();
      this.#tellDown(adjacency, now);
    }
  }

  /** The link is gone for good. */
  remove(link: NodeLink, now: Instant): void {
    for (const adjacency of link.adjacencies.values()) this.#remove(adjacency, now);
    this.#awaySince.delete(link);
    this.#waiting.delete(link);
    this.#told.delete(link);
    this.#untold.delete(link);
  }

  /** Nothing new leaves through the link: flows move to others, here and at the neighbours. */
  drain(link: NodeLink, now: Instant): void {
    link.isDraining = true;
    for (const adjacency of link.adjacencies.values()) this.#tellDown(adjacency, now);
  }

  /** The link carries again, as far as it does. */
  resume(link: NodeLink, now: Instant): void {
    link.isDraining = false;
    for (const { neighbour } of link.adjacencies.values())
      if (neighbour) this.#options.topology.updateNeighbour(neighbour, now);
  }

  /** Other peers, or other ways to them: forgets the adjacencies of those removed, and of ways that are not listed now. */
  apply({ changed, removed }: PeerChanges, link: NodeLink, now: Instant): void {
    const gone = new Set(removed.map(({ id }) => id));
    const moved = new Set(changed.filter(({ before, after }) => uses(before, link) && !uses(after, link)).map(idOf));
    for (const adjacency of link.adjacencies.values()) {
      const id = adjacency.neighbour === undefined ? adjacency.key : this.#idOf(adjacency.neighbour);
      if (gone.has(id)) this.#dismiss(adjacency, now);
      else if (moved.has(id)) this.#remove(adjacency, now);
      else if (!this.#isDialled(adjacency)) this.#options.control.stopDialling(adjacency);
      else this.#dial(adjacency);
    }
    if (link.door !== undefined) this.tellNeighbours(link);
  }

  /** A neighbour was found behind a port that the link knew under another name: the link adopts it. */
  adopt(adjacency: Adjacency, neighbour: Neighbour, now: Instant): void {
    const key = this.#idOf(neighbour);
    if (adjacency.key === key) return this.#tellSoon(adjacency.link, now);
    const { link } = adjacency;
    const old = link.adjacencies.get(key);
    link.adjacencies.delete(adjacency.key);
    adjacency.key = key;
    adjacency.provisional = false;
    link.adjacencies.set(key, adjacency);
    if (old !== undefined && old !== adjacency) this.#options.control.forget(old, 0);
    this.#tellSoon(link, now);
  }

  /** Another node is behind a port whose neighbour is silent: the link forgets that one, and finds the other. */
  release(adjacency: Adjacency, now: Instant): void {
    this.#remove(adjacency, now);
    this.tellNeighbours(adjacency.link);
  }

  /** Tells a link its neighbours, whole. */
  tellNeighbours(link: NodeLink): void {
    const wanted = new Map<string, WantedNeighbour>();
    const elsewhere = this.#elsewhere(link);
    for (const peer of this.#options.peers()) {
      for (const { link: name, address } of peer.links) {
        if (name !== link.name || elsewhere.has(nodeKeyOf(peer.publicKey))) continue;
        const adjacency = link.adjacencies.get(peer.id);
        wanted.set(peer.id, wantedNeighbour(peer.id, address ?? "", adjacency));
      }
    }
    for (const adjacency of link.adjacencies.values()) {
      if (adjacency.neighbour === undefined || wanted.has(adjacency.key)) continue;
      wanted.set(adjacency.key, wantedNeighbour(adjacency.key, "", adjacency));
    }
    for (const sought of this.#options.straight.wanted(link)) {
      const { port = 0 } = wanted.get(sought.key) ?? {};
      wanted.set(sought.key, { ...sought, port });
    }
    const list = [...wanted.values()];
    const told = this.#told.get(link);
    // A link that announces its ports after every list, and a node that answers each with a list, would never stop.
    if (told !== undefined && sameNeighbours(told, list)) return;
    this.#told.set(link, list);
    this.#options.host.setNeighbours(link.name, list);
  }

  nextTimeout(): Instant | undefined {
    let next: Instant | undefined;
    for (const since of this.#awaySince.values()) next = earlier(next, since + LINK_RETURN_MS);
    for (const { dueAt } of this.#waiting.values()) next = earlier(next, dueAt);
    for (const dueAt of this.#untold.values()) next = earlier(next, dueAt);
    return next;
  }

  /** Tells links of neighbours that were found. */
  turn(now: Instant): void {
    for (const [link, dueAt] of this.#untold) {
      if (now < dueAt) continue;
      this.#untold.delete(link);
      this.#toldAt.set(link, now);
      this.tellNeighbours(link);
    }
  }

  /** Takes the lists that waited, and forgets the adjacencies of links that did not return. */
  handleTimeout(now: Instant): void {
    for (const [link, { announced, dueAt }] of this.#waiting) {
      if (now < dueAt) continue;
      this.#waiting.delete(link);
      this.announce(link, announced, now);
    }
    this.turn(now);
    for (const [link, since] of this.#awaySince) {
      if (now < since + LINK_RETURN_MS) continue;
      this.#awaySince.delete(link);
      for (const adjacency of link.adjacencies.values()) this.#remove(adjacency, now);
    }
  }

  /** A neighbour was found: many may be, one after another, and each list names all. */
  #tellSoon(link: NodeLink, now: Instant): void {
    if (!this.#untold.has(link)) this.#untold.set(link, (this.#toldAt.get(link) ?? -Infinity) + LIST_PAUSE_MS);
    this.turn(now);
  }

  #announceNow(link: NodeLink, announced: readonly AnnouncedPort[], now: Instant): void {
    this.#awaySince.delete(link);
    this.#waiting.delete(link);
    link.ports.length = 0;
    const present = new Set<Adjacency>();
    for (const port of announced) {
      if (!this.#isCarrying(link, port, now)) continue;
      const adjacency = this.#adjacencyOf(link, port, now);
      if (adjacency === undefined) {
        this.#waiting.set(link, { announced, dueAt: now + NEW_PORTS_AGAIN_MS });
        continue;
      }
      this.#apply(adjacency, port, now);
      present.add(adjacency);
    }
    for (const adjacency of link.adjacencies.values()) if (!present.has(adjacency)) this.#remove(adjacency, now);
    this.tellNeighbours(link);
  }

  /** The adjacency of a port; `undefined`: it is one new port too many for now, and the list will be looked at again. */
  #adjacencyOf(link: NodeLink, port: AnnouncedPort, now: Instant): Adjacency | undefined {
    const known = link.adjacencies.get(port.key);
    if (known !== undefined) return known;
    if (!link.newPorts.take(1, now)) {
      link.conduct.note("ports-created", now);
      return undefined;
    }
    const random = new Uint8Array(TOKEN_OCTETS + 4);
    this.#options.host.randomFill(random);
    const token = this.#options.straight.tokenOf(link, port.key) ?? tokenFrom(random);
    const adjacency = new Adjacency(link, port.key, token, viewOf(random).getUint32(TOKEN_OCTETS) || 1);
    link.adjacencies.set(port.key, adjacency);
    return adjacency;
  }

  /** Whether a port can be used: its number is one, and QUIC fits. */
  #isCarrying(link: NodeLink, { port, up, mtu }: AnnouncedPort, now: Instant): boolean {
    if (port < 1 || port > 0xffff) return false;
    const { portMtuMin: least, host } = this.#options;
    if (!up || mtu >= least) return true;
    link.conduct.note("port-refused", now);
    host.log("warn", "port-refused", { link: link.name, port, mtu, least });
    return false;
  }

  /** Copies what the link says. */
  #apply(adjacency: Adjacency, port: AnnouncedPort, now: Instant): void {
    adjacency.port = port.port;
    const wasUp = adjacency.portUp;
    adjacency.portUp = port.up;
    adjacency.mtu = port.mtu;
    adjacency.segmentMtu = port.segmentMtu === 0 ? port.mtu : Math.min(port.segmentMtu, port.mtu);
    const isElsewhere = adjacency.address !== port.address;
    adjacency.address = port.address;
    if (isElsewhere) this.#options.control.handleMoved(adjacency, now);
    adjacency.provisional = port.provisional;
    adjacency.problem = port.problem ?? "";
    adjacency.link.ports[port.port] = adjacency;
    if (wasUp && !port.up) this.#options.control.handlePortDown(adjacency, now);
    if (!wasUp && port.up) this.#options.control.handlePortUp(adjacency, now);
    this.#dial(adjacency);
    if (adjacency.neighbour) this.#options.topology.updateNeighbour(adjacency.neighbour, now);
  }

  /** Dials the peer that the port leads to, if its address is ours to know. */
  #dial(adjacency: Adjacency): void {
    const peer = this.#isDialled(adjacency) ? this.#peerWith(adjacency.key) : undefined;
    const neighbour = peer && this.#options.topology.neighbours.get(nodeKeyOf(peer.publicKey));
    if (neighbour !== undefined) this.#options.control.dial(adjacency, neighbour);
  }

  /** Node keys of peers that are adjacent under another key of theirs: both would be told with one address. */
  #elsewhere({ adjacencies }: NodeLink): ReadonlySet<string> {
    const changing = this.#options.peers().filter(({ replaces }) => replaces !== undefined);
    const elsewhere = new Set<string>();
    if (changing.length === 0) return elsewhere;
    const adjacent = new Map(
      [...adjacencies.values()].flatMap((one) => (one.neighbour === undefined ? [] : [[one.neighbour.key, one]])),
    );
    for (const { publicKey, replaces = "" } of changing) {
      const key = nodeKeyOf(publicKey);
      if (adjacent.has(key)) elsewhere.add(replaces);
      else if (adjacent.get(replaces)?.alive === true) elsewhere.add(key);
    }
    return elsewhere;
  }

  #isDialled({ key, link, portUp }: Adjacency): boolean {
    if (portUp && this.#options.straight.isSought(link, key)) return true;
    const links = this.#peerWith(key)?.links ?? [];
    return links.some((way) => way.link === link.name && way.address !== undefined);
  }

  #peerWith(id: string): PeerSettings | undefined {
    const peers = this.#options.peers();
    // As many are looked up at once as there are peers.
    if (this.#byId?.peers !== peers) this.#byId = { peers, map: new Map(peers.map((peer) => [peer.id, peer])) };
    return this.#byId.map.get(id);
  }

  /** The peer behind it was removed: what it sends through this port is a stranger's from now on. */
  #dismiss(adjacency: Adjacency, now: Instant): void {
    this.#options.control.dismiss(adjacency, now);
    this.#remove(adjacency, now);
  }

  #remove(adjacency: Adjacency, now: Instant): void {
    this.#options.control.sendDown(adjacency);
    if (adjacency.link.ports[adjacency.port] === adjacency) adjacency.link.ports[adjacency.port] = undefined;
    adjacency.detachPort();
    adjacency.link.adjacencies.delete(adjacency.key);
    this.#options.control.forget(adjacency, now);
    if (adjacency.neighbour) this.#options.topology.updateNeighbour(adjacency.neighbour, now);
  }

  #tellDown(adjacency: Adjacency, now: Instant): void {
    this.#options.control.sendDown(adjacency);
    if (adjacency.neighbour) this.#options.topology.updateNeighbour(adjacency.neighbour, now);
  }

  #idOf(neighbour: Neighbour): string {
    return encodeNodeId(neighbour.publicKey);
  }
}

function uses({ links }: PeerSettings, { name }: NodeLink): boolean {
  return links.some(({ link }) => link === name);
}

function idOf({ after }: PeerChanges["changed"][number]): string {
  return after.id;
}

function sameNeighbours(a: readonly WantedNeighbour[], b: readonly WantedNeighbour[]): boolean {
  return a.length === b.length && a.every((one, index) => sameNeighbour(one, b[index]));
}

function sameNeighbour(a: WantedNeighbour, b: WantedNeighbour | undefined): boolean {
  if (b === undefined || a.key !== b.key || a.address !== b.address || a.port !== b.port) return false;
  if (a.round !== b.round) return false;
  return a.token.length === b.token.length && a.token.every((octet, index) => octet === b.token[index]);
}

function wantedNeighbour(id: string, address: string, adjacency: Adjacency | undefined): WantedNeighbour {
  const token = new Uint8Array(TOKEN_OCTETS);
  if (adjacency !== undefined) writeToken(viewOf(token), 0, adjacency.localToken);
  const authenticated = adjacency?.neighbour !== undefined;
  return {
    key: id,
    address,
    token: authenticated ? token : new Uint8Array(0),
    port: authenticated ? (adjacency?.port ?? 0) : 0,
    peer: id,
  };
}
