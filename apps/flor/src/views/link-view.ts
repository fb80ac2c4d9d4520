import type { LinkDetails } from "@flor/runtime/control";
import type { Style } from "../terminal.ts";
import { portLines } from "./links-view.ts";
import { printable } from "./printable.ts";
import { stateText } from "./state-text.ts";
import { tableLines } from "./table.ts";

/** `flor link show`: one link, and the last `lines` lines that it printed. */
export function linkView(link: LinkDetails, lines: number, style: Style): readonly string[] {
  const ports = portLines([link], style);
  const log = lines === 0 ? [] : link.recentLines.slice(-lines);
  const blocks = [factLines(link, style), ports, log.map((line) => `${style.dim("|")} ${printable(line)}`)];
  return blocks.filter((block) => block.length > 0).flatMap((block, index) => (index === 0 ? block : ["", ...block]));
}

function factLines(link: LinkDetails, style: Style): readonly string[] {
  const rows = [["link", `${style.bold(link.name)} (${link.kind})`]];
  rows.push(["state", `${stateText(link.state, style)}${link.pid === undefined ? "" : `, pid ${link.pid}`}`]);
  rows.push(["restarts", String(link.restarts)]);
  if (link.degradedReason !== undefined) rows.push(["degraded", printable(link.degradedReason)]);
  if (link.lastError !== undefined) rows.push(["because", printable(link.lastError)]);
  rows.push(...counterRows("node", link.counters), ...counterRows("link", link.reported));
  return tableLines(rows.map(([word, ...cells]) => [style.dim(word ?? ""), ...cells]));
}

/** What was counted, a figure a line: those that are not zero. */
function counterRows(by: string, counts: Readonly<Record<string, number>>): readonly string[][] {
  return Object.entries(counts)
    .filter(([, count]) => count !== 0)
    .map(([name, count], index) => [index === 0 ? `counted by ${by}` : "", `${count} ${printable(name)}`]);
}
