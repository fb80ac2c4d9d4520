/** Events applied to a layer one after another, and the result of each. */
import { type Cable, randomCables } from "./cables.ts";
import { flood } from "./hostile.ts";
import { Probes } from "./probes.ts";
import { randomOf, someOf } from "./random.ts";
import { type LayerCounts, SimLayer } from "./sim-layer.ts";

/** How a layer is built, and which events it sees. */
export interface ScenarioOptions {
  readonly nodes: number;
  readonly seed: number;
  /** Adjacencies of a node, on average. */
  readonly degree: number;
  /** Share of the cables that is cut at once, 0 to 1. */
  readonly fail: number;
  /** Share of the nodes that carry nothing for others any more, 0 to 1. @default 0 */
  readonly refuse?: number;
  /** Nodes that frames are sent from, and as many that each sends to. */
  readonly samples: number;
  /** Advertisements of a hostile member. */
  readonly hostile: number;
}

/** One event. */
export interface Outcome {
  readonly what: string;
  /** Until no node learned anything more, milliseconds. */
  readonly convergedMs: number;
  readonly messagesPerNode: number;
  readonly octetsPerNode: number;
  readonly verificationsPerNode: number;
  readonly refusalsPerNode: number;
  /** Pairs whose frames do not arrive although a path exists. */
  readonly wrongPaths: number;
  /** Pairs that lost frames for a while, and how long. */
  readonly hit: number;
  readonly medianGapMs: number;
  readonly mostGapMs: number;
  /** The longest part of a gap after the node in front of the break had noticed it. */
  readonly beyondDetectionMs: number;
}

/** The whole report. */
export interface Report {
  readonly options: ScenarioOptions;
  readonly cables: number;
  /** Pairs of nodes that frames were sent between. */
  readonly pairs: number;
  readonly outcomes: readonly Outcome[];
  /** Signatures that were really checked. */
  readonly checked: number;
}

/** An event is over when no node has learned anything for this long. */
const QUIET_MS = 9000;
/** Upper bound for one event. */
const LONGEST_MS = 120_000;
/** Interval between the frames of each pair, and how long they are sent. */
const LOOK_MS = 10;
const LOOK_FOR_MS = 4000;
const FLAPS_FOR_MS = 20_000;
const FLAP_MS = 2000;
const PARTITION_MS = 90_000;
/** One of them is killed, and somebody has to see it. */
const NODES_MIN = 2;
/** As packages/node/src/forward.ts, which a layer of databases and paths alone does not load. */
const TRANSIT_GRACE_MS = 15_000;

/** Runs the scenario; the same options give the same report. */
export function simulate(options: ScenarioOptions, say: (outcome: Outcome) => void = () => {}): Report {
  if (options.nodes < NODES_MIN) throw new RangeError(`a layer of ${NODES_MIN} nodes at least`);
  const random = randomOf(options.seed);
  const cables = randomCables(options.nodes, options.degree, random);
  const layer = new SimLayer(options.nodes, cables, random);
  const run = new Run(layer, new Probes(layer, options.samples, random), say);
  run.stage("start", () => {}, { lookForMs: 0 });
  const cut = someOf(cables, Math.max(1, Math.round(cables.length * options.fail)), random);
  run.stage(`cut ${cut.length} cables`, () => layer.setCables(cut, false));
  run.stage("lay them again", () => layer.setCables(cut, true));
  const refusing = Math.round(options.nodes * (options.refuse ?? 0));
  if (refusing > 0)
    run.stage(`refuse transit at ${refusing}`, () => refuse(layer, refusing, random), {
      lookForMs: TRANSIT_GRACE_MS + LOOK_FOR_MS,
    });
  const [victim = 0] = someOf(
    layer.nodes.map(({ number }) => number),
    1,
    random,
  );
  const [flapping] = someOf(
    cables.filter(({ a, b }) => a !== victim && b !== victim),
    1,
    random,
  );
  if (flapping !== undefined)
    run.stage(`flap one for ${FLAPS_FOR_MS / 1000} s`, () => flap(layer, flapping), {
      leastMs: FLAPS_FOR_MS,
      lookForMs: FLAPS_FOR_MS + LOOK_FOR_MS,
    });
  run.stage("part in two", () => layer.setCables(between(cables, options.nodes), false), { leastMs: PARTITION_MS });
  run.stage("join again", () => layer.setCables(between(cables, options.nodes), true));
  if (options.hostile > 0) run.stage(`${options.hostile} lies`, () => flood(layer, victim, options.hostile, random));
  run.stage("kill a node", () => layer.kill(victim));
  const { outcomes } = run;
  return { options, cables: cables.length, pairs: run.pairs, outcomes, checked: layer.once.checked };
}

interface StageOptions {
  readonly leastMs?: number;
  /** How long frames are sent. */
  readonly lookForMs?: number;
}

class Run {
  readonly outcomes: Outcome[] = [];
  readonly #layer: SimLayer;
  readonly #probes: Probes;
  readonly #say: (outcome: Outcome) => void;

  constructor(layer: SimLayer, probes: Probes, say: (outcome: Outcome) => void) {
    this.#layer = layer;
    this.#probes = probes;
    this.#say = say;
  }

  get pairs(): number {
    return this.#probes.pairs;
  }

  /** Applies an event and waits until it is over, at least `leastMs`. */
  stage(what: string, act: () => void, { leastMs = 0, lookForMs = LOOK_FOR_MS }: StageOptions = {}): void {
    const layer = this.#layer;
    const before = layer.counts;
    const startedAt = layer.now;
    if (lookForMs > 0) this.#probes.begin();
    layer.changedAt = startedAt;
    act();
    const lookUntil = startedAt + lookForMs;
    while (layer.now < lookUntil) {
      layer.run(layer.now + LOOK_MS);
      this.#probes.look();
    }
    layer.run(Math.max(layer.now, startedAt + leastMs));
    layer.settle(QUIET_MS, startedAt + leastMs + LONGEST_MS);
    const outcome = { what, convergedMs: layer.changedAt - startedAt, ...this.#figures(before) };
    this.outcomes.push(outcome);
    this.#say(outcome);
    this.#probes.end();
  }

  #figures(before: LayerCounts): Omit<Outcome, "what" | "convergedMs"> {
    const { counts, nodes } = this.#layer;
    const each = (name: keyof LayerCounts): number => (counts[name] - before[name]) / nodes.length;
    const wrongPaths = this.#probes.wrong();
    const { hit, medianMs, mostMs, beyondMs } = this.#probes.gaps();
    return {
      messagesPerNode: each("messages"),
      octetsPerNode: each("octets"),
      verificationsPerNode: each("verifications"),
      refusalsPerNode: each("refusals"),
      wrongPaths,
      hit,
      medianGapMs: medianMs,
      mostGapMs: mostMs,
      beyondDetectionMs: beyondMs,
    };
  }
}

function refuse(layer: SimLayer, count: number, random: () => number): void {
  const numbers = layer.nodes.map(({ number }) => number);
  for (const number of someOf(numbers, count, random)) layer.refuseTransit(number, TRANSIT_GRACE_MS);
}

function flap(layer: SimLayer, cable: Cable): void {
  for (let turn = 0; turn < (2 * FLAPS_FOR_MS) / FLAP_MS; turn += 1)
    layer.at(layer.now + (turn * FLAP_MS) / 2, () => layer.setCable(cable, turn % 2 === 1));
}

/** The cables between the lower and the upper half of the numbers. */
function between(cables: readonly Cable[], nodes: number): readonly Cable[] {
  return cables.filter(({ a, b }) => a < nodes / 2 !== b < nodes / 2);
}
