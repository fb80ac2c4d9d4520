import { isDeepStrictEqual } from "node:util";
import type { Config, LinkConfig } from "@flor/config";
import type { FlorNode, LinkStatus, WantedNeighbour } from "@flor/node";
import { vacate } from "../links/link-control.ts";
import { needsCredentials } from "../links/link-settings.ts";
import type { RunningLink } from "../links/running-link.ts";
import type { LivePart, Preparation } from "./live-part.ts";

/** What links are made of. */
export interface LinksOptions {
  readonly node: FlorNode;
  readonly create: (link: LinkConfig) => RunningLink;
}

/** The links of a running node. */
export class Links implements LivePart {
  /** By name. */
  readonly running: Map<string, RunningLink> = new Map();
  readonly #options: LinksOptions;
  #configs: ReadonlyMap<string, LinkConfig> = new Map();

  constructor(options: LinksOptions) {
    this.#options = options;
  }

  status(): readonly LinkStatus[] {
    return Array.from(this.running.values(), (link) => link.status());
  }

  setNeighbours(name: string, wanted: readonly WantedNeighbour[]): void {
    this.running.get(name)?.setNeighbours(wanted);
  }

  async prepare({ links }: Config): Promise<Preparation> {
    return { commit: () => this.#apply(new Map(links.map((link) => [link.name, link]))), abandon: async () => {} };
  }

  /** The node has another key: links that it vouches for begin again with what it says now. */
  async renewCredentials(): Promise<void> {
    const vouched = [...this.#configs.values()].filter((link) => "settings" in link && needsCredentials(link));
    await Promise.all(vouched.map((link) => this.#change(link, true)));
  }

  /** Ends all their processes. */
  async close(): Promise<void> {
    await Promise.allSettled(Array.from(this.running.values(), (link) => link.stop()));
  }

  async #apply(wanted: ReadonlyMap<string, LinkConfig>): Promise<void> {
    const before = this.#configs;
    this.#configs = wanted;
    // New ones first: what leaves a link that goes finds them.
    for (const link of wanted.values()) if (!before.has(link.name)) this.#add(link);
    const gone = [...before.keys()].filter((name) => !wanted.has(name));
    const changed = [...wanted.values()].filter((link) => {
      const old = before.get(link.name);
      return old !== undefined && !isDeepStrictEqual(old, link);
    });
    await Promise.all([
      ...gone.map((name) => this.#remove(name)),
      ...changed.map((link) => this.#change(link, isSameToNode(link, before.get(link.name)))),
    ]);
  }

  #add(link: LinkConfig): void {
    this.#options.node.links.add(link.name, link.kind, link.helloMs);
    this.#start(link);
  }

  #start(link: LinkConfig): void {
    const running = this.#options.create(link);
    this.running.set(link.name, running);
    running.start();
  }

  /** Its flows move to other links first, where there are any. */
  async #remove(name: string): Promise<void> {
    const link = this.running.get(name);
    if (link === undefined) return;
    await vacate(link);
    await link.stop();
    this.running.delete(name);
    this.#options.node.links.remove(name, performance.now());
  }

  /** Another process takes its place; adjacencies wait for it, unless the node must take it for another one. */
  async #change(link: LinkConfig, isSame: boolean): Promise<void> {
    if (!isSame) {
      await this.#remove(link.name);
      return this.#add(link);
    }
    const running = this.running.get(link.name);
    if (running === undefined) return;
    // One that people stopped stays so.
    const isStopped = running.status().state === "stopped";
    await vacate(running);
    await running.stop();
    if (!isStopped) return this.#start(link);
    this.running.set(link.name, this.#options.create(link));
  }
}

/** Neighbours are told how often hellos go when they meet. */
function isSameToNode(link: LinkConfig, old: LinkConfig | undefined): boolean {
  return old?.kind === link.kind && old.helloMs === link.helloMs;
}
