/** A trial: something is done to a network of real nodes, and figures say what became of its flows. */

/** One figure, with what it must be. */
export interface Figure {
  readonly what: string;
  readonly seen: string;
  readonly wanted: string;
  readonly holds: boolean;
}

/** Tells a figure: at once, and in the table at the end. */
export type Tell = (figure: Figure) => void;

/** One of the trials. */
export interface Trial {
  /** As `--only` names it. */
  readonly name: string;
  readonly play: (tell: Tell) => Promise<void>;
}

/** A figure that must not be larger. */
export function atMost(what: string, seen: number, most: number, unit: string): Figure {
  return { what, seen: `${rounded(seen)} ${unit}`, wanted: `≤ ${rounded(most)} ${unit}`, holds: seen <= most };
}

/** A figure that must not be smaller. */
export function atLeast(what: string, seen: number, least: number, unit: string): Figure {
  return { what, seen: `${rounded(seen)} ${unit}`, wanted: `≥ ${rounded(least)} ${unit}`, holds: seen >= least };
}

/** A text that must be this one. */
export function exactly(what: string, seen: string, wanted: string): Figure {
  return { what, seen, wanted, holds: seen === wanted };
}

/** A line of the table. */
export function lineOf(trial: string, { what, seen, wanted, holds }: Figure): string {
  return `${holds ? "✓" : "✗"} ${trial.padEnd(9)} ${what.padEnd(66)} ${seen.padStart(14)}   wanted ${wanted}`;
}

function rounded(value: number): string {
  return (Number.isInteger(value) ? value : Number(value.toFixed(value < 10 ? 1 : 0))).toLocaleString("en");
}
