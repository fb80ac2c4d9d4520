import { earlier, type Instant } from "@flor/machine";
import type { FrameSink } from "./frame-door.ts";
import { Northbound, type NorthboundOptions } from "./northbound.ts";

/** What every northbound of a node needs. */
export interface NodeNorthboundsOptions extends Omit<NorthboundOptions, "network"> {
  /** It is `now`, and the node has something to do. */
  readonly touch: (now: Instant) => void;
}

/** The networks that nodes above may attach to. */
export class NodeNorthbounds {
  readonly #options: NodeNorthboundsOptions;
  #all: readonly Northbound[] = [];

  constructor(options: NodeNorthboundsOptions) {
    this.#options = options;
  }

  /** As they are now. */
  get all(): readonly Northbound[] {
    return this.#all;
  }

  /** Serves nodes above another network. */
  add(network: string): Northbound {
    const { touch: _, ...shared } = this.#options;
    const northbound = new Northbound({ ...shared, network });
    this.#all = [...this.#all, northbound];
    return northbound;
  }

  /** The network is served no more; no node above is attached to it. */
  remove(northbound: Northbound): void {
    northbound.close();
    this.#all = this.#all.filter((other) => other !== northbound);
    this.#options.touch(this.#options.now());
  }

  /** Where the Flor IO end of the upper node on a northbound network hands its frames. */
  sinkOf(northbound: Northbound): FrameSink {
    const { touch } = this.#options;
    return {
      handleFrames: (octets, view, offset, end, now) => {
        touch(now);
        northbound.handleFrames(octets, view, offset, end, now);
      },
    };
  }

  nextTimeout(): Instant | undefined {
    let next: Instant | undefined;
    for (const northbound of this.#all) next = earlier(next, northbound.nextTimeout());
    return next;
  }

  handleTimeout(now: Instant): void {
    for (const northbound of this.#all) northbound.handleTimeout(now);
  }

  flush(): void {
    for (const northbound of this.#all) northbound.flush();
  }
}
