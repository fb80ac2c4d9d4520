/** Figures of all rounds, their medians, and the table of them. */
import type { Figures } from "./rows/row.ts";

/** One line of the table: a figure of a row, with each peer's values. */
export interface ResultLine {
  readonly row: string;
  readonly figure: string;
  /** By peer, one for each round. */
  readonly values: Readonly<Record<string, readonly number[]>>;
}

export class Results {
  /** Values by row, figure and peer, one for each round. */
  readonly #values = new Map<string, Map<string, Map<string, number[]>>>();

  add(row: string, peer: string, figures: Figures): void {
    for (const [figure, value] of Object.entries(figures)) {
      const ofRow = getOrAdd(this.#values, row, () => new Map<string, Map<string, number[]>>());
      const ofFigure = getOrAdd(ofRow, figure, () => new Map<string, number[]>());
      getOrAdd(ofFigure, peer, () => []).push(value);
    }
  }

  /** In the order in which rows and figures were first added. */
  lines(): readonly ResultLine[] {
    return [...this.#values].flatMap(([row, figures]) =>
      [...figures].map(([figure, peers]) => ({ row, figure, values: Object.fromEntries(peers) })),
    );
  }

  /** Every single value, for the file. */
  values(): object {
    return Object.fromEntries(
      [...this.#values].map(([row, figures]) => [
        row,
        Object.fromEntries([...figures].map(([figure, peers]) => [figure, Object.fromEntries(peers)])),
      ]),
    );
  }
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}

/** The middle value, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** What of the values a table shows. */
export type Shown = "medians" | "medians and ranges";

/** The table of the results: for the terminal and for docs/performance.md alike. */
export function formatTable(lines: readonly ResultLine[], peers: readonly string[], shown: Shown = "medians"): string {
  const format = shown === "medians" ? formatMedian : formatRange;
  return formatCells([
    ["row", "figure", ...peers],
    ...lines.map((line) => [line.row, line.figure, ...peers.map((peer) => format(line.values[peer] ?? []))]),
  ]);
}

/** A table of Markdown, head first, columns aligned: two of words, then figures. */
export function formatCells(cells: readonly (readonly string[])[]): string {
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const format = (row: readonly string[]): string => `| ${row.map((cell, column) => pad(cell, column)).join(" | ")} |`;
  const pad = (cell: string, column: number): string =>
    column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  const ruler = `| ${widths.map((width, column) => (column < 2 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [format(cells[0]!), ruler, ...cells.slice(1).map(format)].join("\n");
}

function formatMedian(values: readonly number[]): string {
  return formatFigure(median(values));
}

/** The median, and from what to what the rounds went where they differ. */
function formatRange(values: readonly number[]): string {
  const ends = [formatFigure(Math.min(...values)), formatFigure(Math.max(...values))];
  return values.length < 2 || ends[0] === ends[1]
    ? formatMedian(values)
    : `${formatMedian(values)} (${ends.join("–")})`;
}

/** Three significant digits, and no more zeros than needed. */
export function formatFigure(value: number): string {
  if (Number.isNaN(value)) return "–";
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
