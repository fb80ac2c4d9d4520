import { isDeepStrictEqual } from "node:util";
import type { Config, MetricsConfig } from "@flor/config";
import type { MetricsPlace, NodeStatus } from "@flor/node";
import { type MetricsListener, openMetricsListener } from "../metrics/metrics-listener.ts";
import { isInTheWay, listensOf } from "./in-the-way.ts";
import type { LivePart, Preparation } from "./live-part.ts";

/** A listener, and the configuration that it looks at with each request. */
interface Opened {
  config: MetricsConfig;
  readonly listener: MetricsListener;
}

/** Where a running node's metrics are read. */
export class Metrics implements LivePart {
  readonly #status: () => NodeStatus;
  #open: Opened | undefined;

  /** @param status what the metrics say */
  constructor(status: () => NodeStatus) {
    this.#status = status;
  }

  /** The TCP port that it listens on; none where there is no listener, or a Unix socket. */
  get ports(): readonly number[] {
    const port = this.#open?.listener.port ?? 0;
    return port === 0 ? [] : [port];
  }

  /** Where it listens; `undefined`: nowhere. */
  get place(): MetricsPlace | undefined {
    if (this.#open === undefined) return undefined;
    const { config, listener } = this.#open;
    return { address: "path" in config.listen ? config.listen.path : config.listen.address, port: listener.port };
  }

  async makeRoom(wanted: Pick<Config, "inbounds" | "metrics">): Promise<() => Promise<void>> {
    const open = this.#open;
    const stays = (): boolean => isDeepStrictEqual(wanted.metrics?.listen, open?.config.listen);
    if (open === undefined || stays() || !isInTheWay(open.config.listen, listensOf(wanted, "tcp")))
      return async () => {};
    // It is none any more, so that the next reload opens one even where this one can neither open nor go back.
    await this.close();
    return async () => void (this.#open = await this.#openFor(open.config));
  }

  async prepare({ metrics: wanted }: Pick<Config, "metrics">): Promise<Preparation> {
    const open = this.#open;
    const abandon = async (): Promise<void> => {};
    if (wanted === undefined) return { commit: () => this.close(), abandon };
    if (open !== undefined && isDeepStrictEqual(wanted.listen, open.config.listen))
      return { commit: async () => void (open.config = wanted), abandon };
    const opened = await this.#openFor(wanted);
    const commit = async (): Promise<void> => {
      this.#open = opened;
      await open?.listener.close();
    };
    return { commit, abandon: () => opened.listener.close() };
  }

  async #openFor(config: MetricsConfig): Promise<Opened> {
    const own = { config };
    const listener = await openMetricsListener(() => own.config, this.#status);
    return Object.assign(own, { listener });
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.listener.close();
  }
}
