import { linesOf } from "../report.ts";
import type { StateRow } from "./area-state.ts";
import type { AreasOutcome, AreasReport } from "./simulate-areas.ts";

const OUTCOME_COLUMNS: readonly (readonly [string, (outcome: AreasOutcome) => string])[] = [
  ["WHAT", ({ what }) => what],
  ["CONVERGED", ({ convergedMs }) => `${Math.round(convergedMs)} ms`],
  ["SIGNED", ({ signed }) => String(signed)],
  ["AREAS", ({ areas }) => String(areas)],
  ["WITHIN", ({ within }) => String(within)],
  ["BETWEEN", ({ between }) => String(between)],
  ["ELSEWHERE", ({ elsewhere }) => String(elsewhere)],
  ["PATHS", ({ computations }) => computations.toFixed(1)],
  ["FOREIGN", ({ foreign }) => String(foreign)],
  ["MISSING", ({ missing }) => String(missing)],
];

const CROSSING_COLUMNS: readonly (readonly [string, (outcome: AreasOutcome) => string])[] = [
  ["WHAT", ({ what }) => what],
  ["HIT", ({ hit }) => String(hit)],
  ["GAP", ({ medianGapMs, mostGapMs }) => `${Math.round(medianGapMs)}, ${Math.round(mostGapMs)} ms`],
  ["AGAIN", ({ waylessMs }) => `${Math.round(waylessMs)} ms`],
  ["SILENT", ({ silent }) => String(silent)],
];

const STATE_COLUMNS: readonly (readonly [string, (row: StateRow) => string])[] = [
  ["OF A", ({ kind }) => kind],
  ["COUNT", ({ count }) => String(count)],
  ["ENTRIES", ({ entries }) => String(entries)],
  ["OCTETS", ({ octets }) => String(octets)],
  ["EDGES", ({ edges }) => String(edges)],
];

/** What the columns of both tables are, in words. */
export const AREAS_LEGEND = `
signed: advertisements; areas: in how many anything was sent; within: messages within the areas where it happened or whose
gateways lost or got a neighbour by it; between: messages between gateways; elsewhere: messages within all other areas; paths:
computations of all paths for each node of the areas that it concerns; foreign: entries in databases of nodes whose network the
holder is not in; missing: entries of running nodes of its own networks that a node lacks; the state is the most of any node;
hit: pairs of hosts of different areas that lost frames for a while; gap: median and longest of these, detection included;
again: the longest that a host knew no way, from when it heard that its way is gone; silent: pairs that still lose frames at
the end`;

/** The head of a report. */
export function areasHead({ options, cables }: AreasReport): string {
  const { areas, nodes, gateways, seed } = options;
  return `${areas * nodes} nodes in ${areas} areas, ${gateways} gateways each, ${cables} cables, seed ${seed}`;
}

/** How far each event was seen, and what nodes hold. */
export function areasTable({ outcomes, state }: AreasReport): readonly string[] {
  return [...linesOf(OUTCOME_COLUMNS, outcomes), "", ...linesOf(STATE_COLUMNS, state)];
}

/** What became of frames between hosts of different areas. */
export function crossingsTable({ outcomes, asks, crossings }: AreasReport): readonly string[] {
  const { pairs, medianMs, mostMs, medianPingMs, mostPingMs } = asks;
  const times = (median: number, most: number): string => `${Math.round(median)}, ${Math.round(most)} ms`;
  return [
    ...linesOf(CROSSING_COLUMNS, outcomes.slice(1)),
    "",
    `${pairs} hosts found one of another area, all at once: median and longest ${times(medianMs, mostMs)}; then a frame`,
    `took ${times(medianPingMs, mostPingMs)} there and back; at most ${crossings.crossings} ways and ${crossings.labels} labels at a gateway`,
  ];
}
