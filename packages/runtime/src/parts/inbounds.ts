import type { Config, InboundConfig } from "@flor/config";
import { UDP_INBOUND } from "@flor/inbounds";
import type { InboundStatus } from "@flor/node";
import type { RunningInbound } from "../inbounds.ts";
import { matchInbounds } from "../reload/reload-plan.ts";
import type { LivePart, Preparation } from "./live-part.ts";

/** The inbounds of a running node. */
export class Inbounds implements LivePart {
  readonly #open: (config: InboundConfig) => Promise<RunningInbound>;
  #running: readonly RunningInbound[] = [];
  /** They take no more clients, and keep those they have. */
  readonly #closing: RunningInbound[] = [];

  /** @param open listens; throws an Error that says what to do */
  constructor(open: (config: InboundConfig) => Promise<RunningInbound>) {
    this.#open = open;
  }

  /** Those that take clients. */
  get running(): readonly RunningInbound[] {
    return this.#running;
  }

  /** TCP ports that this node listens on. */
  get ports(): readonly number[] {
    return this.#portsOf((kind) => kind !== UDP_INBOUND);
  }

  /** UDP ports that this node listens on. */
  get udpPorts(): readonly number[] {
    return this.#portsOf((kind) => kind === UDP_INBOUND);
  }

  #portsOf(isWanted: (kind: string) => boolean): readonly number[] {
    return this.#running.filter((one) => isWanted(one.status().kind)).map(({ listener }) => listener.port);
  }

  status(): readonly InboundStatus[] {
    return this.#running.map((inbound) => inbound.status());
  }

  async prepare({ inbounds }: Config): Promise<Preparation> {
    const { pairs, removed } = matchInbounds(this.#running, inbounds, ({ place }) => place);
    const opened = new Map<InboundConfig, RunningInbound>();
    const abandon = async (): Promise<void> => {
      await Promise.all(Array.from(opened.values(), ({ listener }) => listener.close()));
    };
    try {
      for (const [running, config] of pairs) if (running === undefined) opened.set(config, await this.#open(config));
    } catch (error) {
      await abandon();
      throw error;
    }
    const commit = async (): Promise<void> => {
      this.#running = pairs.flatMap(([running, config]) => {
        running?.change(config);
        return running ?? opened.get(config) ?? [];
      });
      for (const { listener } of removed) listener.stopAccepting();
      this.#closing.push(...removed);
    };
    return { commit, abandon };
  }

  /** Ends all their clients. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#running, ...this.#closing].map(({ listener }) => listener.close()));
  }
}
