import { linesOf } from "../report.ts";
import type { StateRow } from "./area-state.ts";
import type { AreasOutcome, AreasReport } from "./simulate-areas.ts";

const OUTCOME_COLUMNS: readonly (readonly [string, (outcome: AreasOutcome) => string])[] = [
  ["WHAT", ({ what }) => what],
  ["CONVERGED", ({ convergedMs }) => `${Math.round(convergedMs)} ms`],
  ["AREAS", ({ areas }) => String(areas)],
  ["WITHIN", ({ within }) => String(within)],
  ["BETWEEN", ({ between }) => String(between)],
  ["ELSEWHERE", ({ elsewhere }) => String(elsewhere)],
  ["PATHS", ({ computations }) => computations.toFixed(1)],
  ["FOREIGN", ({ foreign }) => String(foreign)],
  ["MISSING", ({ missing }) => String(missing)],
];

const STATE_COLUMNS: readonly (readonly [string, (row: StateRow) => string])[] = [
  ["OF A", ({ kind }) => kind],
  ["COUNT", ({ count }) => String(count)],
  ["ENTRIES", ({ entries }) => String(entries)],
  ["OCTETS", ({ octets }) => String(octets)],
  ["EDGES", ({ edges }) => String(edges)],
];

/** What the columns are, in words. */
export const AREAS_LEGEND = `
areas: in how many anything was sent; within: messages within the areas where it happened or whose gateways lost or got a
neighbour by it; between: messages between gateways of different areas; elsewhere: messages within all other areas; paths:
computations of all paths for each node of the areas that it concerns; foreign: entries in databases of nodes whose network the
holder is not in; missing: entries of running nodes of its own networks that a node lacks; the state is the most of any node`;

/** The head of a report. */
export function areasHead({ options, cables }: AreasReport): string {
  const { areas, nodes, gateways, seed } = options;
  return `${areas * nodes} nodes in ${areas} areas, ${gateways} gateways each, ${cables} cables, seed ${seed}`;
}

/** What was done as a table, and what nodes hold. */
export function areasTable({ outcomes, state }: AreasReport): readonly string[] {
  return [...linesOf(OUTCOME_COLUMNS, outcomes), "", ...linesOf(STATE_COLUMNS, state)];
}
