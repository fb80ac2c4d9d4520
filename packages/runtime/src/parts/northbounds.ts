import type { Config, NorthboundConfig } from "@flor/config";
import type { LayerStatus, Northbound } from "@flor/node";
import { layersAsOne, layersBeneath } from "../northbound/layers-beneath.ts";
import { NorthboundServer, type NorthboundServerOptions } from "../northbound/northbound-server.ts";
import { changeGroup, type NorthboundSocket, northboundSocketOf } from "../northbound/northbound-socket.ts";
import type { RunningLink } from "../links/running-link.ts";
import type { LivePart, Preparation } from "./live-part.ts";

/** What northbounds are made of. */
export interface NorthboundsOptions extends Omit<
  NorthboundServerOptions,
  "northbound" | "socket" | "layers" | "ancestry"
> {
  readonly links: ReadonlyMap<string, RunningLink>;
  readonly ancestry: () => readonly Uint8Array[];
}

/** A network that is served. */
interface Served {
  readonly northbound: Northbound;
  readonly server: NorthboundServer;
  /** Where, and for whom. */
  socket: NorthboundSocket;
}

/** The networks that a running node serves nodes above it. */
export class Northbounds implements LivePart {
  readonly #options: NorthboundsOptions;
  #served: ReadonlyMap<string, Served> = new Map();

  constructor(options: NorthboundsOptions) {
    this.#options = options;
  }

  /** Other nodes are beneath this one now. */
  handleAncestryChanged(): void {
    for (const { server } of this.#served.values()) server.handleAncestryChanged();
  }

  /** What the layers beneath add and carry changed. */
  handleLayersChanged(): void {
    for (const { server } of this.#served.values()) server.handleLayersChanged();
  }

  async prepare({ northbounds }: Config): Promise<Preparation> {
    const wanted = new Map<string, Served>();
    const undo: (() => Promise<void> | void)[] = [];
    const abandon = async (): Promise<void> => {
      for (const step of undo.toReversed()) await step();
    };
    try {
      for (const config of northbounds) wanted.set(config.name, await this.#prepare(config, undo));
    } catch (error) {
      await abandon();
      throw error;
    }
    const commit = async (): Promise<void> => {
      const gone = [...this.#served].filter(([name, served]) => wanted.get(name) !== served);
      this.#served = wanted;
      await Promise.all(
        gone.map(([, served]) => this.#close(served, "its network is no longer served, or is served elsewhere")),
      );
    };
    return { commit, abandon };
  }

  async close(): Promise<void> {
    await Promise.allSettled(Array.from(this.#served.values(), ({ server }) => server.close("the lower node stops")));
  }

  /** What serves a network from now on: what serves it now, if that can be; `undo` learns what takes it back. */
  async #prepare(config: NorthboundConfig, undo: (() => Promise<void> | void)[]): Promise<Served> {
    const known = this.#served.get(config.name);
    const socket = northboundSocketOf(this.#options.node.settings.name, config);
    if (known === undefined || known.socket.path !== socket.path) {
      const served = await this.#open(config.name, socket, known?.northbound);
      undo.push(() => this.#close(served, "it is not served after all"));
      return served;
    }
    const before = known.socket;
    if (before.group === socket.group) return known;
    changeGroup(socket);
    known.socket = socket;
    undo.push(() => {
      known.socket = before;
      changeGroup(before);
    });
    return known;
  }

  async #open(network: string, socket: NorthboundSocket, known: Northbound | undefined): Promise<Served> {
    const { node, links, ...shared } = this.#options;
    const northbound = known ?? node.northbounds.add(network);
    const layers = (): readonly LayerStatus[] => {
      const all = layersBeneath(node.settings.name, northbound, links);
      // Members of a group are other users: what this user's nodes stand on is not theirs to know.
      return (served?.socket ?? socket).group === undefined ? all : layersAsOne(all);
    };
    let served: Served | undefined = undefined as Served | undefined;
    try {
      const server = await NorthboundServer.open({ ...shared, node, northbound, socket, layers });
      served = { northbound, server, socket };
      return served;
    } catch (error) {
      if (known === undefined) node.northbounds.remove(northbound);
      throw error;
    }
  }

  /** The network goes with its last server. */
  async #close({ northbound, server }: Served, reason: string): Promise<void> {
    await server.close(reason);
    const isServed = [...this.#served.values()].some((other) => other.northbound === northbound);
    if (!isServed) this.#options.node.northbounds.remove(northbound);
  }
}
