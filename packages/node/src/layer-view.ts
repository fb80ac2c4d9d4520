/** Reads what a node knows of its layer into the values of seen.ts. */
import { type LinkStateEdge, octetsOfHex, type OwnEdge, type Path, signatureOf } from "@flor/link-state";
import type { Instant } from "@flor/machine";
import { encodeNodeId } from "@flor/quic";
import { foreignStatusOf } from "./areas/area-status.ts";
import type { FlorNode } from "./flor-node.ts";
import type { Neighbour } from "./neighbour.ts";
import type { RefusedWay, SeenEdge, SeenHop, SeenLayer, SeenNode, SeenPath, SeenPaths } from "./seen.ts";

/** Characters of an id that tell it from others. */
const ID_PREFIX_MIN = 9;
const ID_SHOWN = 11;
/** Printable ids that are kept: each takes a tenth of a millisecond to make. */
const IDS_MAX = 8192;
/** A person reads them. */
const NAMES_LISTED_MAX = 16;

/** No such node, or several: whoever asked has to name another. */
export class UnknownNameError extends Error {
  override readonly name = "UnknownNameError";
  /** For the control socket. */
  readonly code = "unknown-name";
}

/** What a node sees of its layer. */
export class LayerView {
  readonly #node: FlorNode;
  readonly #ids = new Map<string, string>();

  constructor(node: FlorNode) {
    this.#node = node;
  }

  /**
   * The node key of a peer's name, or of a node's id or the beginning of one.
   *
   * @throws UnknownNameError that says which names there are
   */
  keyOf(text: string): string {
    const peer = this.#node.sessions.named(text);
    if (peer !== undefined) return peer.key;
    if (this.#isSelf(text)) throw new UnknownNameError(`${text} is this node itself: name one of its peers`);
    const found = text.length < ID_PREFIX_MIN ? [] : this.#keys().filter((key) => this.#idOf(key).startsWith(text));
    if (found.length === 1 && found[0] !== undefined) return found[0];
    if (found.length > 1) throw new UnknownNameError(`several nodes have an id that begins with ${text}`);
    if (this.#node.areas.areas.isForeignName(text))
      throw new Error(`no way leads to ${text} now: flor doctor ${text} asks for one, and says why there is none`);
    const names = [...this.#node.sessions.peers.values()].map(({ settings }) => settings.name);
    throw new UnknownNameError(`this node does not know ${JSON.stringify(text)}; its peers are ${listText(names)}`);
  }

  #isSelf(text: string): boolean {
    if (text === this.#node.settings.name) return true;
    return text.length >= ID_PREFIX_MIN && this.#idOf(this.#ownKey).startsWith(text);
  }

  /** As the configuration calls a node, or the beginning of its id. */
  nameOf(key: string): string {
    return this.#listedName(key) ?? this.#idOf(key).slice(0, ID_SHOWN);
  }

  /** The network of others that a host is of; `undefined`: it is no such host. */
  foreignNetworkOf(key: string): string | undefined {
    return this.#node.sessions.peers.get(key)?.settings.network;
  }

  /** The node key of the peer that leads to a host of another network; `undefined`: none does, or it is no such host. */
  gatewayTo(key: string): string | undefined {
    return this.#node.areas.areas.hosts.get(key)?.way?.peer;
  }

  /** All that is known of the layer. */
  layer(): SeenLayer {
    const keys = this.#keys();
    const paths = this.#node.topology.peerPaths;
    const nodes = [this.#ownKey, ...keys].map((key) => this.#nodeOf(key));
    const own = [...this.#node.topology.neighbours.values()].flatMap((neighbour) => this.#ownEdge(neighbour) ?? []);
    const told = [...this.#node.topology.database.entries()].filter(
      ({ origin }) => !this.#node.topology.linkState.isOwn(origin),
    );
    const edges = told.flatMap(({ origin, edges: of }) => of.map((edge) => this.#toldEdge(origin, edge)));
    const pathOf = (key: string): readonly string[] => (paths.cheapest(key)?.hops ?? []).map((hop) => this.#idOf(hop));
    return {
      nodes,
      edges: [...own, ...edges],
      paths: Object.fromEntries(keys.map((key) => [this.#idOf(key), pathOf(key)])),
    };
  }

  /** The paths to a peer. */
  paths(key: string, now: Instant): SeenPaths {
    if (this.foreignNetworkOf(key) !== undefined) return this.#foreignPaths(key, now);
    const { peerPaths } = this.#node.topology;
    const inUse = peerPaths.inUse(key);
    const peer = this.#node.sessions.peers.get(key);
    const avoided = peerPaths.avoided(key, now);
    const refused = this.#refused(key);
    const others = peerPaths.others(key).flatMap((path) => {
      const seen = this.path(path);
      return seen === undefined ? [] : { ...seen, carriedNothing: avoided.includes(signatureOf(path)) };
    });
    return {
      peer: this.nameOf(key),
      id: this.#idOf(key),
      inUse: inUse && this.path(inUse.path),
      // Of those that were weighed it may be the only one, and there are dearer ones.
      reason: inUse?.reason === "only" && others.length > 0 ? "cheapest" : inUse?.reason,
      reach: peer && this.#node.straight.status(peer),
      ...(refused && { refused }),
      others,
    };
  }

  /** A path to the gateway of a host of another network, with what crosses all the way to that host. */
  throughGateway(key: string, path: SeenPath): SeenPath {
    const whole = this.#node.sessions.peers.get(key)?.path;
    if (whole === undefined) return path;
    return { ...path, payloadOctets: whole.payloadMtu, unsegmentedPayloadOctets: whole.unsegmentedPayloadMtu };
  }

  #refused(key: string): RefusedWay | undefined {
    const refused = this.#node.topology.peerPaths.refused(key);
    if (refused === undefined) return undefined;
    const path = refused.path && this.path(refused.path);
    return { by: refused.by.map((hop) => this.nameOf(hop)), ...(path && { path }) };
  }

  #foreignPaths(key: string, now: Instant): SeenPaths {
    const gateway = this.gatewayTo(key);
    const peer = this.#node.sessions.peers.get(key);
    const foreign = peer && foreignStatusOf(this.#node, peer, now);
    const own = { peer: this.nameOf(key), id: this.#idOf(key), reach: undefined };
    if (gateway === undefined || foreign === undefined)
      return { ...own, inUse: undefined, reason: undefined, others: [] };
    const { inUse, others } = this.paths(gateway, now);
    const { network, leaseMs } = foreign;
    return {
      ...own,
      inUse: inUse && this.throughGateway(key, inUse),
      reason: inUse && "gateway",
      gateway: { name: this.nameOf(gateway), network, leaseMs },
      others,
    };
  }

  /** A path, hop by hop; `undefined`: it is gone meanwhile. */
  path({ hops, stack, cost, payloadMtu, unsegmentedPayloadMtu }: Path): SeenPath | undefined {
    const edges = this.#node.topology.peerPaths.edgesOf(hops);
    if (edges === undefined) return undefined;
    const seen = hops.flatMap((_, index) => this.#hop(hops, index, stack[index] ?? 0, edges[index]!) ?? []);
    if (seen.length < hops.length) return undefined;
    return { hops: seen, cost, payloadOctets: payloadMtu, unsegmentedPayloadOctets: unsegmentedPayloadMtu };
  }

  #hop(hops: readonly string[], index: number, label: number, edge: OwnEdge | LinkStateEdge): SeenHop | undefined {
    const key = hops[index]!;
    const before = hops[index - 1] ?? this.#ownKey;
    const neighbour = this.#node.topology.neighbours.get(key);
    const there = "label" in edge ? this.#toldEdge(before, edge) : neighbour && this.#ownEdge(neighbour);
    if (there === undefined) return undefined;
    const back = this.#node.topology.database.get(key)?.edges.find(({ neighbour: to }) => to === before);
    return {
      id: this.#idOf(key),
      name: this.#listedName(key),
      label,
      there,
      back: back && this.#toldEdge(key, back),
    };
  }

  get #ownKey(): string {
    return this.#node.topology.linkState.ownKey;
  }

  #keys(): string[] {
    return [...this.#node.topology.database.entries()]
      .map(({ origin }) => origin)
      .filter((key) => !this.#node.topology.linkState.isOwn(key));
  }

  #listedName(key: string): string | undefined {
    if (key === this.#ownKey) return this.#node.settings.name;
    return this.#node.topology.neighbours.get(key)?.name ?? this.#node.sessions.peers.get(key)?.settings.name;
  }

  #nodeOf(key: string): SeenNode {
    const isOwn = key === this.#ownKey;
    const advertised = this.#node.topology.database.get(key);
    return {
      id: this.#idOf(key),
      name: this.#listedName(key),
      leaf: advertised?.leaf ?? false,
      reachable: isOwn || this.#node.isReached(key),
      sequence: advertised?.sequence ?? 0,
    };
  }

  #ownEdge({ key, label, best }: Neighbour): SeenEdge | undefined {
    if (label === undefined) return undefined;
    return {
      from: this.#idOf(this.#ownKey),
      to: this.#idOf(key),
      up: best?.alive === true,
      label,
      cost: best?.cost.cost ?? 1,
      rttMs: best?.cost.leastRttMs,
      loss: best?.cost.loss ?? 0,
      mtuOctets: best?.mtu ?? 0,
      segmentMtuOctets: best?.segmentMtu ?? 0,
    };
  }

  #toldEdge(from: string, { neighbour, up, label, cost, rttUs, lossPpm, mtu, segmentMtu }: LinkStateEdge): SeenEdge {
    return {
      from: this.#idOf(from),
      to: this.#idOf(neighbour),
      up,
      label,
      cost,
      rttMs: rttUs === 0 ? undefined : rttUs / 1000,
      loss: lossPpm / 1e6,
      mtuOctets: mtu,
      segmentMtuOctets: segmentMtu,
    };
  }

  /** The printable id behind a node key. */
  #idOf(key: string): string {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = encodeNodeId(octetsOfHex(key));
    if (this.#ids.size >= IDS_MAX) this.#ids.clear();
    this.#ids.set(key, id);
    return id;
  }
}

function listText(names: readonly string[]): string {
  if (names.length === 0) return "none";
  const more = names.length - NAMES_LISTED_MAX;
  return `${names.slice(0, NAMES_LISTED_MAX).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
