import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What one run came to. */
export interface Measured {
  readonly machine: string;
  /** ISO 8601. */
  readonly date: string;
  readonly rounds: number;
  readonly bulkOctets: number;
  /** Of docs/performance.md and of docs/links.md; undefined: not measured, and left as it is. */
  readonly table: string | undefined;
  readonly links: string | undefined;
}

/** Puts the tables of a run between the markers of the pages that show them. */
export function writeDocs(measured: Measured): void {
  const { table, links } = measured;
  if (table !== undefined) write("performance.md", "rows", `${method(measured)}\n\n${table}`);
  if (links !== undefined) write("links.md", "links", `${method(measured)}\n\n${links}`);
}

/** How the figures came about. */
function method({ machine, date, rounds, bulkOctets }: Measured): string {
  const transfer = `transfers of ${bulkOctets / 1e6} MB`;
  return `Measured on ${date.slice(0, 10)}: ${machine}; ${transfer}; median of ${rounds} rounds (least–most).`;
}

function write(page: string, name: string, content: string): void {
  const file = fileURLToPath(new URL(`../../docs/${page}`, import.meta.url));
  writeFileSync(file, replaceMarked(readFileSync(file, "utf8"), name, content));
}

/** Replaces what stands between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`. Throws when the markers are not there. */
export function replaceMarked(text: string, name: string, content: string): string {
  const start = `<!-- bench:${name} -->`;
  const end = `<!-- /bench:${name} -->`;
  const from = text.indexOf(start);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`no "${start}" followed by "${end}": put them where the table belongs`);
  return `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`;
}
