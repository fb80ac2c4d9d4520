import type { Outcome, Report } from "./scenario.ts";

const COLUMNS: readonly (readonly [string, (outcome: Outcome) => string])[] = [
  ["WHAT", ({ what }) => what],
  ["CONVERGED", ({ convergedMs }) => `${Math.round(convergedMs)} ms`],
  ["MESSAGES", ({ messagesPerNode }) => messagesPerNode.toFixed(1)],
  ["OCTETS", ({ octetsPerNode }) => octetsPerNode.toFixed(0)],
  ["CHECKS", ({ verificationsPerNode }) => verificationsPerNode.toFixed(1)],
  ["REFUSED", ({ refusalsPerNode }) => refusalsPerNode.toFixed(1)],
  ["WRONG", ({ wrongPaths }) => String(wrongPaths)],
  ["HIT", ({ hit }) => String(hit)],
  ["GAP", ({ medianGapMs, mostGapMs }) => `${Math.round(medianGapMs)}, ${Math.round(mostGapMs)} ms`],
  ["BEYOND", ({ beyondDetectionMs }) => `${Math.round(beyondDetectionMs)} ms`],
];

/** What the columns are, in words. */
export const LEGEND = `
messages, octets, signature checks and refused advertisements are for each node; wrong: pairs of nodes whose frames do not
arrive although there is a way; hit: pairs that lost frames for a while; gap: median and longest of these, detection
included; beyond: the most of a gap that the node in front of the break let pass after it had noticed`;

/** The head of a report. */
export function headOf({ options, cables, pairs }: Omit<Report, "outcomes" | "checked">): string {
  return `${options.nodes} nodes, ${cables} cables, seed ${options.seed}, ${pairs} pairs`;
}

/** The report as a table. */
export function tableOf(outcomes: readonly Outcome[]): readonly string[] {
  return linesOf(COLUMNS, outcomes);
}

/** Things as lines of a table, the first column to the left. */
export function linesOf<Thing>(
  columns: readonly (readonly [string, (thing: Thing) => string])[],
  things: readonly Thing[],
): readonly string[] {
  const rows = [columns.map(([title]) => title), ...things.map((thing) => columns.map(([, of]) => of(thing)))];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join("  "),
  );
}
