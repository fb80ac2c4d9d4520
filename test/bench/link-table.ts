import type { Peer } from "./peers/peer.ts";
import { formatCells, formatFigure, median, type ResultLine } from "./results.ts";

/** The row whose values the table is made of. */
const ROW = "links";
/** Whose throughput is one, and who adds nothing to the round trip. */
const YARDSTICK = { "Mbit/s": "flor", "round trip ms": "direct" } as const;

/** The table of docs/links.md: what each link makes of the same traffic; undefined: nothing was measured. */
export function formatLinkTable(lines: readonly ResultLine[], peers: readonly Peer[]): string | undefined {
  const of = (figure: string, peer: string): number =>
    median(lines.find((line) => line.row === ROW && line.figure === figure)?.values[peer] ?? []);
  const cells = peers.flatMap(({ name, link }) => {
    if (link === undefined || Number.isNaN(of("Mbit/s", name))) return [];
    const throughput = of("Mbit/s", name) / of("Mbit/s", YARDSTICK["Mbit/s"]);
    const added = of("round trip ms", name) - of("round trip ms", YARDSTICK["round trip ms"]);
    const figures = [throughput, added, of("MTU octets", name)].map(formatFigure);
    return [[link.title, link.needs, ...figures]];
  });
  if (cells.length === 0) return undefined;
  return formatCells([["link", "needs installed", "throughput", "added round trip, ms", "MTU, octets"], ...cells]);
}
