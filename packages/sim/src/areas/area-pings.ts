/** Hosts of different areas that ask for each other and send frames there and back, all the time. */
import type { AreaSettings, ForeignHost } from "@flor/areas";
import type { Instant } from "@flor/machine";
import { travel } from "../frames.ts";
import { someOf } from "../random.ts";
import type { SimLayer } from "../sim-layer.ts";
import { AreaChannels } from "./area-channels.ts";
import { AreaNode } from "./area-node.ts";
import type { AreaPlan } from "./area-plan.ts";
import { type AreaRosters, nameOf, unixMsAt } from "./area-rosters.ts";

/** A host that asks, and one of another area. */
interface Pair {
  readonly from: AreaNode;
  readonly to: AreaNode;
  /** Names of each at the other. */
  readonly toName: string;
  readonly fromName: string;
  lostAt: Instant;
  /** Since when there is no way; -Infinity: there is one. */
  waylessAt: Instant;
  /** The longest time for which there was none. */
  waylessMs: number;
}

/** What was seen of all pairs since the last {@link AreaPings.begin}. */
export interface PingFigures {
  /** Pairs whose frames were lost for a while, and for how long: the median, the longest. */
  readonly hit: number;
  readonly medianGapMs: number;
  readonly mostGapMs: number;
  /** The longest that a host knew no way, from when it heard that its way is gone; 0: that is longer ago. */
  readonly waylessMs: number;
  /** Pairs whose frames do not come back at the end, although both run. */
  readonly silent: number;
}

/** How a first ask went. */
export interface FirstAsks {
  readonly pairs: number;
  /** Until the way is known, sessions included: the median, the longest. */
  readonly medianMs: number;
  readonly mostMs: number;
  /** There and back by that way. */
  readonly medianPingMs: number;
  readonly mostPingMs: number;
}

/** The most of any node. */
export interface CrossingState {
  readonly crossings: number;
  readonly labels: number;
}

/** See the head of this file. */
export class AreaPings {
  readonly channels: AreaChannels;
  readonly #layer: SimLayer;
  readonly #nodes = new Map<string, AreaNode>();
  readonly #pairs: readonly Pair[];
  #begunAt: Instant = 0;
  /** Only those who asked send anything. */
  #isAsked = false;

  /** @param count pairs of hosts; each has a part in one of them */
  constructor(layer: SimLayer, plan: AreaPlan, rosters: AreaRosters, count: number, random: () => number) {
    this.#layer = layer;
    this.channels = new AreaChannels(layer, (key) => this.#nodes.get(key)!);
    const make = (number: number, settings: AreaSettings): AreaNode => {
      const node = layer.node(number);
      const made: AreaNode = new AreaNode(node, settings, {
        send: (peer, side, message) => this.channels.send(made, peer, side, message),
        random,
        now: () => layer.now,
        unixMs: () => unixMsAt(layer.now),
      });
      this.#nodes.set(node.key, made);
      return made;
    };
    for (const number of plan.gateways) make(number, rosters.settingsOf(number, layer));
    this.#pairs = pairsOf(plan, count, random).map(([a, b]) => ({
      from: make(a, rosters.settingsOf(a, layer)),
      to: make(b, rosters.settingsOf(b, layer)),
      toName: nameOf(b, plan),
      fromName: nameOf(a, plan),
      lostAt: -Infinity,
      waylessAt: -Infinity,
      waylessMs: 0,
    }));
    for (const pair of this.#pairs) pair.from.handleHost = (host) => this.#handleWay(pair, host);
  }

  /** Every pair asks at once; runs until all know, at most for `forMs`. */
  ask(forMs: number): FirstAsks {
    const startedAt = this.#layer.now;
    this.#isAsked = true;
    const known = new Map<Pair, number>();
    for (const pair of this.#pairs) pair.from.areas.want(pair.toName, startedAt);
    while (known.size < this.#pairs.length && this.#layer.now < startedAt + forMs) {
      this.#step(1);
      for (const pair of this.#pairs)
        if (!known.has(pair) && pair.from.hosts.get(pair.toName)?.way !== undefined)
          known.set(pair, this.#layer.now - startedAt);
    }
    const times = [...known.values()].toSorted((a, b) => a - b);
    const pings = this.#pairs.flatMap((pair) => this.#pingMs(pair) ?? []).toSorted((a, b) => a - b);
    return {
      pairs: times.length,
      medianMs: times[times.length >> 1] ?? 0,
      mostMs: times.at(-1) ?? 0,
      medianPingMs: pings[pings.length >> 1] ?? 0,
      mostPingMs: pings.at(-1) ?? 0,
    };
  }

  /** Something is about to happen. */
  begin(): void {
    this.#begunAt = this.#layer.now;
    for (const pair of this.#pairs) {
      pair.lostAt = -Infinity;
      pair.waylessMs = 0;
    }
  }

  /** Frames go there and back for a while. */
  look(forMs: number, everyMs: number): void {
    const until = this.#layer.now + forMs;
    while (this.#layer.now < until) {
      this.#step(everyMs);
      for (const pair of this.#running()) if (this.#pingMs(pair) === undefined) pair.lostAt = this.#layer.now;
    }
  }

  figures(): PingFigures {
    const running = this.#running();
    const silent = running.filter((pair) => this.#pingMs(pair) === undefined);
    const lost = running.filter((pair) => pair.lostAt > -Infinity && !silent.includes(pair));
    const gaps = lost.map(({ lostAt }) => lostAt - this.#begunAt).toSorted((a, b) => a - b);
    return {
      hit: gaps.length,
      medianGapMs: gaps[gaps.length >> 1] ?? 0,
      mostGapMs: gaps.at(-1) ?? 0,
      waylessMs: Math.max(0, ...running.map(({ waylessMs }) => waylessMs)),
      silent: silent.length,
    };
  }

  /** What the nodes hold of crossings, the most of any. */
  get state(): CrossingState {
    const nodes = [...this.#nodes.values()];
    return {
      crossings: Math.max(...nodes.map(({ areas }) => areas.crossings.all.size)),
      labels: Math.max(...nodes.map(({ labels }) => labels)),
    };
  }

  #running(): readonly Pair[] {
    if (!this.#isAsked) return [];
    return this.#pairs.filter(({ from, to }) => from.node.isRunning && to.node.isRunning);
  }

  #step(ms: number): void {
    this.#layer.run(this.#layer.now + ms);
    for (const node of this.#nodes.values()) if (node.node.isRunning) node.turn(this.#layer.now);
  }

  /** There and back, milliseconds; `undefined`: lost, or there is no way. */
  #pingMs({ from, to, toName, fromName }: Pair): number | undefined {
    const there = this.#travelMs(from, to, toName);
    const back = there === undefined ? undefined : this.#travelMs(to, from, fromName);
    return there === undefined || back === undefined ? undefined : there + back;
  }

  #travelMs(from: AreaNode, to: AreaNode, name: string): number | undefined {
    const way = from.wayTo(name);
    if (way === undefined) return undefined;
    const { fate, ms } = travel(this.#layer, from.node, way, to.node.number);
    if (fate === "misdelivered") throw new Error(`a frame for ${name} came to another node`);
    return fate === "delivered" ? ms : undefined;
  }

  #handleWay(pair: Pair, { way }: ForeignHost): void {
    const { now } = this.#layer;
    if (way === undefined) pair.waylessAt = Math.max(pair.waylessAt, now);
    else {
      if (pair.waylessAt >= this.#begunAt) pair.waylessMs = Math.max(pair.waylessMs, now - pair.waylessAt);
      pair.waylessAt = -Infinity;
    }
  }
}

/** Hosts of two areas each, none of them twice; the areas come in turn, so that each has its share. */
function pairsOf(plan: AreaPlan, count: number, random: () => number): readonly (readonly [number, number])[] {
  const { areas, nodes } = plan.sizes;
  const hosts = Array.from({ length: areas }, (_, area) =>
    someOf(
      Array.from({ length: nodes }, (_host, index) => area * nodes + index).filter((one) => !plan.isGateway(one)),
      nodes,
      random,
    ).slice(),
  );
  return Array.from({ length: count }, (_, index) => {
    const a = index % areas;
    const b = (a + 1 + Math.floor(random() * (areas - 1))) % areas;
    const pair = [hosts[a]?.pop(), hosts[b]?.pop()];
    if (pair[0] === undefined || pair[1] === undefined) throw new RangeError("too few hosts for so many pairs");
    return [pair[0], pair[1]] as const;
  });
}
