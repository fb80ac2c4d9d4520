/** Shapes of a network of machines: who stands there, and which cables lie between them. */
import type { CableKind } from "./cable.ts";

/** A cable between two machines. */
export interface CablePlan extends CableKind {
  readonly ends: readonly [string, string];
}

/** Machines by name, in the order of their addresses, and cables. */
export interface FieldPlan {
  readonly machines: readonly string[];
  readonly cables: readonly CablePlan[];
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** `columns` × `rows` machines, each with a cable to those beside, above and below it: `a1`, `b1`, … in the first row. */
export function grid(columns: number, rows: number): FieldPlan {
  const at = (column: number, row: number): string => `${LETTERS[column]}${row + 1}`;
  const machines: string[] = [];
  const cables: CablePlan[] = [];
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1) {
      machines.push(at(column, row));
      if (column > 0) cables.push({ ends: [at(column - 1, row), at(column, row)] });
      if (row > 0) cables.push({ ends: [at(column, row - 1), at(column, row)] });
    }
  return { machines, cables };
}

/** Machines `a`, `b`, … in a line, 26 at most. */
export function line(length: number): FieldPlan {
  const machines = LETTERS.slice(0, length).split("");
  return { machines, cables: machines.slice(1).map((right, index) => ({ ends: [machines[index]!, right] })) };
}

/**
 * Four machines, two ways from west to east:
 *
 *     west ── north ── east
 *       └──── south ────┘
 */
export const diamond: FieldPlan = {
  machines: ["west", "north", "south", "east"],
  cables: [
    { ends: ["west", "north"] },
    { ends: ["west", "south"] },
    { ends: ["north", "east"] },
    { ends: ["south", "east"] },
  ],
};
