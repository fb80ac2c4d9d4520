import { stripVTControlCharacters } from "node:util";

/** Between columns. */
const GAP = "  ";

const ASCII = /^[\x20-\x7e]*$/;

/** Made when it is needed: it takes twenty milliseconds. */
let characters: Intl.Segmenter | undefined;

/**
 * Lines of aligned columns; cells may be coloured, must hold no line feed, and a column is as wide as its widest cell.
 *
 * @param header left out when `undefined`
 */
export function tableLines(rows: readonly (readonly string[])[], header?: readonly string[]): readonly string[] {
  const all = header === undefined ? rows : [header, ...rows];
  const widths: number[] = [];
  for (const row of all) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
  }
  return all.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - widthOf(cell)))
      .join(GAP)
      .trimEnd(),
  );
}

function widthOf(cell: string): number {
  const text = stripVTControlCharacters(cell);
  if (ASCII.test(text)) return text.length;
  characters ??= new Intl.Segmenter();
  return [...characters.segment(text)].length;
}
