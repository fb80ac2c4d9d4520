/** What befalls networks that gateways join, and how far each failure is seen. */
import { randomOf, someOf } from "../random.ts";
import { SimLayer } from "../sim-layer.ts";
import { countsOf, countsSince } from "./area-counts.ts";
import { AreaPlan, type AreaSizes } from "./area-plan.ts";
import { AreaPings, type CrossingState, type FirstAsks, type PingFigures } from "./area-pings.ts";
import { AreaRosters } from "./area-rosters.ts";
import { stateOf, type StateRow } from "./area-state.ts";

/** How many of everything, and the seed. */
export interface AreasOptions extends AreaSizes {
  readonly seed: number;
  /** Pairs of hosts of different areas that frames go between. */
  readonly samples: number;
}

/** One thing that was done. */
export interface AreasOutcome extends PingFigures {
  readonly what: string;
  /** Until no node learned anything more, milliseconds. */
  readonly convergedMs: number;
  /** Advertisements that nodes signed. */
  readonly signed: number;
  /** Areas in which anything was sent. */
  readonly areas: number;
  /** Messages within areas that it concerns: where it happened, and where a gateway lost or got a neighbour. */
  readonly within: number;
  /** Messages between gateways. */
  readonly between: number;
  /** Messages within any other area. */
  readonly elsewhere: number;
  /** Computations of paths for each node of the areas that it concerns. */
  readonly computations: number;
  /** Entries of foreign nodes in databases, and entries that are missing, of all nodes. */
  readonly foreign: number;
  readonly missing: number;
}

/** The whole report. */
export interface AreasReport {
  readonly options: AreasOptions;
  readonly cables: number;
  readonly outcomes: readonly AreasOutcome[];
  readonly asks: FirstAsks;
  readonly crossings: CrossingState;
  /** What nodes hold after the start. */
  readonly state: readonly StateRow[];
  /** Signatures of advertisements that were really checked. */
  readonly checked: number;
}

/** It is over when no node has learned anything for this long. */
const QUIET_MS = 8000;
const LONGEST_MS = 60_000;
/** Interval between frames of each pair, and how long they are sent. */
const LOOK_MS = 10;
const LOOK_FOR_MS = 4000;
/** The interval afterwards. */
const LOOK_AGAIN_MS = 100;
/** First asks are over after this time. */
const ASK_MS = 10_000;
/** An area is in two parts for this long; summaries, every 300 s, must not fall into what is counted. */
const PARTED_MS = 20_000;

/** Where a host dies, a gateway dies, an area parts, and an area loses all others. */
const [DEATH, GATEWAY_DEATH, PARTING, EXILE] = [0, 1, 2, 3];

/** Runs all of it; the same options, the same report. @throws RangeError when there are too few areas */
export function simulateAreas(options: AreasOptions, say: (outcome: AreasOutcome) => void = () => {}): AreasReport {
  const random = randomOf(options.seed);
  const plan = new AreaPlan(options, random);
  const rosters = new AreaRosters(plan, random);
  const layer = new SimLayer(plan.size, plan.cables, random, (number) => rosters.membershipOf(number));
  rosters.admit(layer);
  const pings = new AreaPings(layer, plan, rosters, options.samples, randomOf(options.seed + 1));
  const run = new Run(layer, plan, pings, say);
  run.stage("start", allOf(options.areas), () => {}, { lookForMs: 0 });
  const state = stateOf(layer, plan);
  const asks = pings.ask(ASK_MS);
  const crossings = pings.state;
  run.stage("a host dies", [DEATH], () => layer.kill(anyHost(layer, plan, random, false)));
  run.stage("a host beside a gateway dies", [DEATH], () => layer.kill(anyHost(layer, plan, random, true)));
  const [gateway = 0] = plan.gatewaysOf(GATEWAY_DEATH);
  run.stage("a gateway dies", run.areasBeside(GATEWAY_DEATH, gateway), () => layer.kill(gateway));
  const halves = plan.betweenHalves(PARTING);
  run.stage("an area parts", [PARTING], () => layer.setCables(halves, false), { leastMs: PARTED_MS });
  run.stage("it is whole again", [PARTING], () => layer.setCables(halves, true));
  const out = plan.outOf(EXILE);
  run.stage("an area loses the others", run.areasBeside(EXILE), () => layer.setCables(out, false), {
    leastMs: PARTED_MS,
  });
  run.stage("it finds them again", run.areasBeside(EXILE), () => layer.setCables(out, true));
  return {
    options,
    cables: plan.cables.length,
    outcomes: run.outcomes,
    asks,
    crossings,
    state,
    checked: layer.once.checked,
  };
}

interface StageOptions {
  readonly leastMs?: number;
  /** How long frames are sent often. */
  readonly lookForMs?: number;
}

class Run {
  readonly outcomes: AreasOutcome[] = [];
  readonly #layer: SimLayer;
  readonly #plan: AreaPlan;
  readonly #pings: AreaPings;
  readonly #say: (outcome: AreasOutcome) => void;

  constructor(layer: SimLayer, plan: AreaPlan, pings: AreaPings, say: (outcome: AreasOutcome) => void) {
    this.#layer = layer;
    this.#plan = plan;
    this.#pings = pings;
    this.#say = say;
  }

  /** An area, and those whose gateways have cables to its gateways, or to one: these advertise a change. */
  areasBeside(area: number, gateway?: number): readonly number[] {
    const plan = this.#plan;
    const ends = plan.outOf(area, gateway).flatMap(({ a, b }) => [plan.areaOf(a), plan.areaOf(b)]);
    return [...new Set([area, ...ends])];
  }

  /** Does something to these areas, and waits until it is over. */
  stage(what: string, areas: readonly number[], act: () => void, options: StageOptions = {}): void {
    const { leastMs = 0, lookForMs = LOOK_FOR_MS } = options;
    const layer = this.#layer;
    const before = countsOf(layer, this.#plan);
    const startedAt = layer.now;
    layer.changedAt = startedAt;
    this.#pings.begin();
    act();
    this.#pings.look(lookForMs, LOOK_MS);
    while (layer.now < startedAt + leastMs || layer.now - layer.changedAt < QUIET_MS) {
      if (layer.now > startedAt + leastMs + LONGEST_MS) break;
      this.#pings.look(LOOK_AGAIN_MS, LOOK_AGAIN_MS);
    }
    const { within, between, signed, computations } = countsSince(before, countsOf(layer, this.#plan));
    const sum = (isOf: (area: number) => boolean): number =>
      within.reduce((total, count, area) => total + (isOf(area) ? count : 0), 0);
    const state = stateOf(layer, this.#plan);
    const outcome = {
      what,
      convergedMs: layer.changedAt - startedAt,
      signed,
      areas: within.filter((count) => count > 0).length,
      within: sum((area) => areas.includes(area)),
      between,
      elsewhere: sum((area) => !areas.includes(area)),
      computations: computations / (areas.length * this.#plan.sizes.nodes),
      foreign: state.reduce((total, { foreign }) => total + foreign, 0),
      missing: state.reduce((total, { missing }) => total + missing, 0),
      ...this.#pings.figures(),
    };
    this.outcomes.push(outcome);
    this.#say(outcome);
  }
}

function allOf(areas: number): readonly number[] {
  return Array.from({ length: areas }, (_, area) => area);
}

/** A running host of the first area, one with a gateway for a neighbour or one without. */
function anyHost(layer: SimLayer, plan: AreaPlan, random: () => number, isBeside: boolean): number {
  const hosts = layer.nodes.filter(
    ({ number, isRunning, adjacencies }) =>
      isRunning &&
      plan.areaOf(number) === DEATH &&
      !plan.isGateway(number) &&
      [...adjacencies.keys()].some((to) => plan.isGateway(to)) === isBeside,
  );
  const [host] = someOf(hosts, 1, random);
  if (host === undefined) throw new RangeError("an area is too small to have a host of each kind");
  return host.number;
}
