/** The part that one simulated node has in crossings: the product's, with its labels bound and its paths as they are. */
import { type AreaDoors, Areas, type AreaSettings, type ForeignHost, type Room } from "@flor/areas";
import { verifySignature } from "@flor/host";
import { IncomingLabelMap } from "@flor/label";
import type { Path } from "@flor/link-state";
import type { Instant } from "@flor/machine";
import type { SimNode } from "../sim-node.ts";
import type { Way } from "../sim-paths.ts";

/** Behind those of adjacencies. */
const FIRST_BOUND_LABEL = 4096;

/** What stands around it. */
export interface AreaNodeOptions {
  readonly send: AreaDoors["send"];
  readonly random: () => number;
  readonly now: () => Instant;
  readonly unixMs: () => number;
}

/** See the head of this file. */
export class AreaNode {
  readonly node: SimNode;
  readonly areas: Areas;
  /** Hosts of other areas that frames go to, by their names. */
  readonly hosts: Map<string, ForeignHost> = new Map();
  /** Why hosts are not reached, by their names, the last time. */
  readonly refused: Map<string, string> = new Map();
  /** Told when the way to a host is another. */
  handleHost: (host: ForeignHost) => void = () => {};
  readonly #labels = new IncomingLabelMap<{ readonly peer: string; readonly label: number }>(FIRST_BOUND_LABEL);
  readonly #now: () => Instant;
  readonly #paths = new Map<string, Path | undefined>();
  #version = -1;

  constructor(node: SimNode, settings: AreaSettings, { send, random, now, unixMs }: AreaNodeOptions) {
    this.node = node;
    this.#now = now;
    const doors: AreaDoors = {
      send,
      wayTo: (peer) => roomOf(this.pathTo(peer)),
      bind: (way, at) => this.#labels.bind({ nextHop: way, push: [] }, at),
      release: (label, at) => this.#labels.release(label, at),
      isInUse: (key) => [...this.hosts.values()].some((host) => host.key === key),
    };
    const observer = {
      handleForeign: (host: ForeignHost) => {
        this.hosts.set(host.name, host);
        this.handleHost(host);
        return undefined;
      },
      handleForeignGone: ({ name }: ForeignHost) => void this.hosts.delete(name),
      handleRefused: (name: string, { text }: { readonly text: string }) => void this.refused.set(name, text),
    };
    const options = { ownKey: node.key, unixMs, verify: verifySignature, random, doors, observer };
    this.areas = new Areas(options, settings);
    node.boundWay = (label) => {
      const bound = this.#labels.lookup(label)?.nextHop;
      return bound && this.#wayBy(bound.peer, bound.label);
    };
  }

  /** Labels that are bound to crossings. */
  get labels(): number {
    return [...this.#labels.entries()].length;
  }

  /** The path in use to a peer; `undefined`: there is none. */
  pathTo(peer: string): Path | undefined {
    const { paths } = this.node;
    const computed = paths.at(this.#now());
    if (this.#version !== paths.version) this.#paths.clear();
    this.#version = paths.version;
    if (!this.#paths.has(peer)) this.#paths.set(peer, computed.to(peer)[0]);
    return this.#paths.get(peer);
  }

  /** Where frames for a host of another area go. */
  wayTo(name: string): Way | undefined {
    const way = this.hosts.get(name)?.way;
    return way && this.#wayBy(way.peer, way.label);
  }

  /** Time passes. */
  turn(now: Instant): void {
    if (this.#version !== this.node.paths.countAt(now))
      for (const peer of this.#peers()) this.areas.handlePathChanged(peer, now);
    if ((this.areas.nextTimeout() ?? Infinity) <= now) this.areas.handleTimeout(now);
  }

  /** A path to a peer, with its last label replaced. */
  #wayBy(peer: string, label: number): Way | undefined {
    const path = this.pathTo(peer);
    if (path === undefined || label === 0) return path;
    return { firstHop: path.firstHop, stack: [...path.stack.slice(0, -1), label] };
  }

  #peers(): ReadonlySet<string> {
    return new Set([...this.areas.crossings.all].flatMap(({ up, down }) => [up?.peer ?? [], down?.peer ?? []].flat()));
  }
}

function roomOf(path: Path | undefined): Room | undefined {
  return path && { whole: path.payloadMtu, unsegmented: path.unsegmentedPayloadMtu };
}
