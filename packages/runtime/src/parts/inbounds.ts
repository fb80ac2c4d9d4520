import type { Config, InboundConfig } from "@flor/config";
import { UDP_INBOUND } from "@flor/inbounds";
import type { InboundStatus } from "@flor/node";
import type { RunningInbound } from "../inbounds.ts";
import { matchInbounds } from "../reload/reload-plan.ts";
import { isInTheWay, listensOf, protocolOf } from "./in-the-way.ts";
import { type LivePart, type Preparation, textOf, withFailure } from "./live-part.ts";

/** The inbounds of a running node. */
export class Inbounds implements LivePart {
  readonly #open: (config: InboundConfig) => Promise<RunningInbound>;
  #running: readonly RunningInbound[] = [];
  /** They take no more clients, and keep those they have. */
  readonly #closing = new Set<RunningInbound>();

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

  async makeRoom(wanted: Pick<Config, "inbounds" | "metrics">): Promise<() => Promise<void>> {
    const { removed } = matchInbounds(this.#running, wanted.inbounds, ({ place }) => place);
    const stopped = removed.filter(
      ({ isHanded, config: { kind, listen } }) => !isHanded && isInTheWay(listen, listensOf(wanted, protocolOf(kind))),
    );
    for (const inbound of stopped) this.#stop(inbound);
    return () => this.#openAgain(stopped);
  }

  async prepare({ inbounds }: Pick<Config, "inbounds">): Promise<Preparation> {
    const { pairs, removed } = matchInbounds(this.#running, inbounds, ({ place }) => place);
    const opened = new Map<InboundConfig, RunningInbound>();
    const abandon = async (): Promise<void> => {
      await Promise.all(Array.from(opened.values(), ({ listener }) => listener.close()));
    };
    try {
      for (const [running, config] of pairs) if (running === undefined) opened.set(config, await this.#open(config));
    } catch (error) {
      throw await withFailure(error, abandon);
    }
    const commit = async (): Promise<void> => {
      this.#running = pairs.flatMap(([running, config]) => {
        running?.change(config);
        return running ?? opened.get(config) ?? [];
      });
      for (const inbound of removed) this.#stop(inbound);
    };
    return { commit, abandon };
  }

  /** Takes no more clients; those that are there stay. */
  #stop(inbound: RunningInbound): void {
    if (this.#closing.has(inbound)) return;
    for (const one of this.#closing) if (one.listener.connections === 0) this.#closing.delete(one);
    inbound.listener.stopAccepting();
    this.#closing.add(inbound);
  }

  /**
   * Inbounds that made room in vain listen where they did; their clients stay. One that cannot does not run any more: the
   * next reload opens it.
   */
  async #openAgain(stopped: Iterable<RunningInbound>): Promise<void> {
    const problems: string[] = [];
    for (const inbound of stopped) {
      const again = await this.#open(inbound.config).catch((error: unknown) => {
        problems.push(textOf(error));
        return undefined;
      });
      this.#running = this.#running.flatMap((one) => (one === inbound ? (again ?? []) : one));
    }
    if (problems.length > 0) throw new Error(problems.join("; moreover, "));
  }

  /** Ends all their clients. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#running, ...this.#closing].map(({ listener }) => listener.close()));
  }
}
